"""Tests and intervals of paired differences, one for each seed.

Losses lie orders of magnitude apart, so their logarithms are compared: a mean difference of log10
losses is the logarithm of a geometric mean factor. The same seed has the same data sample, initial
weights and batches in every cell, so what is compared are differences within seeds.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

LEVEL = 0.05
"""Significance level of a study; intervals have coverage 1 - LEVEL or more."""
MIN_SEEDS = 3
"""With fewer seeds nothing is tested: the t distribution would span many orders of magnitude."""
PRECISION = 1e-7
"""Differences of log10 losses that are equal up to this are equal to float precision.

Losses are computed in float32, with a relative precision of 1.2e-7, which is 5e-8 in log10.
"""


def are_identical(differences: ArrayLike) -> bool:
    """Whether differences are equal to float precision in every seed, so that no test applies."""
    return bool(np.ptp(np.asarray(differences, dtype=float)) <= PRECISION)


def t_quantile(tail: float, degrees: int) -> float:
    """Return what Student's t exceeds with probability `tail`.

    As the tests below, it does without `scipy.stats`, whose import takes most of a second.
    """
    return float(-stdtrit(degrees, tail))


def _standard_error(values: NDArray[Any]) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def t_interval(differences: ArrayLike, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the mean of paired differences with its t interval of coverage 1 - level.

    Args:
        differences: one for each seed, shape (n_seeds,); in log10 for losses.
        level: the significance level, 0.05 for an interval of 95 %.

    Returns:
        Mean, lower and upper limit. The limits are NaN where they cannot be known: with fewer than
        `MIN_SEEDS` seeds, or if all differences are the same but not zero.
    """
    values = np.asarray(differences, dtype=float)
    mean = float(values.mean()) if len(values) else np.nan
    if len(values) < MIN_SEEDS:
        return mean, np.nan, np.nan
    if are_identical(values):
        # Equal losses differ by nothing; the chance in equal differences cannot be estimated.
        return (0.0, 0.0, 0.0) if abs(mean) <= PRECISION else (mean, np.nan, np.nan)
    half_width = t_quantile(level / 2, len(values) - 1) * _standard_error(values)
    return mean, mean - half_width, mean + half_width


def paired_p_value(differences: ArrayLike) -> float:
    """Test whether the mean of paired differences is zero (Student's one-sample t-test).

    Args:
        differences: one for each seed, shape (n_seeds,).

    Returns:
        The two-sided p-value: NaN with fewer than `MIN_SEEDS` seeds, 1 if the differences are equal
        to float precision in every seed.
    """
    values = np.asarray(differences, dtype=float)
    if len(values) < MIN_SEEDS:
        return np.nan
    if are_identical(values):
        return 1.0
    statistic = abs(values.mean()) / _standard_error(values)
    return float(2 * stdtr(len(values) - 1, -statistic))


def upper_p_values(differences: NDArray[Any]) -> NDArray[Any]:
    """Test for each column whether the mean of its paired differences is above zero.

    Args:
        differences: shape (n_seeds, n_pairs), NaN where a seed is missing.

    Returns:
        The one-sided p-values of Student's t-test, shape (n_pairs,); 1 where there is no test, as
        in `paired_p_value`.
    """
    n_seeds = (~np.isnan(differences)).sum(axis=0)
    is_tested = n_seeds >= MIN_SEEDS
    p_values = np.ones(differences.shape[1])
    values, n_seeds = differences[:, is_tested], n_seeds[is_tested]
    spread = np.nanmax(values, axis=0) - np.nanmin(values, axis=0)
    error = np.nanstd(values, axis=0, ddof=1) / np.sqrt(n_seeds)
    statistic = np.nanmean(values, axis=0) / np.where(spread > PRECISION, error, np.inf)
    p_values[is_tested] = np.where(spread > PRECISION, stdtr(n_seeds - 1, -statistic), 1.0)
    return p_values


def correct_p_values(p_values: Sequence[float]) -> NDArray[Any]:
    """Correct p-values for being many (Holm 1979); NaN, which is no test, stays NaN.

    The smallest of m p-values is multiplied by m, the next by m - 1, and so on; none is below one
    that was smaller. That is `multipletests(..., method="holm")` of statsmodels, which collects
    all garbage of the process at each call, in up to 100 ms.
    """
    corrected = np.array(p_values, dtype=float)
    n_tests = int((~np.isnan(corrected)).sum())
    order = np.argsort(corrected, kind="stable")[:n_tests]  # NaN is sorted to the end
    multiplied = corrected[order] * np.arange(n_tests, 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(multiplied), 1.0)
    return corrected


def step_levels(p_values: Sequence[float], level: float = LEVEL) -> NDArray[Any]:
    """Return the level at which Holm's step-down procedure judges each p-value.

    The smallest of m p-values is judged at level / m, the next at level / (m - 1), and so on. From
    the first that is not below its level on, none is rejected, and all have that step's level. An
    interval at this level excludes zero if and only if Holm's procedure rejects.

    Args:
        p_values: uncorrected, shape (n_tests,); NaN is no test.
        level: the level of the family.
    """
    values = np.asarray(p_values, dtype=float)
    levels = np.full(len(values), level)
    n_tests = int((~np.isnan(values)).sum())
    current, has_failed = level, False
    # NaN is sorted to the end.
    for step, index in enumerate(np.argsort(values, kind="stable")[:n_tests]):
        if not has_failed:
            current = level / (n_tests - step)
            has_failed = not values[index] < current
        levels[index] = current
    return levels
