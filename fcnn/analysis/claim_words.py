"""The figures of a judged claim in words."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcnn.analysis.claim_intervals import Interval
from fcnn.analysis.claim_values import Pairs
from fcnn.analysis.paired import MIN_SEEDS
from fcnn.config.claims import Condition

NOUNS = {
    "loss": "settled loss",
    "test_loss": "test loss",
    "training_loss": "training loss",
    "epochs_to_target": "epochs to the target",
    "share_stuck": "share stuck",
    "accuracy": "settled accuracy",
}


def name_missing(labels: Sequence[str], is_asked: bool) -> str:
    """Say which cells a claim is about that have no runs."""
    named = " and ".join(labels) or "the cells of an axis"
    if not is_asked:
        return f"the newest sweep has no {named}"
    return f"no run of {named} has finished yet"


def describe_inequality(
    condition: Condition, pairs: Pairs, labels: Sequence[str], interval: Interval, level: float
) -> str:
    """Say how two groups of cells compare: `settled loss: relu 1e-05, tanh 4e-04: factor 40 (...)`.

    Args:
        condition: what is compared.
        pairs: the two groups.
        labels: what they are called.
        interval: of the log10 factor, or of the difference.
        level: the level of the interval.
    """
    values = [
        f"{label} {_format_value(condition, side)}"
        for label, side in zip(labels, (pairs.first, pairs.second), strict=True)
    ]
    n_agree = int((pairs.differences > 0).sum())
    n_seeds = len(pairs.differences)
    return (
        f"{_name_measure(condition)}: {', '.join(values)}; "
        f"{_format_effect(condition, interval, pairs, level)}, "
        f"higher in {n_agree} of {n_seeds} seeds"
    )


def describe_similarity(
    condition: Condition, pairs: Pairs, labels: Sequence[str], interval: Interval, level: float
) -> str:
    """Say how far apart the most different groups of cells are; for arguments see above.

    Args:
        condition: what is compared.
        pairs: the two groups that are farthest apart.
        labels: what the lower and the higher of them are called.
        interval: of the log10 factor, or of the difference, from the lower to the higher.
        level: the level of the interval.
    """
    effect = _format_effect(condition, interval, pairs, level)
    return f"{_name_measure(condition)}: {labels[1]} over {labels[0]}; {effect}"


def _name_measure(condition: Condition) -> str:
    if condition.target is None:
        return NOUNS[condition.measure]
    return f"epochs to {condition.target:.3g}"


def _format_value(condition: Condition, values: "pd.Series[float]") -> str:
    """Return the value of a group of cells: a geometric mean, a median of epochs, or a share."""
    if condition.measure == "epochs_to_target":
        with np.errstate(invalid="ignore"):
            median = float(np.median(values))
        return f"{10**median:.3g}" if math.isfinite(median) else "never"
    mean = float(values.mean())
    return f"{10**mean:.3g}" if condition.is_ratio else f"{mean:.3g}"


def _format_effect(condition: Condition, interval: Interval, pairs: Pairs, level: float) -> str:
    """Return `factor 40 (95 % interval 30 to 60)`, or why there is no interval."""
    name = "factor" if condition.is_ratio else "difference"
    estimate, low, high = (_format_number(condition, value) for value in interval)
    if math.isnan(interval.low):
        return f"{name} {estimate} ({_explain_missing_interval(len(pairs.differences))})"
    return f"{name} {estimate} ({100 * (1 - level):.3g} % interval {low} to {high})"


def _explain_missing_interval(n_seeds: int) -> str:
    if n_seeds >= MIN_SEEDS:
        return "identical in every seed"
    seeds = "1 seed" if n_seeds == 1 else f"{n_seeds} seeds"
    return f"{seeds}; an interval takes at least {MIN_SEEDS}"


def _format_number(condition: Condition, value: float) -> str:
    """Return an effect in words, of a log10 factor as a factor."""
    if math.isinf(value) and condition.is_ratio:
        return "∞" if value > 0 else "0"
    return f"{10**value:.3g}" if condition.is_ratio else f"{value:.3g}"
