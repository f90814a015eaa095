"""The figures of a judged claim in words."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcnn.analysis.claim_intervals import Interval, seeds_for_median
from fcnn.analysis.claim_values import Pairs
from fcnn.analysis.measure import format_number
from fcnn.analysis.paired import MIN_SEEDS
from fcnn.config.claims import Condition
from fcnn.quantities import count


def name_missing(labels: Sequence[str], is_asked: bool) -> str:
    """Say which cells a claim is about that have no runs."""
    named = " and ".join(labels) or "the cells of an axis"
    if not is_asked:
        return f"the newest sweep has no {named}"
    return f"no run of {named} has finished yet"


def name_measure(condition: Condition) -> str:
    """Return what a condition compares, in words."""
    if condition.target is None:
        return condition.compared.noun
    return f"epochs to a loss of {condition.target:.3g}"


def describe_inequality(
    condition: Condition, pairs: Pairs, labels: Sequence[str], interval: Interval, level: float
) -> str:
    """Say how two groups compare: `1e-05 with relu, 4e-04 with tanh: factor 40 (...)`.

    Args:
        condition: what is compared.
        pairs: the two groups.
        labels: what they are called.
        interval: of the log10 factor, or of the difference.
        level: the level of the interval.
    """
    values = [
        f"{_format_value(condition, side)} with {label}"
        for label, side in zip(labels, (pairs.first, pairs.second), strict=True)
    ]
    n_higher, n_seeds = int((pairs.differences > 0).sum()), len(pairs.differences)
    return (
        f"{', '.join(values)}: {_format_effect(condition, interval, n_seeds, level)}, "
        f"higher in {n_higher} of {n_seeds} seeds"
    )


def describe_similarity(
    condition: Condition, pairs: Pairs, labels: Sequence[str], interval: Interval, level: float
) -> str:
    """Say how far apart the two groups of cells are that a verdict rests on.

    Args:
        condition: what is compared.
        pairs: the two groups.
        labels: what the lower and the higher of them are called.
        interval: of the log10 factor, or of the difference, from the lower to the higher.
        level: the level of the interval.
    """
    effect = _format_effect(condition, interval, len(pairs.differences), level)
    return f"{labels[1]} over {labels[0]}, the farthest apart: {effect}"


def _format_value(condition: Condition, values: "pd.Series[float]") -> str:
    """Return the value of a group of cells: a geometric mean, a median of epochs, or a share."""
    if condition.compared.interval == "median":
        with np.errstate(invalid="ignore"):
            median = float(np.median(values))
        return f"{10**median:.3g}" if math.isfinite(median) else "never"
    mean = float(values.mean())
    return f"{10**mean:.3g}" if condition.compared.is_ratio else f"{mean:.3g}"


def _format_effect(condition: Condition, interval: Interval, n_seeds: int, level: float) -> str:
    """Return `factor 40 (95 % interval 30 to 60)`, or why there is no interval."""
    name = "factor" if condition.compared.is_ratio else "difference"
    estimate, low, high = (_format_number(condition, value) for value in interval)
    if math.isnan(interval.low):
        return f"{name} {estimate} ({_explain_missing_interval(condition, n_seeds, level)})"
    return f"{name} {estimate} ({100 * (1 - level):.3g} % interval {low} to {high})"


def _explain_missing_interval(condition: Condition, n_seeds: int, level: float) -> str:
    is_median = condition.compared.interval == "median"
    needed = max(MIN_SEEDS, seeds_for_median(level) if is_median else 0)
    if n_seeds >= needed:
        return "the same in every seed, which gives no interval"
    return f"{count(n_seeds, 'seed')}; an interval takes at least {needed}"


def _format_number(condition: Condition, value: float) -> str:
    """Return an effect in words, of a log10 factor as a factor, beside the claim's threshold."""
    if math.isinf(value) and condition.compared.is_ratio:
        return "∞" if value > 0 else "0"
    return format_number(10**value if condition.compared.is_ratio else value, condition.threshold)
