import itertools

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.plots.colours import COLOURS
from fcnn.plots.figures import ReportData, overlay
from fcnn.tracking.plan import Plan

AXES = ["model.activation", "model.hidden_units"]


def draw(runs, curves_of, values=None, plan=None):
    values = (
        dict(zip(runs["run_id"], itertools.count(1), strict=False)) if values is None else values
    )
    figure = overlay.draw(
        ReportData("mine", select(runs, plan), curves_of(values), run=None, asked=False)
    )
    (axes,) = figure.axes
    return axes


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def line_styles(axes):
    return [
        (
            line.get_color(),
            line.get_linestyle(),
            str(line._unscaled_dash_pattern),
            line.get_marker(),
        )
        for line in axes.get_lines()
    ]


def test_one_line_a_cell_is_the_median_with_a_band_from_smallest_to_largest(
    runs_of, curves_of, grid
):
    runs = runs_of(grid[:6])
    axes = draw(
        runs,
        curves_of,
        {"2026-01-01-0": 1, "2026-01-01-1": 30, "2026-01-01-2": 5}
        | {f"2026-01-01-{n}": 7 for n in (3, 4, 5)},
    )
    line = next(line for line in axes.get_lines() if line.get_label() == "2-16-1")
    np.testing.assert_allclose(line.get_ydata(), 5 / np.arange(1, 11))
    np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 11))
    band = min(axes.collections, key=lambda band: band.get_paths()[0].vertices[:, 1].min())
    for epoch in range(1, 11):
        edges = [y for x, y in band.get_paths()[0].vertices if x == epoch]
        assert (min(edges), max(edges)) == pytest.approx((1 / epoch, 30 / epoch))


def test_colour_is_the_first_axis_and_line_style_the_second(runs_of, curves_of, grid):
    axes = draw(runs_of(grid), curves_of, plan=Plan("p", AXES, {}, set()))
    assert legend(axes) == [
        f"{act}, 2-{units}-1" for act in ("sigmoid", "tanh", "relu") for units in (4, 16)
    ]
    colours, styles = (
        [look[0] for look in line_styles(axes)],
        [look[2] for look in line_styles(axes)],
    )
    assert colours == [colour for colour in COLOURS[:3] for _ in range(2)]
    assert styles[0::2] == [styles[0]] * 3
    assert styles[1::2] == [styles[1]] * 3
    assert styles[0] != styles[1]


def test_one_seed_gives_plain_lines(runs_of, curves_of, grid):
    axes = draw(
        runs_of([overrides for overrides in grid if overrides[-1] == "training.seed=0"]), curves_of
    )
    assert len(axes.get_lines()) == 6
    assert len(axes.collections) == 0
    assert axes.get_title(loc="left").endswith("\nseed 0")


def test_axes_are_log_and_named_and_the_legend_stands_outside_on_the_right(
    runs_of, curves_of, grid
):
    axes = draw(runs_of(grid), curves_of)
    assert axes.get_yscale() == "log"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    axes.figure.draw_without_rendering()
    assert axes.get_legend().get_window_extent().x0 > axes.get_window_extent().x1
    assert axes.get_legend().get_window_extent().x1 <= axes.figure.bbox.x1


def test_title_says_what_is_shared_the_data_set_and_the_seeds(runs_of, curves_of, grid):
    title = draw(runs_of(grid), curves_of).get_title(loc="left")
    assert title == (
        "mine\n"
        "prod, 2500 points, keras, random_uniform, adam, learning rate 0.001, batch size 100, 100 epochs\n"
        "median of 3 seeds (0 to 2), band from smallest to largest"
    )


def test_title_says_how_many_of_how_many_runs_and_how_many_diverged(runs_of, curves_of, grid):
    everything = runs_of(grid)
    plan = Plan("p", AXES, {}, set(everything["fingerprint"]))
    runs = pd.concat(
        [runs_of(grid[:1], "FAILED"), everything[everything["model.activation"] == "tanh"]]
    )
    axes = draw(runs, curves_of, plan=plan)
    assert axes.get_title(loc="left").endswith("largest · 6 of 18 runs · 1 diverged")


def test_legend_says_when_seeds_are_missing(runs_of, curves_of, grid):
    assert legend(draw(runs_of(grid[:5]), curves_of)) == ["2-4-1 (2 of 3 seeds)", "2-16-1"]


def test_24_cells_all_look_different_and_fit(runs_of, curves_of):
    variations = [
        [f"optimizer={name}", f"optimizer.learning_rate={rate}"]
        for name in ("sgd", "adam", "rmsprop")
        for rate in (0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008)
    ]
    axes = draw(runs_of(variations), curves_of)
    assert len(set(line_styles(axes))) == 24
    axes.figure.draw_without_rendering()
    assert axes.get_legend().get_window_extent().height < axes.figure.bbox.height


def test_lines_of_a_single_axis_differ_in_style_too_not_by_colour_alone(runs_of, curves_of):
    axes = draw(
        runs_of([[f"optimizer.learning_rate={rate}"] for rate in (0.1, 0.01, 0.001)]), curves_of
    )
    assert legend(axes) == ["learning rate 0.001", "learning rate 0.01", "learning rate 0.1"]
    assert len({look[2] for look in line_styles(axes)}) == 3


def test_diverged_cell_has_a_name_in_the_legend_and_no_line(runs_of, curves_of, grid):
    runs = pd.concat([runs_of(grid[:3], "FAILED"), runs_of(grid[3:6])])
    axes = draw(runs, curves_of)
    assert legend(axes) == ["2-4-1", "2-16-1 (0 of 3 seeds, 3 diverged)"]
    assert [len(line.get_xdata()) for line in axes.get_lines()] == [10, 0]


def test_many_values_of_three_axes_all_look_different(runs_of, curves_of):
    variations = [
        [f"model.activation={act}", f"model.hidden_units=[{units}]", f"training.batch_size={size}"]
        for act in ("tanh", "relu")
        for units in range(2, 9)
        for size in (50, 100)
    ]
    assert (
        len(set(line_styles(draw(runs_of(variations), curves_of, plan=Plan("p", AXES, {}, set())))))
        == 28
    )


def test_third_axis_is_told_by_the_marker(runs_of, curves_of):
    variations = [
        [f"model.activation={act}", f"model.hidden_units=[{units}]", f"training.batch_size={size}"]
        for act in ("tanh", "relu")
        for units in (2, 4)
        for size in (50, 100)
    ]
    assert len(set(line_styles(draw(runs_of(variations), curves_of)))) == 8
