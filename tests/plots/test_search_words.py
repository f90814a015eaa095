"""Words of users in the figures of a search: as written, in pictures and on screens."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.text import Text
from words import UGLY, PageText, squeezed

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import select
from fcnn.escaping import printable, shortened
from fcnn.plots.figures import parallel
from fcnn.plots.figures.history import plot_history, plot_interactive_history
from fcnn.plots.figures.parallel import plot_interactive_parallel, plot_parallel
from fcnn.plots.figures.trials import plot_trials
from fcnn.plots.plotly_library import to_html
from fcnn.plots.typesetting import encode_figure, typesetting
from fcnn.tracking.plan import Plan

BATCHES = [UGLY[first : first + 9] for first in range(0, len(UGLY), 9)]


@pytest.fixture
def search(runs_of):
    """The selection of a search whose trials differ in a word and in a number."""

    def search(words):
        rates = np.geomspace(0.001, 0.1, len(words))
        runs = runs_of([[f"optimizer.learning_rate={rate}"] for rate in rates])
        runs["dataset.features"] = words[::-1]
        runs["final_val_loss"] = rates[::-1]
        plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
        return select(runs.assign(constant_loss=1e9), plan)

    return search


@pytest.mark.parametrize("words", BATCHES)
def test_pictures_show_words_as_they_are(search, words):
    selection = search(words)
    trials, axes = summarise_trials(selection)
    with typesetting():
        for plot, width in ((plot_trials, 20), (plot_parallel, 18)):
            figure = plot(trials, axes, selection)
            texts = squeezed("".join(text.get_text() for text in figure.findobj(Text)))
            for word in words:
                assert squeezed(shortened(printable(word), width)) in texts
            assert encode_figure(figure, "png")[0]
        assert encode_figure(plot_history(trials, selection), "png")[0]


def draw(plot, selection):
    """Data and layout of an interactive plot, as its page has them."""
    trials, axes = summarise_trials(selection)
    html = to_html(plot(trials, axes, selection), "plot")
    call = html[re.search(r"Plotly\.newPlot\(\s*\"plot\",\s*", html).end() :]
    data, end = json.JSONDecoder().raw_decode(call)
    layout, _ = json.JSONDecoder().raw_decode(call[end:].lstrip(", \n"))
    return data, layout


def shown(text):
    """What Plotly shows of a text, which may have line breaks."""
    page = PageText(text)
    assert set(page.tags) <= {"br"}
    assert "$" not in text
    return squeezed(page.text)


@pytest.mark.parametrize("words", BATCHES)
def test_plots_name_the_values_of_each_trial_as_they_are(search, words):
    selection = search(words)
    points, _ = draw(plot_interactive_history, selection)[0]
    lines, layout = draw(plot_interactive_parallel, selection)
    assert [shown(line["meta"]) for line in lines[::-1]] == [*map(shown, points["text"])]
    for number, (word, text) in enumerate(zip(words, points["text"], strict=True)):
        assert f"features{squeezed(printable(word))}"[:100] in shown(text)
        assert shown(text).endswith(f"loss{points['y'][number]:.3g}")
    labels = [shown(note["text"]) for note in layout["annotations"]]
    assert {squeezed(shortened(printable(word), 18)) for word in words} <= set(labels)


def test_line_of_a_trial_goes_through_its_values_and_the_best_is_on_top(search):
    lines, layout = draw(plot_interactive_parallel, search(["a", "b", "c", "d"]))
    assert [line["y"] for line in lines[::-1]] == [
        [pytest.approx(height, abs=1e-3)] * 3 for height in (0, 1 / 3, 2 / 3, 1)
    ]
    assert [*map(squeezed, layout["xaxis"]["ticktext"])][-1].startswith("settled")


def test_history_has_each_trial_and_the_best_so_far(search):
    points, best = draw(plot_interactive_history, search(["a", "b", "c"]))[0]
    assert points["x"] == best["x"] == [1, 2, 3]
    assert best["y"] == [points["y"][0]] * 3


def test_more_lines_than_a_browser_draws_at_once_are_a_picture(search, monkeypatch):
    data = SimpleNamespace(selection=search(["a", "b", "c", "d"]))
    assert parallel.draw_interactive(data)
    monkeypatch.setattr(parallel, "MAX_INTERACTIVE_TRIALS", 3)
    assert parallel.draw_interactive(data) is None
