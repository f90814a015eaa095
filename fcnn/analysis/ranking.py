"""The ranking of a study's cells by their settled losses over seeds."""

from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.best import find_candidates
from fcnn.analysis.comparable import comparable_losses, log_losses
from fcnn.analysis.measure import ACCURACY
from fcnn.analysis.paired import t_interval
from fcnn.analysis.selection import Selection
from fcnn.analysis.settled import STUCK_SHARE


def default_targets(selection: Selection) -> "pd.Series[float]":
    """Return the validation loss that each run shown is to reach, by run id.

    It is ten times the smallest settled loss of any cell on the same data (geometric mean over
    seeds), but not above the loss at which a run is stuck.
    """
    shown = selection.shown
    means = shown.groupby("cell")["settled"].mean()
    smallest = 10 ** shown["cell"].map(means).groupby(shown["data"]).transform("min")
    floor = shown["noise_floor"]
    stuck = floor + STUCK_SHARE * (shown["constant_loss"] - floor)
    # The same for all runs on the same data, which may be another sample for each seed.
    stuck = stuck.groupby(shown["data"]).transform("median")
    limits = pd.concat([10 * smallest, stuck], axis=1)
    return limits.min(axis=1).set_axis(shown["run_id"])


def choose_targets(selection: Selection, target: float | None) -> "pd.Series[float]":
    """Return the same target for each run shown, by run id, or without one `default_targets`."""
    if target is None:
        return default_targets(selection)
    return pd.Series(target, selection.shown["run_id"])


def epochs_to_target(
    runs: pd.DataFrame, curves: pd.DataFrame, targets: "pd.Series[float]"
) -> "pd.Series[float]":
    """Return the first epoch of each run whose validation loss is at most the run's target.

    Args:
        runs: a row for each run.
        curves: a row for each run and epoch.
        targets: validation losses by run id.

    Returns:
        Epochs by the index of `runs`, infinite for a run that never reaches its target, or that
        diverges after it has.
    """
    is_reached = comparable_losses(curves, "val_loss") <= curves["run_id"].map(targets)
    epochs = curves[is_reached].groupby("run_id")["epoch"].min()
    return runs["run_id"].map(epochs).mask(runs["diverged"]).fillna(np.inf)


def rank_cells(
    selection: Selection, curves: pd.DataFrame, targets: "pd.Series[float]"
) -> pd.DataFrame:
    """Rank the cells by their settled loss, the geometric mean over seeds.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch, with the columns `run_id`, `epoch` and `val_loss`.
        targets: the validation loss to reach by run id, as `default_targets` returns it.

    Returns:
        One row for each cell, the best first. Columns: `cell`; `settled loss` with the limits of
        its t interval, `low` and `high` (for a study that compares accuracies `settled accuracy`);
        for classes `accuracy`; `test loss` of the best cell alone, the geometric mean of its runs;
        `could be the best`; `target`; `epochs to target`, the median over all seeds, of which those
        that never arrive are infinite, and `share that gets there`; shares of seeds that are stuck
        and that diverged; `still falling`; `seeds`; `parameters`; `seconds`, median duration of a
        run, of which runs that train together share most. If losses are measured on different data,
        each has a ranking of its own, one after the other, and the columns `data` and `rank` come
        first.

    Example:
        >>> rank_cells(selection, curves, default_targets(selection)).head()
    """
    runs = selection.shown.assign(
        epochs=epochs_to_target(selection.shown, curves, targets),
        target=selection.shown["run_id"].map(targets),
    )
    table = _summarise_cells(selection, runs).loc[selection.ranked_cells["cell"]]
    table = table.reset_index(drop=True)
    unknown = [name for name in ("accuracy", "test loss") if table[name].isna().all()]
    table = table.drop(columns=unknown)
    if len(selection.data_labels) == 1:
        return table.drop(columns="data")
    return _rank_within_data(table, selection.data_labels)


def _summarise_cells(selection: Selection, runs: pd.DataFrame) -> pd.DataFrame:
    cells = runs.groupby("cell")
    measure = selection.measure
    intervals = cells["score"].apply(t_interval)
    limits = intervals.map(lambda interval: measure.limits(*interval[1:]))
    low, high = limits.str[0], limits.str[1]
    accuracies = cells["settled_accuracy"].mean().mask(np.full(len(intervals), measure is ACCURACY))
    columns: dict[str, Any] = {
        "data": cells["data"].first(),
        "cell": cells["label"].first().replace("", "all runs"),
        f"settled {measure.name}": cells["score"].mean().map(measure.value),
        "low": low.clip(lower=0.0),
        "high": high.clip(upper=np.inf if measure.is_logarithmic else 1.0),
        "accuracy": accuracies,
        "test loss": _test_losses(selection),
        "could be the best": find_candidates(selection),
        "target": cells["target"].first(),
        "epochs to target": cells["epochs"].median(),
        "share that gets there": np.isfinite(runs["epochs"]).groupby(runs["cell"]).mean(),
        "share stuck": cells["stuck"].mean(),
        "share diverged": cells["diverged"].mean(),
        "still falling": cells["fall"].mean() > cells["settled"].std(),
        "seeds": cells.size(),
        "parameters": cells["model.parameters"].first().astype(int),
        "seconds": cells["seconds"].median(),
    }
    return pd.DataFrame(columns)


def _test_losses(selection: Selection) -> "pd.Series[float]":
    """Return the test loss of the best cell on each data: other cells' would invite a choice."""
    losses = selection.finished.get("final_test_loss")
    if losses is None:
        return pd.Series(np.nan, index=selection.cells["cell"])
    winners = selection.finished["cell"].isin(selection.winners["cell"])
    logs = log_losses(losses[winners])
    means = logs.groupby(selection.finished["cell"]).mean()
    return pd.Series(10**means).reindex(selection.cells["cell"])


def _rank_within_data(table: pd.DataFrame, data_labels: list[str]) -> pd.DataFrame:
    """Sort a ranking by data and add the rank of each cell among those on the same data."""
    table = table.sort_values(
        "data", key=lambda labels: labels.map(data_labels.index), kind="stable"
    )
    table.insert(1, "rank", table.groupby("data", sort=False).cumcount() + 1)
    return table.reset_index(drop=True)
