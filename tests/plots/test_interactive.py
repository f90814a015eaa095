"""The interactive plot of many cells: panels, the best first, menus by value."""

import itertools
import json
import re

import numpy as np
import pytest

from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves
from fcnn.plots.interactive_overlay import plot_interactive_overlay
from fcnn.plots.panels import arrange_panels
from fcnn.plots.plotly_library import to_html
from fcnn.plots.thinning import MAX_POINTS, describe_thinning, round_values, thin_epochs
from fcnn.tracking.plan import Plan

AXES = ["model.activation", "model.hidden_units", "training.batch_size"]


def parse(text):
    call = text[re.search(r"Plotly\.newPlot\(\s*\"overlay\",\s*", text).end() :]
    data, end = json.JSONDecoder().raw_decode(call)
    layout, _ = json.JSONDecoder().raw_decode(call[end:].lstrip(", \n"))
    return data, layout


@pytest.fixture
def draw(runs_of, curves_of):
    """Draw cells whose losses rise in the order in which they are listed."""

    def draw(variations, searched=False):
        runs = runs_of(variations)
        plan = Plan("parent", AXES, {}, set())
        if searched:
            plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
        selection = select(runs, plan)
        numbers = dict(zip(sorted(runs["run_id"], key=lambda r: int(r[11:])), itertools.count(1)))
        cells = spread_curves(selection, curves_of(numbers))
        return selection, arrange_panels(selection, [cell.label for cell in cells]), cells

    return draw


def grid(units, sizes):
    return [
        [f"model.activation={act}", f"model.hidden_units=[{unit}]", f"training.batch_size={size}"]
        for act in ("tanh", "relu")
        for unit in units
        for size in sizes
    ]


def shown(data, visible=None):
    """Hover names of the lines that are shown."""
    flags = visible or [trace.get("visible", True) for trace in data]
    return [
        trace["meta"] for trace, flag in zip(data, flags, strict=True) if flag and "meta" in trace
    ]


def test_three_axes_have_a_panel_for_each_value_of_the_third_and_one_legend(draw):
    selection, arrangement, cells = draw(grid((2, 4), (50, 100)))
    data, layout = parse(to_html(plot_interactive_overlay(cells, selection), "overlay"))
    assert [note["text"] for note in layout["annotations"]] == ["batch size 50", "batch size 100"]
    lines = [trace for trace in data if "meta" in trace]
    assert len(lines) == 8
    assert {trace["yaxis"] for trace in lines} == {"y", "y2"}
    names = [trace["name"] for trace in data if trace.get("showlegend") is not False]
    assert names == ["tanh, 2-2-1", "tanh, 2-4-1", "relu, 2-2-1", "relu, 2-4-1"]
    assert arrangement.best == list(range(8))
    for button in layout["updatemenus"][1]["buttons"]:
        assert set(button["args"][0]) == {"yaxis.type", "yaxis2.type"}


def test_optimizers_with_a_learning_rate_each_are_one_axis_of_the_panels(draw):
    _, arrangement, _ = draw(
        [
            [f"optimizer={name}", f"model.hidden_units=[{units}]", f"training.batch_size={size}"]
            for name in ("sgd", "adam", "rmsprop")
            for units in (2, 4)
            for size in (50, 100)
        ]
    )
    assert [(panel.title, len(panel.cells)) for panel in arrangement.panels] == [
        ("sgd, learning rate 0.01", 4),
        ("adam, learning rate 0.001", 4),
        ("rmsprop, learning rate 0.001", 4),
    ]
    assert len({style["color"] for style in arrangement.styles}) == 2


def test_of_many_cells_the_ten_best_are_shown_and_a_menu_has_the_others(draw):
    selection, arrangement, cells = draw(grid(range(2, 9), (50, 100)))
    assert arrangement.fits
    data, layout = parse(to_html(plot_interactive_overlay(cells, selection), "overlay"))
    assert len(shown(data)) == 10
    entries = {button["label"]: button["args"][0] for button in layout["updatemenus"][2]["buttons"]}
    assert list(entries)[:3] == ["the 10 best of 28 cells", "all 28 cells", "activation tanh"]
    assert len(shown(data, entries["all 28 cells"]["visible"])) == 28
    of_size = shown(data, entries["hidden units 2-3-1"]["visible"])
    assert sorted(of_size) == sorted(
        f"{act}, 2-3-1, batch size {size}" for act in ("tanh", "relu") for size in (50, 100)
    )
    # The legend names what is shown.
    legend = [
        trace["name"]
        for trace, flag in zip(data, entries["hidden units 2-3-1"]["visible"], strict=True)
        if flag and trace.get("showlegend") is not False
    ]
    assert legend == ["2-3-1"]


def test_trials_of_a_search_share_a_panel_and_only_the_ten_best_are_shown(draw):
    rates = [f"{0.001 * number:.3f}" for number in range(1, 31)]
    selection, arrangement, cells = draw(
        [[f"optimizer.learning_rate={rate}"] for rate in rates], searched=True
    )
    assert len(arrangement.panels) == 1
    assert not arrangement.fits
    data, _ = parse(to_html(plot_interactive_overlay(cells, selection), "overlay"))
    visible = [trace["name"] for trace in data if trace.get("visible") is not False]
    assert visible == [f"learning rate {rate.rstrip('0')}" for rate in rates[:10]]


def test_long_curves_have_few_points_the_first_and_the_last_among_them():
    assert thin_epochs(range(1, 11)) == list(range(1, 11))
    epochs = thin_epochs(range(1, 4001))
    assert len(set(epochs)) == MAX_POINTS
    assert (epochs[0], epochs[-1]) == (1, 4000)
    assert describe_thinning(MAX_POINTS) == ""
    assert describe_thinning(4000) == "Of 4000 epochs 200 are drawn, evenly spaced."


def test_values_are_rounded_to_no_more_than_a_plot_shows():
    assert round_values([0.123456789, 123.456789, np.nan])[:2] == [0.1235, 123.5]
    flat = np.linspace(1.0961, 1.0964, 50)
    assert np.abs(np.array(round_values(flat)) - flat).max() < 0.001 * np.ptp(flat)
    assert round_values([0.123456789] * 2) == [0.1235] * 2
    assert round_values([]) == []
