"""Intervals of medians and of shares, against published values and other implementations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from fcnn.analysis.claim_intervals import (
    median_interval,
    seeds_for_median,
    share_difference_interval,
)


def shares_of_table(both, first_only, second_only, neither):
    """Pairs of a table: of the first and of the second of two paired shares."""
    first = [1] * (both + first_only) + [0] * (second_only + neither)
    second = [1] * both + [0] * first_only + [1] * second_only + [0] * neither
    return first, second


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),  # Newcombe 1998, Statistics in Medicine 17, table II
        ((1, 1, 7, 12), -0.507, -0.026),  # Fagerland, Lydersen, Laake 2014 (Bentur et al. 2009)
    ],
)
def test_paired_shares_have_the_published_interval(table, low, high):
    first, second = shares_of_table(*table)
    interval = share_difference_interval(second, first, 0.05)
    assert (interval.low, interval.high) == (
        pytest.approx(low, abs=6e-4),
        pytest.approx(high, abs=6e-4),
    )


def test_shares_without_correlation_have_the_interval_of_independent_shares():
    first, second = shares_of_table(6, 6, 4, 4)
    interval = share_difference_interval(second, first, 0.05)
    expected = confint_proportions_2indep(12, 20, 10, 20, method="newcomb", compare="diff")
    assert (interval.low, interval.high) == pytest.approx(expected)


def test_correlation_of_paired_shares_is_corrected_for_continuity():
    first, second = shares_of_table(8, 2, 2, 8)
    interval = share_difference_interval(second, first, 0.05)
    # The correlation is (60 - 20 / 2) / 100, so that the limits are as far as Wilson's.
    low, _ = proportion_confint(10, 20, method="wilson")
    assert (interval.low, interval.high) == pytest.approx((low - 0.5, 0.5 - low))


def test_small_correlation_of_paired_shares_is_none():
    shares = [0.5, 0.5, 0.5, 1]
    interval = share_difference_interval(shares, shares, 0.05)
    low, high = proportion_confint(2.5, 4, method="wilson")
    distance = math.hypot(0.625 - low, high - 0.625)
    assert (interval.low, interval.high) == pytest.approx((-distance, distance))


@given(
    st.lists(st.tuples(st.sampled_from([0, 0.5, 1]), st.sampled_from([0, 0.5, 1])), min_size=3),
    st.sampled_from([0.05, 0.01]),
)
def test_interval_of_shares_contains_the_difference_and_turns_with_it(pairs, level):
    first, second = map(np.array, zip(*pairs, strict=True))
    interval = share_difference_interval(first, second, level)
    assert -1 <= interval.low <= interval.estimate + 1e-12
    assert interval.estimate - 1e-12 <= interval.high <= 1
    reverse = share_difference_interval(second, first, level)
    assert (-reverse.high, -reverse.low) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(("level", "n"), [(0.05, 6), (0.025, 7), (0.01, 8)])
def test_median_has_an_interval_from_as_many_seeds_as_are_said(level, n):
    assert seeds_for_median(level) == n
    assert math.isnan(median_interval(np.arange(n - 1), level).low)
    assert median_interval(np.arange(n), level) == ((n - 1) / 2, 0, n - 1)


@given(st.integers(6, 60), st.sampled_from([0.05, 0.01]))
def test_order_statistics_enclose_the_median_with_the_probability_that_is_said(n, level):
    interval = median_interval(np.arange(1, n + 1), level)
    if math.isnan(interval.low):
        return
    k = int(interval.low)
    assert interval.high == n + 1 - k
    assert 2 * stats.binom.cdf(k - 1, n, 0.5) <= level < 2 * stats.binom.cdf(k, n, 0.5)


@given(st.lists(st.sampled_from([-math.inf, -1, 0, 1, math.inf]), min_size=6))
def test_values_of_a_median_may_be_infinite(values):
    interval = median_interval(values, 0.05)
    assert interval.low <= interval.estimate <= interval.high


def test_median_of_opposite_infinities_is_zero():
    assert median_interval([-math.inf, math.inf], 0.05).estimate == 0
