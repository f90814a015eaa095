"""The losses by which runs are compared, whatever each of them minimises."""

import numpy as np
import pandas as pd

from fcnn.settling import SMALLEST_LOSS


def comparable_losses(frame: pd.DataFrame, column: str) -> "pd.Series[float]":
    """Return the plain loss of each row: its score, or its loss where no score is recorded.

    A run records a score where its loss is not comparable with that of other runs: it contains a
    penalty, or is not the mean squared error or the cross-entropy.

    Args:
        frame: A row for each run, or for each run and epoch.
        column: The column of a loss: `val_loss`, `final_val_loss`, `final_loss`.
    """
    score = column.removesuffix("loss") + "score"
    return frame[score].fillna(frame[column]) if score in frame else frame[column]


def log_losses(losses: "pd.Series[float]") -> "pd.Series[float]":
    """Return logarithms to base 10; a loss of 0 counts as the smallest float32 number above it."""
    return pd.Series(np.log10(losses.clip(lower=SMALLEST_LOSS)))


def describe_scores(runs: pd.DataFrame) -> str:
    """Say of which runs another loss is compared than they minimise; empty without any.

    Args:
        runs: Rows of `Reader.runs`.
    """
    n_scored = int(runs["final_val_score"].notna().sum()) if "final_val_score" in runs else 0
    if not n_scored:
        return ""
    subject = (
        "All runs minimise" if n_scored == len(runs) else f"{n_scored} of {len(runs)} runs minimise"
    )
    return (
        f"{subject} another loss than the plain mean squared error or cross-entropy "
        "(a penalty, smoothed labels, weights of classes, or another function of the error): runs "
        "are compared by the plain one, recorded as score and val_score"
    )
