"""The ranking of a study's cells: losses over seeds, epochs to a target, seeds that are stuck. Losses are final validation losses."""

import math
from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.selection import Selection

STUCK = 0.5
"""A run is stuck when it ends above this share of the plateau, the median after one epoch."""


def default_targets(selection: Selection, curves: pd.DataFrame) -> "pd.Series[float]":
    """Of each run shown, by run id, the validation loss that it is to reach.

    It is ten times the smallest median of any cell on the same data, but no more than where a run
    leaves the plateau.
    """
    shown = selection.shown
    best = shown["cell"].map(quantile(shown, 0.5)).groupby(shown["data"]).transform("min")
    return (
        pd.concat([10 * best, STUCK * _plateau(shown, curves)], axis=1)
        .min(axis=1)
        .set_axis(shown["run_id"])
    )


def first_epochs(curves: pd.DataFrame, targets: "pd.Series[float]") -> "pd.Series[float]":
    """The first epoch whose validation loss is the run's target or less, of each run that has one, by run id."""
    return (
        curves[curves["val_loss"] <= curves["run_id"].map(targets)].groupby("run_id")["epoch"].min()
    )


def ranking(
    selection: Selection, curves: pd.DataFrame, targets: "pd.Series[float]"
) -> pd.DataFrame:
    """One row a cell, the smallest median loss first; a seed that diverged counts as infinite.

    Where losses are measured on different data, each has a ranking of its own, one after the other;
    columns `data` and `rank` come first and say which and the place in it.

    Columns: `cell`, `median loss` and its quartiles; for classes `median accuracy`; `target`, the validation loss that is to be
    reached, as `default_targets` gives them, `epochs to target`, the median epoch at which those seeds that ever do first reach
    it, and `share that gets there`; shares of seeds that are stuck and that diverged; `seeds`; `parameters`; `seconds`, median
    from start to end of a run, of which runs that train together share most.
    """
    shown = selection.shown.join(first_epochs(curves, targets).rename("epochs"), on="run_id")
    shown["target"] = shown["run_id"].map(targets)
    shown["diverged"] = np.isinf(shown["loss"])
    shown["stuck"] = ~shown["diverged"] & (shown["loss"] > STUCK * _plateau(shown, curves))
    cells = shown.groupby("cell", sort=False)
    columns: dict[str, Any] = {
        "data": cells["data"].first(),
        "cell": cells["label"].first().replace("", "all runs"),
        "median loss": quantile(shown, 0.5),
        "lower quartile": quantile(shown, 0.25),
        "upper quartile": quantile(shown, 0.75),
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
    if columns["median accuracy"].isna().all():
        del columns["median accuracy"]
    table = pd.DataFrame(columns).sort_values("median loss", kind="stable", ignore_index=True)
    data = selection.data
    if len(data) == 1:
        return table.drop(columns="data")
    table = table.sort_values("data", key=lambda words: words.map(data.index), kind="stable")
    ranks = table.groupby("data", sort=False)["median loss"].rank(method="min").astype(int)
    table.insert(1, "rank", ranks)
    return table.reset_index(drop=True)


def _plateau(shown: pd.DataFrame, curves: pd.DataFrame) -> "pd.Series[float]":
    """For each of the runs shown the median validation loss after one epoch on its very points."""
    first = curves[curves["epoch"] == 1].set_index("run_id")["val_loss"].rename("first")
    points = [column for column in shown.columns if column.startswith("dataset.")]
    return (
        shown.join(first, on="run_id")
        .groupby(["data", *points], dropna=False)["first"]
        .transform("median")
    )


def quantile(runs: pd.DataFrame, share: float) -> "pd.Series[float]":
    """A quantile of each cell's `loss`; NaN is what pandas has between two infinite ones."""
    return runs.groupby("cell", sort=False)["loss"].quantile(share).fillna(math.inf)
