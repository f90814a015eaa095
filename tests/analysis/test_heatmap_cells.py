"""What a heat map shows: the cells of a grid in rows and columns."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from fcnn.analysis.heatmap import arrange_heatmap
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan


def test_first_axis_is_in_rows_and_the_others_together_in_columns(runs_of, grid):
    batches = ["training.batch_size=5", "training.batch_size=10"]
    runs = runs_of([[*overrides, batch] for overrides in grid for batch in batches])
    axes = ["model.activation", "model.hidden_units", "training.batch_size"]
    heatmap = arrange_heatmap(select(runs, Plan("parent", axes, {}, set())))
    assert heatmap is not None
    assert heatmap.row_labels == ["sigmoid", "tanh", "relu"]
    assert heatmap.column_labels == ["2-4-1, 5", "2-4-1, 10", "2-16-1, 5", "2-16-1, 10"]
    assert (heatmap.row_axes, heatmap.column_axes) == (axes[:1], axes[1:])


@pytest.mark.parametrize("first", ["optimizer.name", "optimizer.learning_rate"])
def test_optimizer_and_the_learning_rate_that_each_brings_share_the_rows(runs_of, first):
    runs = runs_of(
        [
            [f"optimizer={name}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
            for name in ("adam", "sgd", "rmsprop")
            for units in (4, 16)
            for seed in (0, 1)
        ]
    )
    heatmap = arrange_heatmap(select(runs, Plan("parent", [first], {}, set())))
    assert heatmap is not None
    assert sorted(heatmap.row_axes) == ["optimizer.learning_rate", "optimizer.name"]
    assert heatmap.column_labels == ["2-4-1", "2-16-1"]
    assert np.isfinite(heatmap.values(heatmap.cells["data"].iloc[0])).all()


def test_cell_has_the_geometric_mean_of_its_runs_and_their_range(runs_of, grid):
    runs = runs_of(grid)
    axes = ["model.activation", "model.hidden_units"]
    heatmap = arrange_heatmap(select(runs, Plan("parent", axes, {}, set())))
    assert heatmap is not None
    (data,) = heatmap.cells["data"].unique()
    values = heatmap.values(data)
    for (activation, units), group in runs.groupby(axes):
        losses = group["final_val_loss"]
        place = ["sigmoid", "tanh", "relu"].index(activation), ["[4]", "[16]"].index(units)
        np.testing.assert_allclose(values[place], stats.gmean(losses))
        cells = heatmap.cells.set_index(["row", "column"])
        np.testing.assert_allclose(cells.loc[place, "min"], losses.min())
        np.testing.assert_allclose(cells.loc[place, "max"], losses.max())


def test_cell_whose_runs_all_diverged_has_no_value(runs_of, grid):
    diverged = runs_of(grid[-3:], status="FAILED", start="2026-01-02")
    runs = pd.concat([diverged, runs_of(grid[:-3])], ignore_index=True)
    axes = ["model.activation", "model.hidden_units"]
    heatmap = arrange_heatmap(select(runs, Plan("parent", axes, {}, set())))
    assert heatmap is not None
    values = heatmap.values(heatmap.cells["data"].iloc[0])
    np.testing.assert_array_equal(np.isnan(values), [[False, False], [False, False], [True, False]])


def test_cell_with_one_finished_run_has_its_value(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    heatmap = arrange_heatmap(select(runs, Plan("parent", ["model.activation"], {}, set())))
    assert heatmap is not None
    values = heatmap.values(heatmap.cells["data"].iloc[0])
    np.testing.assert_allclose(values[:, 0], [1.0, 2.0])
