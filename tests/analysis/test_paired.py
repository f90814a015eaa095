"""Paired tests against scipy and statsmodels, and that verdicts never contradict intervals."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from fcnn.analysis.comparisons import (
    BEYOND,
    CONSTANT,
    IDENTICAL,
    NOT_TESTED,
    UNDECIDED,
    Pair,
    compare_pairs,
)
from fcnn.analysis.measure import ACCURACY
from fcnn.analysis.paired import (
    correct_p_values,
    paired_p_value,
    step_levels,
    t_interval,
    upper_p_values,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n_seeds", [3, 5, 20])
@pytest.mark.parametrize("level", [0.05, 0.05 / 7])
def test_interval_and_p_value_are_those_of_scipy(rng, n_seeds, level):
    values = rng.normal(0.5, 1, n_seeds)
    expected = stats.ttest_1samp(values, 0.0)
    mean, low, high = t_interval(values, level)
    assert mean == pytest.approx(values.mean())
    assert (low, high) == pytest.approx(tuple(expected.confidence_interval(1 - level)))
    assert paired_p_value(values) == pytest.approx(expected.pvalue)


def test_one_sided_p_values_are_those_of_scipy_also_where_seeds_are_missing(rng):
    differences = rng.normal(0.3, 1, (8, 6))
    differences[[0, 1, 5], [2, 2, 4]] = np.nan
    expected = stats.ttest_1samp(
        differences, 0.0, axis=0, nan_policy="omit", alternative="greater"
    ).pvalue
    np.testing.assert_allclose(upper_p_values(differences), expected)


def test_one_sided_p_value_is_one_where_there_is_no_test():
    few = [1.0, 2.0, np.nan, np.nan]
    same = [0.5] * 4
    np.testing.assert_array_equal(upper_p_values(np.array([few, same]).T), [1, 1])


@pytest.mark.parametrize("largest", [0.1, 1.0])
def test_p_values_are_corrected_as_statsmodels_does(rng, largest):
    p_values = list(rng.uniform(0, largest, 9))
    expected = multipletests(p_values, method="holm")[1]
    np.testing.assert_allclose(correct_p_values(p_values), expected)
    with_gap = correct_p_values([*p_values[:4], math.nan, *p_values[4:]])
    np.testing.assert_allclose(np.delete(with_gap, 4), expected)
    assert math.isnan(with_gap[4])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_step_levels_reject_exactly_what_holm_rejects(p_values):
    levels = step_levels(p_values)
    # statsmodels also rejects a p-value that is its level.
    is_equal = np.isclose(p_values, levels)
    rejected = multipletests(p_values, alpha=0.05, method="holm")[0]
    np.testing.assert_array_equal((p_values < levels)[~is_equal], rejected[~is_equal])


def test_levels_stay_where_the_first_test_fails():
    levels = step_levels([0.001, 0.9, 0.02, math.nan, 0.03])
    np.testing.assert_allclose(levels, [0.05 / 4, 0.05 / 3, 0.05 / 3, 0.05, 0.05 / 3])


differences_by_seed = st.lists(
    st.lists(st.floats(-4, 4), min_size=3, max_size=8), min_size=1, max_size=6
)


@given(differences_by_seed, st.sampled_from([1, 2, 5]))
def test_verdict_interval_and_p_value_never_contradict(families, n_looks):
    level = 0.05 / n_looks
    pairs = [Pair("a", "b", pd.Series(values)) for values in families]
    for _, row in compare_pairs(pairs, level).iterrows():
        excludes_no_difference = row["low"] > 1 or row["high"] < 1
        assert (row["outcome"] == BEYOND) == excludes_no_difference
        if not math.isclose(row["p"], level, rel_tol=1e-6):
            assert (row["outcome"] == BEYOND) == (row["p"] < level)
        if row["outcome"] == BEYOND:
            assert ("first" in row["verdict"]) == (row["factor"] < 1)
        if row["outcome"] != CONSTANT:
            assert row["low"] <= row["factor"] <= row["high"]


def test_three_seeds_are_tested():
    values = pd.Series([1.0, 1.01, 0.99])
    (row,) = compare_pairs([Pair("a", "b", values)]).to_dict("records")
    assert row["outcome"] == BEYOND
    assert row["p"] == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_fewer_than_three_seeds_are_not_tested_and_have_no_interval():
    (row,) = compare_pairs([Pair("a", "b", pd.Series([1.0, 1.1]))]).to_dict("records")
    assert row["outcome"] == NOT_TESTED
    assert row["verdict"] == "not tested: 2 seeds, at least 3 are needed"
    assert all(math.isnan(row[name]) for name in ("p", "low", "high"))


@pytest.mark.parametrize(
    ("difference", "outcome", "verdict"),
    [
        (0.0, IDENTICAL, "identical in every seed"),
        (2.0, CONSTANT, "the same difference in every seed"),
    ],
)
def test_differences_that_are_equal_in_every_seed_have_no_p_value(difference, outcome, verdict):
    values = pd.Series(np.array([0, 1e-9, 0, 0, -2e-9]) + difference)
    (row,) = compare_pairs([Pair("a", "b", values)]).to_dict("records")
    assert (row["outcome"], row["verdict"]) == (outcome, verdict)
    assert math.isnan(row["p"])
    assert row["factor"] == (1.0 if outcome == IDENTICAL else pytest.approx(100))
    assert row["agree"] == 5


def test_factor_of_a_hundred_on_which_five_seeds_agree_is_beyond_chance_among_ten(rng):
    pairs = [Pair(str(number), "", pd.Series(rng.normal(0, 0.3, 5))) for number in range(9)]
    clear = Pair("clear", "", pd.Series([1.6, 2.3, 2.1, 1.9, 2.1]))
    table = compare_pairs([*pairs, clear]).set_index("a")
    row = table.loc["clear"]
    assert row["factor"] == pytest.approx(100)
    assert (row["outcome"], row["agree"], row["seeds"]) == (BEYOND, 5, 5)
    assert (table["outcome"] == UNDECIDED).sum() >= 8


def test_accuracies_have_differences_whose_direction_is_that_of_the_accuracy():
    # Scores are negative accuracies.
    values = pd.Series([-0.1, -0.12, -0.09, -0.11])
    (row,) = compare_pairs([Pair("a", "b", values)], measure=ACCURACY).to_dict("records")
    assert row["difference"] == pytest.approx(0.105)
    assert 0 < row["low"] < 0.105 < row["high"]
    assert row["verdict"] == "the first reaches a higher accuracy"


def test_differences_that_are_equal_in_every_seed_are_no_evidence_at_all():
    assert paired_p_value([2.0, 2.0, 2.0]) == 1
    assert math.isnan(paired_p_value([1.0, 2.0]))
