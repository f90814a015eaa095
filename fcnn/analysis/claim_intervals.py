"""Intervals by which claims about epochs and shares are judged; those of losses are t intervals."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, ndtri


class Interval(NamedTuple):
    """An estimate and its limits, NaN where they cannot be known."""

    estimate: float
    low: float
    high: float


def median_interval(values: ArrayLike, level: float) -> Interval:
    """Return the median with an interval between two order statistics, of coverage 1 - level.

    The number of values below the median is binomial, so that the k-th smallest and the k-th
    largest of n values enclose it with probability 1 - 2 P(Bin(n, 1/2) < k), whatever the
    distribution (Conover 1999, Practical Nonparametric Statistics, section 3.2). Values may be
    infinite.

    Args:
        values: One for each seed, shape (n_seeds,).
        level: The significance level, 0.05 for an interval of 95 % or more.

    Returns:
        The limits are NaN with fewer than `seeds_for_median` values.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    n = len(ordered)
    if not n:
        return Interval(np.nan, np.nan, np.nan)
    # The mean of the two in the middle, which may be opposite infinities.
    middle = ordered[[(n - 1) // 2, n // 2]]
    estimate = 0.0 if np.isinf(middle).all() and middle[0] != middle[1] else float(middle.mean())
    # The largest k with P(Bin(n, 1/2) <= k - 1) <= level / 2.
    k = int((bdtr(np.arange(n), n, 0.5) <= level / 2).sum())
    if k == 0:
        return Interval(estimate, np.nan, np.nan)
    return Interval(estimate, float(ordered[k - 1]), float(ordered[n - k]))


def seeds_for_median(level: float) -> int:
    """Return the fewest seeds with which a median has an interval: 6 for 95 %."""
    return math.ceil(1 + math.log2(1 / level))


def share_difference_interval(lower: ArrayLike, higher: ArrayLike, level: float) -> Interval:
    """Return the difference of two paired shares with Newcombe's hybrid score interval.

    Method 10 of Newcombe (1998), Statistics in Medicine 17, 2635-2650: Wilson's intervals of both
    shares, joined by the correlation of the pairs. A seed whose share is that of several cells
    counts as one observation, which makes the interval wider than independent cells would.

    Args:
        lower: Share of each seed, 0 to 1, shape (n_seeds,).
        higher: The same of what it is compared with, in the same order.
        level: The significance level, 0.05 for an interval of 95 %.

    Returns:
        The mean of `higher` less that of `lower`, and its limits.
    """
    first, second = np.asarray(higher, dtype=float), np.asarray(lower, dtype=float)
    n = len(first)
    if not n:
        return Interval(np.nan, np.nan, np.nan)
    share_1, share_2 = float(first.mean()), float(second.mean())
    (low_1, high_1), (low_2, high_2) = (
        _wilson_interval(share, n, level) for share in (share_1, share_2)
    )
    correlation = _correlate(first, second)
    below = np.array([share_1 - low_1, high_2 - share_2])
    above = np.array([high_1 - share_1, share_2 - low_2])
    difference = share_1 - share_2
    down, up = (
        float(np.sqrt(max(0.0, a * a - 2 * correlation * a * b + b * b))) for a, b in (below, above)
    )
    return Interval(difference, max(-1.0, difference - down), min(1.0, difference + up))


def _wilson_interval(share: float, n: int, level: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share of n observations (Wilson 1927)."""
    z = float(ndtri(1 - level / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half_width = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    return middle - half_width, middle + half_width


def _correlate(first: "np.ndarray[tuple[int], np.dtype[np.float64]]", second: ArrayLike) -> float:
    """Return the correlation phi of a table of pairs, corrected for continuity if positive.

    It is zero where all or none of a side are 1, so that there is nothing to correlate.
    """
    second = np.asarray(second, dtype=float)
    n = len(first)
    sums = np.array([first.sum(), second.sum()])
    scale = float(np.sqrt(np.prod(sums * (n - sums))))
    if scale == 0:
        return 0.0
    covariance = float(n * (first * second).sum() - sums.prod())
    if covariance > 0:
        covariance = max(0.0, covariance - n / 2)
    return covariance / scale
