"""The main effects: settled losses by value of each hyperparameter."""

import numpy as np
import pytest

from fcnn.analysis.effects import find_main_effects, spans_decades
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan


def test_each_value_has_its_runs_with_median_and_quartiles(rates_by_sizes):
    rates, units = find_main_effects(rates_by_sizes)
    assert (rates.label, rates.values) == ("learning rate", ["0.001", "0.01", "0.1"])
    assert (units.label, units.values) == ("hidden units", ["2-4-1", "2-16-1"])
    assert rates.numbers is not None
    np.testing.assert_allclose(rates.numbers, [0.001, 0.01, 0.1])
    assert units.numbers is None  # sizes are no numbers
    middle = rates.runs.query("value == 1")["settled"]
    assert sorted(middle) == pytest.approx([0.04] * 3 + [0.16] * 3)
    assert rates.runs.groupby("value").size().tolist() == [6, 6, 6]
    np.testing.assert_allclose(rates.summary["lower"], [0.004, 0.04, 0.4])
    np.testing.assert_allclose(rates.summary["median"], [0.01, 0.1, 1.0])
    np.testing.assert_allclose(rates.summary["upper"], [0.016, 0.16, 1.6])


def test_losses_on_different_data_are_relative_to_the_mean_of_their_data(runs_of):
    variations = [
        [f"dataset.noise={noise}", f"model.activation={name}"]
        for noise in (0.0, 0.2)
        for name in ("tanh", "relu")
    ]
    runs = runs_of(variations).iloc[::-1]
    runs["final_val_loss"] = [1.0, 4.0, 100.0, 400.0]
    (effect,) = find_main_effects(select(runs, None))  # the noise is a property of the data
    assert effect.values == ["tanh", "relu"]
    np.testing.assert_allclose(effect.runs["settled"], [0.5, 2.0, 0.5, 2.0])


@pytest.mark.parametrize(
    ("numbers", "is_wide"),
    [([1, 30], True), ([1, 29.9], False), ([0, 100], False), ([-1, 100], False), ([], False)],
)
def test_axis_is_logarithmic_from_a_ratio_of_30_of_positive_numbers_on(numbers, is_wide):
    assert spans_decades(np.array([*numbers, np.nan])) is is_wide


def test_values_are_no_numbers_where_a_run_has_none(runs_of):
    runs = runs_of([[f"training.batch_size={size}"] for size in (10, 100, 1000)])
    runs.loc[1, "training.batch_size"] = None
    (effect,) = find_main_effects(select(runs, None))
    assert effect.numbers is None


def test_search_without_a_grid_has_no_main_effects(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
    assert find_main_effects(select(runs, plan)) == []


def test_optimizer_and_the_learning_rate_that_each_brings_are_one_effect(runs_of):
    runs = runs_of(
        [
            [f"optimizer={name}", f"training.seed={seed}"]
            for name in ("sgd", "adam", "rmsprop")
            for seed in (0, 1)
        ]
    )
    plan = Plan("parent", ["optimizer.name"], {}, set())
    (effect,) = find_main_effects(select(runs, plan))
    assert effect.label == "optimizer, learning rate"
    assert effect.values == ["sgd, 0.01", "adam, 0.001", "rmsprop, 0.001"]
    assert effect.runs["value"].value_counts().tolist() == [2, 2, 2]
