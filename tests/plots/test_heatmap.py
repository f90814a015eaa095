from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fcnn.analysis.selection import select
from fcnn.plots.figures import heatmap
from fcnn.plots.report_data import ReportData
from fcnn.tracking.plan import Plan


def plan(*axes):
    return Plan("parent", list(axes), {}, set())


def draw(selection):
    return heatmap.draw(ReportData("study", selection, curves=None, cells=[], run=None))


def texts(figure):
    """The lines of text in the cells, by row and column."""
    lines = {}
    for text in figure.axes[0].texts:
        column, row = map(round, text.get_position())
        lines[row, column] = text.get_text().splitlines()
    return lines


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_cells_have_the_settled_loss_of_the_ranking_and_its_range(runs_of, grid):
    selection = select(runs_of(grid), plan("model.activation", "model.hidden_units"))
    figure = draw(selection)
    (axes,) = figure.axes
    assert labels(axes.yaxis) == ["sigmoid", "tanh", "relu"]
    assert labels(axes.xaxis) == ["[4]", "[16]"]
    (image,) = axes.images
    assert image.get_array().shape == (3, 2)
    for _, group in selection.finished.groupby("cell"):
        row = ["sigmoid", "tanh", "relu"].index(group["model.activation"].iloc[0])
        column = ["[4]", "[16]"].index(group["model.hidden_units"].iloc[0])
        losses = group["final_val_loss"]
        mean = stats.gmean(losses)
        assert image.get_array()[row, column] == pytest.approx(mean)
        assert texts(figure)[row, column] == [
            f"{mean:.3g}",
            f"{losses.min():.3g} to {losses.max():.3g}",
        ]


def test_diverged_cells_are_marked_and_missing_ones_left_blank(runs_of, grid):
    finished = [overrides for overrides in grid if "relu" not in overrides[0]]
    diverged = [
        [activation, units, seed]
        for activation, units, seed in grid
        if "relu" in activation and "[4]" in units
    ]
    runs = pd.concat([runs_of(diverged, "FAILED", "2026-02-02"), runs_of(finished)])
    figure = draw(select(runs, plan("model.activation", "model.hidden_units")))
    assert texts(figure)[2, 0] == ["3 diverged"]
    assert (2, 1) not in texts(figure)
    assert np.isnan(figure.axes[0].images[0].get_array().filled(np.nan)[2]).all()


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("model.activation",),
        ("model.activation", "model.hidden_units", "optimizer.learning_rate"),
    ],
)
def test_any_number_of_axes_has_a_heat_map(runs_of, keys):
    values = {
        "model.activation": ["tanh", "relu"],
        "model.hidden_units": ["[4]", "[8]"],
        "optimizer.learning_rate": ["0.1", "0.2"],
    }
    variations = [["training.seed=0"]]
    for key in keys:
        variations = [
            [*overrides, f"{key}={value}"] for overrides in variations for value in values[key]
        ]
    figure = draw(select(runs_of(variations), plan(*keys)))
    assert len(texts(figure)) == 2 ** len(keys)
    figure.savefig("/dev/null", format="png")


def test_losses_that_hardly_differ_have_colours_that_hardly_differ(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    runs["final_val_loss"] = [0.1001, 0.1]
    (image,) = draw(select(runs, plan("model.activation"))).axes[0].images
    first, second = image.norm(image.get_array()).ravel()
    assert abs(first - second) < 0.01


def test_cells_without_the_first_hyperparameter_have_a_row_too(runs_of):
    runs = runs_of(
        [
            ["optimizer=sgd", "optimizer.momentum=0.0"],
            ["optimizer=sgd", "optimizer.momentum=0.9"],
            ["optimizer=adam"],
        ]
    )
    figure = draw(select(runs, plan("optimizer.momentum")))
    assert len(texts(figure)) == 3
    assert labels(figure.axes[0].yaxis) == ["0.0", "0.9", "-"]


def test_each_data_has_a_colour_scale_of_its_own(runs_of):
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}"]
            for data in ("prod", "xor")
            for name in ("tanh", "relu")
        ]
    )
    runs["final_val_loss"] = [300.0, 3.0, 0.1, 0.001]
    figure = draw(select(runs, plan("dataset.name", "model.activation")))
    colours = [image.cmap(image.norm(image.get_array())) for image in figure.axes[0].images]
    (smallest, largest), (other_smallest, other_largest) = (
        image[row].tolist() for row, image in enumerate(colours)
    )
    assert smallest == other_smallest != largest == other_largest
    assert "of the same dataset only" in figure.get_suptitle().replace("\n", " ")


def test_search_has_no_heat_map_and_a_grid_beside_it_has_its_own(runs_of):
    runs = runs_of([[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)])
    fingerprints = set(runs["fingerprint"])
    search = Plan("parent", [], {}, set(), all_fingerprints=fingerprints, search_sweeps={"parent"})
    assert draw(select(runs, search)) is None
    with_grid = replace(search, grid_fingerprints=set(runs["fingerprint"].head(2)))
    figure = draw(select(runs, with_grid))
    assert len(texts(figure)) == 2
    assert figure.get_suptitle().endswith("without the search's")
