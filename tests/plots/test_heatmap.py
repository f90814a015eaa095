import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.plots.figures import ReportData, heatmap
from fcnn.tracking.plan import Plan


def plan(*first):
    return Plan("parent", list(first), {}, set())


def draw(selection):
    return heatmap.draw(ReportData("mine", selection, curves=None, run=None, asked=False))


def texts(figure):
    """The texts in the cells, by row and column."""
    return {
        (round(text.get_position()[1]), round(text.get_position()[0])): text.get_text().splitlines()
        for text in figure.axes[0].texts
    }


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_cells_have_the_median_over_seeds_and_its_range(runs_of, grid):
    selection = select(runs_of(grid), plan("model.activation", "model.hidden_units"))
    figure = draw(selection)
    (axes,) = figure.axes
    assert labels(axes.yaxis) == ["sigmoid", "tanh", "relu"]
    assert labels(axes.xaxis) == ["[4]", "[16]"]
    (image,) = axes.images
    assert image.get_array().shape == (3, 2)
    for _, group in selection.runs.groupby("cell"):
        row = ["sigmoid", "tanh", "relu"].index(group["model.activation"].iloc[0])
        column = ["[4]", "[16]"].index(group["model.hidden_units"].iloc[0])
        losses = group["final_val_loss"]
        assert image.get_array()[row, column] == losses.median()
        assert texts(figure)[row, column] == [
            f"{losses.median():.3g}",
            f"{losses.min():.3g} to {losses.max():.3g}",
        ]


def test_diverged_cells_are_marked_and_missing_ones_left_blank(runs_of, grid):
    good, bad = (
        [one for one in grid if "relu" not in one[0]],
        [one for one in grid if "relu" in one[0] and "[4]" in one[1]],
    )
    selection = select(
        pd.concat([runs_of(bad, "FAILED", "2026-02-02"), runs_of(good)]),
        plan("model.activation", "model.hidden_units"),
    )
    figure = draw(selection)
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
        variations = [[*one, f"{key}={value}"] for one in variations for value in values[key]]
    figure = draw(select(runs_of(variations), plan(*keys)))
    assert len(texts(figure)) == 2 ** len(keys)
    figure.savefig("/dev/null", format="png")


def test_losses_that_hardly_differ_have_colours_that_hardly_differ(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    runs["final_val_loss"] = [0.1001, 0.1]
    (image,) = draw(select(runs, plan("model.activation"))).axes[0].images
    first, second = image.norm(image.get_array()).ravel()
    assert abs(first - second) < 0.01


def test_cells_without_the_first_hyperparameter_are_there_too(runs_of):
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


def test_colours_are_those_of_the_same_data(runs_of):
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
    smallest, largest = (
        [image[row, column].tolist() for row, image in enumerate(colours)] for column in (0, 1)
    )
    assert smallest[0] == smallest[1] != largest[0] == largest[1]
    assert "of the same dataset only" in figure.get_suptitle().replace("\n", " ")


def test_search_has_no_heat_map_and_a_grid_beside_it_has_its_own(runs_of):
    runs = runs_of([[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)])
    prints = set(runs["fingerprint"])
    search = Plan("parent", [], {}, set(), all_fingerprints=prints, search_sweeps={"parent"})
    assert draw(select(runs, search)) is None
    gridded = set(runs["fingerprint"].head(2))
    figure = draw(
        select(
            runs,
            Plan("p", [], {}, set(), prints, search_sweeps={"parent"}, grid_fingerprints=gridded),
        )
    )
    assert len(texts(figure)) == 2
    assert figure.get_suptitle().endswith("without the search's")
