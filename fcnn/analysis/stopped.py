"""Runs with early stopping, which are scored at the epoch that they kept."""

import numpy as np
import pandas as pd

EPOCHS_KEY = "training.epochs"


def carry_forward(curves: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Carry the values of the kept epoch forward to the last epoch of each run that kept one.

    Medians over seeds then do not depend on which of them are still trained.

    Args:
        curves: A row for each run and epoch.
        runs: Rows of `Reader.runs`, with `kept_epoch`, NaN without early stopping.
    """
    kept = runs[runs["kept_epoch"].notna()].set_index("run_id")
    if kept.empty or curves.empty:
        return curves
    parts = [curves[~curves["run_id"].isin(kept.index)]]
    ends = zip(kept.index, kept["kept_epoch"], kept[EPOCHS_KEY], strict=True)
    for run_id, kept_epoch, last_epoch in ends:
        curve = curves[(curves["run_id"] == run_id) & (curves["epoch"] <= kept_epoch)]
        epochs = np.arange(int(kept_epoch) + 1, int(last_epoch) + 1)
        rest = pd.concat([curve.tail(1)] * len(epochs)) if len(epochs) else curve.tail(0)
        parts += [curve, rest.assign(epoch=epochs)]
    return pd.concat(parts, ignore_index=True)


def describe_stopped(runs: pd.DataFrame) -> str:
    """Say what the losses of runs with early stopping are; empty without any.

    Args:
        runs: Rows of `Reader.runs`.
    """
    n_stopped = int(runs["kept_epoch"].notna().sum())
    if not n_stopped:
        return ""
    subject = "All runs keep" if n_stopped == len(runs) else f"{n_stopped} of {len(runs)} runs keep"
    return (
        f"{subject} the weights of the epoch with the lowest validation loss "
        "(training.early_stopping): their loss is a minimum over epochs, which is lower than that "
        "of new data"
    )
