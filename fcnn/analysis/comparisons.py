"""Paired comparisons of the values of each hyperparameter.

Runs are paired by seed: the same seed has the same data sample, initial weights and batches in
every cell. A seed counts once, however many cells it has, because its cells are not independent.
Losses that are measured on different data are not comparable, so values are compared within the
same data.
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.design import Design
from fcnn.analysis.measure import LOSS, Measure
from fcnn.analysis.paired import (
    LEVEL,
    MIN_SEEDS,
    are_identical,
    correct_p_values,
    paired_p_value,
    step_levels,
    t_interval,
)
from fcnn.axes import sort_values
from fcnn.params import SEED_KEY
from fcnn.quantities import count

BEYOND, UNDECIDED, NOT_TESTED = "beyond chance", "undecided", "not tested"
IDENTICAL, CONSTANT = "identical", "constant"
"""The outcomes of a comparison; `CONSTANT` is the same difference in every seed."""


class Pair(NamedTuple):
    """Two values, and the differences of their scores (a minus b) by seed."""

    a: str
    b: str
    differences: "pd.Series[float]"


def compare_values(design: Design) -> pd.DataFrame:
    """Compare the values of each factor pairwise, averaged over the other factors.

    P-values are corrected for the pairs of each factor (Holm).

    Returns:
        One row for each pair: `axis`, the factor's label, and the columns of `compare_pairs`.

    Example:
        >>> compare_values(build_design(selection))[["axis", "a", "b", "factor", "p"]]
    """
    selection = design.selection
    tables = []
    for factor, label in design.factors.items():
        others = [name for name in design.factors if name != factor]
        scores = design.runs.pivot_table(
            index=["data", *others, SEED_KEY],
            columns=factor,
            values="settled",
            observed=True,
            sort=False,
        )
        pairs = [
            Pair(a, b, (scores[a] - scores[b]).groupby(SEED_KEY).mean())
            for a, b in itertools.combinations(sort_values(design.runs[factor]), 2)
        ]
        table = compare_pairs(pairs, selection.level, selection.measure)
        if not table.empty:  # pandas before 3 warns of these
            tables.append(table.assign(axis=label))
    if not tables:
        tables = [compare_pairs([], selection.level, selection.measure).assign(axis="")]
    merged = pd.concat(tables, ignore_index=True)
    return merged[["axis", *merged.columns.drop("axis")]]


def compare_pairs(
    pairs: Sequence[Pair], level: float = LEVEL, measure: Measure = LOSS
) -> pd.DataFrame:
    """Compare pairs of values; their p-values are corrected together.

    Args:
        pairs: what to compare; pairs without a common seed are left out.
        level: the significance level of all pairs together.
        measure: what is compared.

    Returns:
        One row for each pair: `a`, `b`; `factor`, the loss of a over the loss of b (geometric mean
        over seeds), or `difference`, the accuracy of a minus that of b; `low` and `high`, its t
        interval at the level of the pair's own step in Holm's procedure; `p`, of the paired t test,
        Holm-corrected; `seeds`; `agree`, how many of them have a difference in the direction of the
        mean; `outcome`; and `verdict`, a phrase. A pair is beyond chance if and only if the
        interval excludes no difference.
    """
    pairs = [pair for pair in pairs if pair.differences.notna().any()]
    differences = [pair.differences.dropna().to_numpy(dtype=float) for pair in pairs]
    p_values = [paired_p_value(values) for values in differences]
    corrected = correct_p_values(p_values)
    levels = step_levels(p_values, level)
    rows = []
    for pair, values, p, own_level in zip(pairs, differences, corrected, levels, strict=True):
        mean, low, high = t_interval(values, own_level)
        outcome = _judge(values, low, high)
        limits = measure.limits(low, high)
        rows.append(
            {
                "a": pair.a,
                "b": pair.b,
                measure.effect: measure.value(mean),
                "low": limits[0],
                "high": limits[1],
                "p": np.nan if are_identical(values) else float(p),
                "seeds": len(values),
                "agree": _count_agreeing(values, mean),
                "outcome": outcome,
                "verdict": _describe(outcome, mean, len(values), measure),
            }
        )
    columns = [measure.effect, "low", "high", "p", "seeds", "agree", "outcome", "verdict"]
    return pd.DataFrame(rows, columns=["a", "b", *columns])


def _judge(values: NDArray[Any], low: float, high: float) -> str:
    """Judge a pair by its interval, so that verdict and interval never contradict."""
    if len(values) < MIN_SEEDS:
        return NOT_TESTED
    if are_identical(values):
        return CONSTANT if np.isnan(low) else IDENTICAL
    return BEYOND if low > 0 or high < 0 else UNDECIDED


def _count_agreeing(values: NDArray[Any], mean: float) -> int:
    # The signs of differences that are zero to float precision say nothing.
    return len(values) if mean == 0 else int((np.sign(values) == np.sign(mean)).sum())


def _describe(outcome: str, mean: float, n_seeds: int, measure: Measure) -> str:
    if outcome == NOT_TESTED:
        return f"not tested: {count(n_seeds, 'seed')}, at least {MIN_SEEDS} are needed"
    if outcome == IDENTICAL:
        return "identical in every seed"
    if outcome == CONSTANT:
        return "the same difference in every seed"
    if outcome == UNDECIDED:
        return f"undecided with {n_seeds} seeds"
    better = "lower loss" if measure.is_logarithmic else "higher accuracy"
    return f"the {'first' if mean < 0 else 'second'} reaches a {better}"
