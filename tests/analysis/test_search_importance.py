"""Importance in a search, on trials whose losses are known."""

import numpy as np
import pandas as pd
import pytest
from known_effects import plan_with_axes

from fcnn.analysis.search_importance import estimate_search_importance
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan

RATE, ACTIVATION, SIZE = "learning rate", "activation", "batch size"


@pytest.fixture
def searched(runs_of):
    """`searched(n_trials, effect)`: a search whose log10 loss is `effect` of its hyperparameters.

    The effect takes the logarithm of the learning rate, from -4 to -1, whether the activation is
    relu, and the batch size.
    """

    def selection(n_trials, effect, n_seeds=1, noise=0.05):
        rng = np.random.default_rng(0)
        rates = rng.uniform(-4, -1, n_trials)
        are_relu = rng.random(n_trials) < 0.5
        sizes = rng.integers(50, 150, n_trials)
        trials = list(zip(rates, are_relu, sizes, strict=True))
        runs = runs_of(
            [
                [
                    f"optimizer.learning_rate={10**rate:.6f}",
                    f"model.activation={'relu' if is_relu else 'tanh'}",
                    f"training.batch_size={size}",
                    f"training.seed={seed}",
                ]
                for rate, is_relu, size in trials
                for seed in range(n_seeds)
            ]
        ).iloc[::-1]
        scores = np.repeat([effect(*trial) for trial in trials], n_seeds)
        runs["final_val_loss"] = 10 ** (scores + noise * rng.standard_normal(len(runs)))
        plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
        return select(runs.assign(constant_loss=1e9), plan)

    return selection


def test_hyperparameter_of_a_search_has_its_share_of_the_variance(searched):
    table, note = estimate_search_importance(
        searched(80, lambda rate, is_relu, size: rate + is_relu)
    )
    shares = table.set_index("source")["importance"]
    # Variances of a uniform distribution over 3 decades, and of a coin.
    expected = np.array([9 / 12, 1 / 4]) / (9 / 12 + 1 / 4)
    assert list(table["source"]) == [RATE, ACTIVATION, SIZE]
    assert shares[RATE] == pytest.approx(expected[0], abs=0.15)
    assert shares[ACTIVATION] == pytest.approx(expected[1], abs=0.15)
    assert shares[SIZE] < 0.02
    assert note.startswith("From 80 trials; of those held out the forest explains 9")


def test_effect_that_changes_direction_is_found(searched):
    selection = searched(60, lambda rate, is_relu, size: (rate + 2.5) ** 2)
    table, _ = estimate_search_importance(selection)
    assert table["source"].iloc[0] == RATE
    assert table["importance"].iloc[0] > 0.7


def test_noise_has_no_importance_and_the_note_says_why(searched):
    table, note = estimate_search_importance(searched(40, lambda *_: 0.0, noise=1.0))
    assert table.empty
    assert "cannot be predicted any better than by their mean" in note


def test_seeds_of_a_trial_are_one_trial(searched):
    def effect(rate, is_relu, size):
        return rate

    table, note = estimate_search_importance(searched(12, effect, n_seeds=3))
    assert note.startswith("From 12 trials")
    assert table["source"].iloc[0] == RATE


@pytest.mark.parametrize(("n_trials", "words"), [(1, "1 trial of"), (9, "9 trials of")])
def test_small_search_says_how_many_trials_it_takes(searched, n_trials, words):
    table, note = estimate_search_importance(searched(n_trials, lambda rate, *_: rate))
    assert table.empty
    assert words in note
    assert "'hydra.sweeper.n_trials=10'" in note


def test_trials_without_a_hyperparameter_count(runs_of):
    """Only sgd has momentum here."""
    rng = np.random.default_rng(0)
    momenta = rng.uniform(0, 0.9, 15).round(4)
    runs = runs_of(
        [
            *(["optimizer=sgd", f"optimizer.momentum={momentum}"] for momentum in momenta),
            *(["optimizer=adam", f"optimizer.beta_1={momentum}"] for momentum in momenta),
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = 10 ** np.concatenate([-4 * momenta, np.full(15, -5.0)])
    plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
    table, _ = estimate_search_importance(select(runs.assign(constant_loss=1e9), plan))
    assert {"optimizer", "momentum"} <= set(table["source"])
    assert table.set_index("source")["importance"]["momentum"] > 0.1


def test_runs_of_a_grid_are_no_trials(runs_of):
    runs = runs_of([[f"optimizer.learning_rate=0.{number}"] for number in range(11, 31)])
    selection = select(runs, plan_with_axes("optimizer.learning_rate"))
    table, note = estimate_search_importance(selection)
    assert table.empty
    assert "0 trials of a search are too few" in note
    assert isinstance(table, pd.DataFrame)


def test_trials_that_are_all_equal_have_no_importance(searched):
    table, note = estimate_search_importance(searched(12, lambda *_: 0.0, noise=0.0))
    assert table.empty
    assert note == "Importance is not shown: all trials are equal."
