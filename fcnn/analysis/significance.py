"""Whether paired differences are beyond chance, and the interval of their median."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.05
"""Significance level; intervals have coverage 1 - LEVEL."""
N_RESAMPLES = 2000
"""Resamples of the bootstrap.

Percentile intervals need 1,000 to 2,000 (Efron and Tibshirani 1993, section 13.3).
"""


def wilcoxon_p_value(differences: NDArray[Any]) -> float:
    """Test whether paired differences are symmetric about zero (Wilcoxon's signed-rank test).

    Args:
        differences: one for each seed, shape (n_seeds,).

    Returns:
        The two-sided p-value, 1 if all differences are zero.
    """
    return float(stats.wilcoxon(differences).pvalue) if differences.any() else 1.0


def bootstrap_interval(log_factors: NDArray[Any]) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the median (Efron 1979), as factors.

    Args:
        log_factors: logarithms to base 10, shape (n_seeds,).
    """
    if len(log_factors) < 2:
        return math.nan, math.nan
    result = stats.bootstrap(
        (log_factors,),
        np.median,
        n_resamples=N_RESAMPLES,
        confidence_level=1 - LEVEL,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    interval = result.confidence_interval
    return 10 ** float(interval.low), 10 ** float(interval.high)


def seeds_needed(n_comparisons: int) -> int:
    """Return the smallest number of seeds with which a difference can be significant.

    The smallest p-value of Wilcoxon's test with n seeds is 2 / 2^n; Holm's correction multiplies it
    by the number of comparisons.
    """
    return math.floor(math.log2(2 * n_comparisons / LEVEL)) + 1
