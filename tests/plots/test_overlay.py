import itertools

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves
from fcnn.errors import ConfigError
from fcnn.plots.colours import COLOURS
from fcnn.plots.drawing import draw_figure
from fcnn.plots.figures import overlay
from fcnn.plots.report_data import ReportData
from fcnn.tracking.plan import Plan

AXES = ["model.activation", "model.hidden_units"]


def report_data(runs, curves_of, factors=None, plan=None):
    """A study whose losses are these factors, or 1, 2, 3, ..., divided by the epoch."""
    factors = factors or dict(zip(runs["run_id"], itertools.count(1), strict=False))
    selection, curves = select(runs, plan), curves_of(factors)
    return ReportData("study", selection, curves, spread_curves(selection, curves), run=None)


def draw(runs, curves_of, factors=None, plan=None):
    (axes,) = overlay.draw(report_data(runs, curves_of, factors, plan)).axes
    return axes


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def colours_of(axes):
    return [line.get_color() for line in axes.get_lines()]


def dashes_of(axes):
    return [str(line._unscaled_dash_pattern) for line in axes.get_lines()]


def styles_of(axes):
    """What distinguishes the lines: colour, dashes and marker."""
    markers = [line.get_marker() for line in axes.get_lines()]
    return list(zip(colours_of(axes), dashes_of(axes), markers, strict=True))


def test_each_cell_is_a_line_of_medians_between_its_quartiles_and_extremes(
    runs_of, curves_of, grid
):
    factors = {f"2026-01-01-{run}": factor for run, factor in enumerate([1, 30, 5, 7, 7, 7])}
    axes = draw(runs_of(grid[:6]), curves_of, factors)
    line = next(line for line in axes.get_lines() if line.get_label() == "2-16-1")
    np.testing.assert_allclose(line.get_ydata(), 5 / np.arange(1, 11))
    np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 11))
    band, extremes = axes.collections[-2:]
    for epoch in range(1, 11):
        edges = [y for x, y in band.get_paths()[0].vertices if x == epoch]
        assert (min(edges), max(edges)) == pytest.approx((3 / epoch, 17.5 / epoch))
    for path, factor in zip(extremes.get_paths(), (1, 30), strict=True):
        np.testing.assert_allclose(path.vertices[:, 1], factor / np.arange(1, 11))


def test_axis_fits_what_is_finite_where_seeds_diverged(runs_of, curves_of, grid):
    runs = pd.concat([runs_of(grid[:1]), runs_of(grid[1:3], "FAILED", "2026-02-02")])
    axes = draw(runs, curves_of)
    (line,) = axes.get_lines()
    np.testing.assert_allclose(line.get_ydata()[:2], [2, 1])
    assert np.isinf(line.get_ydata()[2:]).all()
    axes.figure.draw_without_rendering()
    assert 3 <= axes.get_ylim()[1] < 10
    band = axes.collections[0].get_paths()[0].vertices
    # The lower quartile is finite up to the end of the first epoch after which two diverged.
    assert np.isfinite(band).all()
    assert band[:, 1].max() <= 3


def test_colour_is_the_first_axis_and_line_style_the_second(runs_of, curves_of, grid):
    axes = draw(runs_of(grid), curves_of, plan=Plan("p", AXES, {}, set()))
    assert legend(axes) == [
        f"{act}, 2-{units}-1" for act in ("sigmoid", "tanh", "relu") for units in (4, 16)
    ]
    assert colours_of(axes) == [colour for colour in COLOURS[:3] for _ in range(2)]
    dashes = dashes_of(axes)
    assert dashes[0::2] == [dashes[0]] * 3
    assert dashes[1::2] == [dashes[1]] * 3
    assert dashes[0] != dashes[1]


def test_one_seed_gives_plain_lines(runs_of, curves_of, grid):
    one_seed = [overrides for overrides in grid if overrides[-1] == "training.seed=0"]
    axes = draw(runs_of(one_seed), curves_of)
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


def test_epochs_have_room_in_the_column_of_a_paper(runs_of, curves_of, grid):
    axes = draw(runs_of(grid), curves_of)
    axes.set_xlim(1, 1000)
    axes.figure.set_size_inches(3.4, 2.4)
    axes.figure.set_layout_engine("none")
    axes.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
    assert len(boxes) > 2
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_title_says_what_is_shared_the_data_set_and_the_seeds(runs_of, curves_of, grid):
    title = draw(runs_of(grid), curves_of).get_title(loc="left")
    assert title == (
        "study\n"
        "prod, 2500 points, keras, random_uniform, adam, learning rate 0.001, batch size 100, "
        "100 epochs\n"
        "median of 3 seeds (0 to 2), band between the quartiles, thin lines "
        "smallest and largest"
    )


def test_title_says_how_many_of_how_many_runs_and_how_many_diverged(runs_of, curves_of, grid):
    planned = runs_of(grid)
    plan = Plan("p", AXES, {}, set(planned["fingerprint"]))
    finished = planned[planned["model.activation"] == "tanh"]
    axes = draw(pd.concat([runs_of(grid[:1], "FAILED"), finished]), curves_of, plan=plan)
    assert axes.get_title(loc="left").endswith("largest · 6 of 18 runs · 1 diverged")


def test_legend_says_when_seeds_are_missing(runs_of, curves_of, grid):
    assert legend(draw(runs_of(grid[:5]), curves_of)) == ["2-4-1 (2 of 3 seeds)", "2-16-1"]


def panels_of(figure):
    return [axes for axes in figure.axes if axes.get_lines()]


def test_24_cells_are_in_panels_of_few_lines_that_all_look_different_and_fit(runs_of, curves_of):
    variations = [
        [f"optimizer={name}", f"optimizer.learning_rate={rate}"]
        for name in ("sgd", "adam", "rmsprop")
        for rate in (0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008)
    ]
    figure = overlay.draw(report_data(runs_of(variations), curves_of))
    panels = panels_of(figure)
    assert sum(len(axes.get_lines()) for axes in panels) == 24
    for axes in panels:
        assert len(set(styles_of(axes))) == len(axes.get_lines()) <= 12
    (legend_box,) = figure.legends
    figure.draw_without_rendering()
    assert legend_box.get_window_extent().height < figure.bbox.height


def test_lines_of_a_single_axis_differ_in_style_too_not_by_colour_alone(runs_of, curves_of):
    rates = [[f"optimizer.learning_rate={rate}"] for rate in (0.1, 0.01, 0.001)]
    axes = draw(runs_of(rates), curves_of)
    assert legend(axes) == ["learning rate 0.001", "learning rate 0.01", "learning rate 0.1"]
    assert len(set(dashes_of(axes))) == 3


def test_line_of_a_diverged_cell_ends_where_it_diverged(runs_of, curves_of, grid):
    runs = pd.concat([runs_of(grid[:3], "FAILED", "2026-02-02"), runs_of(grid[3:6])])
    axes = draw(runs, curves_of)
    assert legend(axes) == ["2-4-1", "2-16-1 (3 of 3 seeds diverged)"]
    assert [np.isfinite(line.get_ydata()).sum() for line in axes.get_lines()] == [10, 2]


def three_axes(units, sizes):
    return [
        [f"model.activation={act}", f"model.hidden_units=[{unit}]", f"training.batch_size={size}"]
        for act in ("tanh", "relu")
        for unit in units
        for size in sizes
    ]


def test_third_axis_is_told_by_the_panel_and_the_legend_has_each_line_once(runs_of, curves_of):
    variations = three_axes((2, 4), (50, 100))
    plan = Plan("p", [*AXES, "training.batch_size"], {}, set())
    figure = overlay.draw(report_data(runs_of(variations), curves_of, plan=plan))
    first, second = panels_of(figure)
    assert [axes.get_title() for axes in (first, second)] == ["batch size 50", "batch size 100"]
    assert styles_of(first) == styles_of(second)
    assert len(set(styles_of(first))) == 4
    (legend_box,) = figure.legends
    names = [text.get_text() for text in legend_box.get_texts()]
    assert names == ["tanh, 2-2-1", "tanh, 2-4-1", "relu, 2-2-1", "relu, 2-4-1"]


def test_more_than_12_lines_are_divided_by_the_axis_that_makes_fewest_panels(runs_of, curves_of):
    variations = three_axes(range(2, 9), (50,))
    figure = overlay.draw(
        report_data(runs_of(variations), curves_of, plan=Plan("p", AXES, {}, set()))
    )
    titles = [axes.get_title() for axes in panels_of(figure)]
    assert titles == ["tanh", "relu"]
    assert {len(axes.get_lines()) for axes in panels_of(figure)} == {7}


def test_of_many_cells_that_no_axis_divides_the_ten_best_are_shown(runs_of, curves_of):
    rates = [f"{0.001 * number:.3f}" for number in range(1, 31)]
    data = report_data(runs_of([[f"optimizer.learning_rate={rate}"] for rate in rates]), curves_of)
    (axes,) = panels_of(overlay.draw(data))
    assert len(set(styles_of(axes))) == 10
    # The runs' losses rise with their number.
    assert sorted(legend(axes)) == sorted(
        f"learning rate {rate.rstrip('0')}" for rate in rates[:10]
    )
    assert axes.get_title(loc="left").endswith("the 10 best of 30 cells")


def test_overlay_of_another_metric_shows_its_curves(runs_of, curves_of, grid):
    data = report_data(runs_of(grid), curves_of, {f"2026-01-01-{run}": 3 for run in range(18)})
    (axes,) = draw_figure("overlay", data, metric="val_loss").axes
    assert axes.get_ylabel() == "validation loss"
    for line in axes.get_lines():
        np.testing.assert_allclose(line.get_ydata(), 6 / np.arange(1, 11))


def test_metric_that_the_study_does_not_have_is_refused(runs_of, curves_of, grid):
    data = report_data(runs_of(grid), curves_of)
    with pytest.raises(ConfigError, match="metric=accuracy: should be one of loss, val_loss"):
        draw_figure("overlay", data, metric="accuracy")
