"""Words of users in all media: a sweep in a terminal over a table of them, and its report."""

import html
import itertools
import json
import re
import shlex
import warnings

import mlflow
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from running import in_terminal, run_script
from words import UGLY, PageText, rendered, squeezed

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves
from fcnn.config.quoting import quote_override
from fcnn.escaping import printable
from fcnn.plots.drawing import draw_all
from fcnn.plots.report_data import ReportData
from fcnn.tracking.reader import Reader

CLASSES = ("$5", "[/x]", "日本", "_x", "<b>bold</b>", "=cmd", "\x1b[31mred", "80 " + "x" * 77)
DESCRIPTION = "A <b>bold</b> *claim* of $5 and [/old] `code` | 日本"
TARGET, FILE = "=class [/c] $y$", "_my [old] $t$ <i>.csv"
PAIRS = list(zip(UGLY[::2], UGLY[1::2], strict=True))
SHOWN = [printable(word) for word in itertools.chain.from_iterable(PAIRS)]


def in_list(word):
    """A word in Hydra's own quotes."""
    return shlex.split(quote_override("", word))[0].removeprefix("=")


@pytest.fixture(scope="module")
def finished_sweep(make_folder):
    """A study with a cell for each pair of words: folder, store, and what a terminal showed."""
    folder = make_folder("words")
    uri = f"sqlite:///{folder}/mlflow.db"
    rng = np.random.default_rng(0)
    table = pd.DataFrame({word: rng.normal(size=80) for word in UGLY})
    table[TARGET] = [CLASSES[number % len(CLASSES)] for number in range(80)]
    table.to_csv(folder / FILE, index=False)
    features = ",".join(f"[{','.join(map(in_list, pair))}]" for pair in PAIRS)
    arguments = [
        "-m",
        "study.name=words",
        f"study.description='{DESCRIPTION}'",
        "dataset=csv",
        f"dataset.path='{FILE}'",
        f"dataset.target='{TARGET}'",
        "dataset.task=classification",
        f"dataset.features={features}",
        "training.epochs=2",
    ]
    code, sent = in_terminal("train", *arguments, cwd=folder, uri=uri, columns=1000)
    assert code == 0, sent[-3000:]
    report = run_script("report", "study=words", cwd=folder, uri=uri)
    assert report.returncode == 0, report.stderr
    return folder, uri, sent, report


@pytest.fixture
def client(finished_sweep):
    mlflow.set_tracking_uri(finished_sweep[1])
    return mlflow.MlflowClient(finished_sweep[1])


def misses(text, expected=SHOWN):
    return [word for word in expected if squeezed(word) not in squeezed(text)]


def labels(pairs=PAIRS):
    """The lists of features as params have them."""
    return [str([*pair]) for pair in pairs]


def test_terminal_shows_each_run_under_its_name(finished_sweep):
    sent = finished_sweep[2]
    # What a word could send to the terminal, beside what the progress bar does.
    assert "\x1b[31m" not in sent
    assert "\a" not in sent
    assert misses(sent, labels()) == []
    assert f"all {len(PAIRS)} runs are there" in sent


def test_csv_has_the_words_as_they_are_and_says_so_of_formulas(finished_sweep):
    folder, _, _, report = finished_sweep
    runs = pd.read_csv(folder / "reports" / "words" / "runs.csv", dtype=str)
    assert set(runs["dataset.features"]) == set(labels())
    assert set(runs["dataset.target"]) == {TARGET}
    assert set(runs["dataset.path"]) == {FILE}
    (line,) = [line for line in report.stderr.splitlines() if "formulas" in line]
    assert line.startswith(f"runs.csv: words such as {TARGET} stand as written; ")


def test_page_shows_the_words(finished_sweep):
    text = (finished_sweep[0] / "reports" / "words" / "index.html").read_text()
    page = PageText(text)
    assert misses(page.text, [*labels(), DESCRIPTION, FILE]) == []
    assert not {"b", "i", "br"} & set(page.tags)
    assert "\x1b" not in text


def test_interactive_plot_shows_the_words(finished_sweep):
    text = (finished_sweep[0] / "reports" / "words" / "index.html").read_text()
    call = text[re.search(r"Plotly\.newPlot\(\s*\"overlay\",\s*", text).end() :]
    data, _ = json.JSONDecoder().raw_decode(call)
    names = [trace["name"] for trace in data if trace.get("showlegend") is not False]
    assert not [name for name in names if "$" in name]
    assert {re.sub("<.*?>", "", name) for name in names} == {
        name.replace("<br>", "") for name in names
    }
    read = [html.unescape(name.replace("<br>", "")) for name in names]
    assert misses("".join(read), labels()) == []
    assert max(len(line) for name in names for line in html.unescape(name).split("<br>")) <= 80


def test_markdown_shows_the_words(finished_sweep):
    text = (finished_sweep[0] / "reports" / "words" / "report.md").read_text()
    assert "\x1b" not in text
    page = rendered(text)
    assert misses(page.text, [*labels(), DESCRIPTION, FILE]) == []
    assert not {"b", "i", "br", "em", "a"} & set(page.tags)


def test_notes_in_mlflow_show_the_words(client):
    experiment = client.get_experiment_by_name("words")
    assert (
        rendered(experiment.tags["mlflow.note.content"])
        .text.partition("How to read this")[0]
        .strip()
        == DESCRIPTION
    )
    (parent,) = client.search_runs(
        [experiment.experiment_id], "tags.`fcnn.runs` != '' and attributes.status = 'FINISHED'"
    )
    page = rendered(parent.data.tags["mlflow.note.content"])
    assert misses(page.text, [*labels(), DESCRIPTION]) == []
    assert not {"b", "i", "br", "em", "a"} & set(page.tags)
    assert "Best run:" in page.text


@pytest.fixture(scope="module")
def pictures(finished_sweep):
    """The figures of the report by their names."""
    reader = Reader(finished_sweep[1])
    selection = select(reader.runs("words", reader.plan("words")), reader.plan("words"))
    curves = reader.curves(list(selection.finished["run_id"]), selection.metrics)
    drawing = draw_all(
        ReportData(
            "words",
            selection,
            curves,
            spread_curves(selection, curves),
            TrackedRun(selection.best_run, reader.arrays),
            run_requested=True,
        )
    )
    assert drawing.errors == []
    return {picture.name: picture.figure for picture in drawing.pictures}


def texts(figure):
    return "".join(text.get_text() for text in figure.findobj(Text))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("overlay", [*labels(), FILE]),
        ("heatmap", [label for label in labels() if len(label) < 100]),
        ("points", [*labels(), *map(printable, CLASSES[:-1])]),
        ("surface", [FILE, *map(printable, CLASSES[:-1])]),
    ],
)
def test_figures_show_the_words(pictures, name, expected):
    assert misses(texts(pictures[name]), expected) == []


def test_network_is_drawn_under_the_name_of_its_run(pictures):
    assert set(pictures) == {"effects", "heatmap", "network", "overlay", "points", "surface"}
    assert any(not misses(texts(pictures["network"]), [label]) for label in labels())


@pytest.mark.parametrize("name", ["effects", "heatmap", "network", "overlay", "points", "surface"])
def test_no_text_of_a_figure_is_cut(pictures, name):
    figure = pictures[name]
    figure.set_dpi(150)  # as in the file
    legends = [axes.get_legend() for axes in figure.axes if axes.get_legend()] + figure.legends
    titles = [axes.title for axes in figure.axes if axes.title.get_text()]
    artists = [*legends, figure._suptitle, *titles]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # where no font has them
        figure.draw_without_rendering()
        boxes = [artist.get_window_extent() for artist in artists if artist is not None]
    for box in boxes:
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1


def test_list_of_studies_shows_the_name_that_mlflow_was_given(tmp_path, uri):
    client = mlflow.MlflowClient(uri)
    names = ["my [/old] study", "[bold]x", "a\x1b[31mb", "速度 $5", "x" * 100]
    for name in names:
        experiment = client.create_experiment(name)
        client.create_run(experiment, tags={"fcnn.fingerprint": "0123"})
    code, sent = in_terminal("report", cwd=tmp_path, uri=uri, columns=250)
    assert code == 0, sent
    assert misses(sent, map(printable, names)) == []
    assert "\x1b[31m" not in sent


def test_reason_of_a_failed_run_is_one_line_without_controls(finished_sweep, tmp_path, uri):
    name = "none \x1b[31m [/s] $x$"
    arguments = [
        "dataset=csv",
        f"dataset.path='{finished_sweep[0] / FILE}'",
        f"dataset.target='{name}'",
    ]
    code, sent = in_terminal("train", *arguments, cwd=tmp_path, uri=uri, columns=10000)
    assert code == 1
    assert f"column {printable(name)} is not in " in sent
    assert "\x1b[31m" not in sent  # what the status line sends is its own
    message = sent.rpartition("\x1b[2K")[2]  # after the status line has been taken away
    assert message.strip().count("\n") == 0
