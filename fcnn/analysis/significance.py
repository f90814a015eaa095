"""Whether paired differences are beyond chance by ranks, as the original's claims are judged."""

import math
from typing import Any

from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.05
"""Significance level."""


def wilcoxon_p_value(differences: NDArray[Any]) -> float:
    """Test whether paired differences are symmetric about zero (Wilcoxon's signed-rank test).

    Args:
        differences: one for each seed, shape (n_seeds,).

    Returns:
        The two-sided p-value, 1 if all differences are zero.
    """
    return float(stats.wilcoxon(differences).pvalue) if differences.any() else 1.0


def seeds_needed(n_comparisons: int) -> int:
    """Return the smallest number of seeds with which a difference can be significant.

    The smallest p-value of Wilcoxon's test with n seeds is 2 / 2^n; Holm's correction multiplies it
    by the number of comparisons.
    """
    return math.floor(math.log2(2 * n_comparisons / LEVEL)) + 1
