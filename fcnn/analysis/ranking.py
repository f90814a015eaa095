"""The ranking of a study's cells by their final validation losses over seeds."""

from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import loss_quantile

STUCK_SHARE = 0.5
"""A run is stuck if it ends above this share of the plateau, the median loss after one epoch."""


def default_targets(selection: Selection, curves: pd.DataFrame) -> "pd.Series[float]":
    """Return the validation loss that each run shown is to reach, by run id.

    It is ten times the smallest median of any cell on the same data, but not above the loss at
    which a run leaves the plateau.
    """
    shown = selection.shown
    medians = shown["cell"].map(loss_quantile(shown, 0.5))
    smallest = medians.groupby(shown["data"]).transform("min")
    limits = pd.concat([10 * smallest, STUCK_SHARE * _plateau(shown, curves)], axis=1)
    return limits.min(axis=1).set_axis(shown["run_id"])


def epochs_to_target(curves: pd.DataFrame, targets: "pd.Series[float]") -> "pd.Series[float]":
    """Return the first epoch whose validation loss is at most the run's target, by run id.

    Runs that never reach their target are left out.
    """
    is_reached = curves["val_loss"] <= curves["run_id"].map(targets)
    return curves[is_reached].groupby("run_id")["epoch"].min()


def rank_cells(
    selection: Selection, curves: pd.DataFrame, targets: "pd.Series[float]"
) -> pd.DataFrame:
    """Rank the cells by their median loss over seeds; a seed that diverged counts as infinite.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch, with the columns `run_id`, `epoch` and `val_loss`.
        targets: the validation loss to reach by run id, as `default_targets` returns it.

    Returns:
        One row for each cell, the smallest median first. Columns: `cell`; `median loss` and its
        quartiles; for classes `median accuracy`; `target`; `epochs to target`, the median over the
        seeds that reach it, and `share that gets there`; shares of seeds that are stuck and that
        diverged; `seeds`; `parameters`; `seconds`, median duration of a run, of which runs that
        train together share most. If losses are measured on different data, each has a ranking of
        its own, one after the other, and the columns `data` and `rank` come first.

    Example:
        >>> rank_cells(selection, curves, default_targets(selection, curves)).head()
    """
    shown = selection.shown
    runs = shown.join(epochs_to_target(curves, targets).rename("epochs"), on="run_id")
    runs["target"] = runs["run_id"].map(targets)
    runs["diverged"] = np.isinf(runs["loss"])
    runs["stuck"] = ~runs["diverged"] & (runs["loss"] > STUCK_SHARE * _plateau(shown, curves))
    table = _summarise_cells(runs).sort_values("median loss", kind="stable", ignore_index=True)
    if table["median accuracy"].isna().all():
        table = table.drop(columns="median accuracy")
    if len(selection.data_labels) == 1:
        return table.drop(columns="data")
    return _rank_within_data(table, selection.data_labels)


def _summarise_cells(runs: pd.DataFrame) -> pd.DataFrame:
    cells = runs.groupby("cell", sort=False)
    columns: dict[str, Any] = {
        "data": cells["data"].first(),
        "cell": cells["label"].first().replace("", "all runs"),
        "median loss": loss_quantile(runs, 0.5),
        "lower quartile": loss_quantile(runs, 0.25),
        "upper quartile": loss_quantile(runs, 0.75),
        "median accuracy": cells["final_val_accuracy"].median(),
        "target": cells["target"].first(),
        "epochs to target": cells["epochs"].median(),
        "share that gets there": cells["epochs"].count() / cells.size(),
        "share stuck": cells["stuck"].mean(),
        "share diverged": cells["diverged"].mean(),
        "seeds": cells.size(),
        "parameters": cells["model.parameters"].first().astype(int),
        "seconds": cells["seconds"].median(),
    }
    return pd.DataFrame(columns)


def _rank_within_data(table: pd.DataFrame, data_labels: list[str]) -> pd.DataFrame:
    """Sort a ranking by data and add the rank of each cell among those on the same data."""
    table = table.sort_values(
        "data", key=lambda labels: labels.map(data_labels.index), kind="stable"
    )
    ranks = table.groupby("data", sort=False)["median loss"].rank(method="min").astype(int)
    table.insert(1, "rank", ranks)
    return table.reset_index(drop=True)


def _plateau(runs: pd.DataFrame, curves: pd.DataFrame) -> "pd.Series[float]":
    """Return the median validation loss after one epoch on the same points, for each run."""
    after_one_epoch = curves[curves["epoch"] == 1].set_index("run_id")["val_loss"].rename("first")
    data_keys = [column for column in runs.columns if column.startswith("dataset.")]
    joined = runs.join(after_one_epoch, on="run_id")
    return joined.groupby(["data", *data_keys], dropna=False)["first"].transform("median")
