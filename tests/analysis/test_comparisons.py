"""Paired comparisons, on runs whose differences are known."""

import math

import numpy as np
import pandas as pd
import pytest
from known_effects import (
    PLAN,
    activation_size_grid,
    data_activation_grid,
    plan_with_axes,
    set_effects,
)

from fcnn.analysis.comparisons import Pair, compare_pairs, compare_values, compare_with_best
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.selection import select
from fcnn.analysis.significance import LEVEL, seeds_needed, wilcoxon_p_value


@pytest.fixture
def design_of(runs_of):
    def design(n_seeds, **effects):
        runs = set_effects(runs_of(activation_size_grid(n_seeds)), **effects)
        return build_design(select(runs, PLAN))

    return design


def test_paired_factor_is_the_true_one_with_its_interval_around_it(design_of):
    # Pairing removes the large effect of the seeds.
    table = compare_values(design_of(20, noise=0.05, seed_effect=0.5)).set_index(["axis", "a", "b"])
    row = table.loc["activation", "sigmoid", "relu"]
    assert row["factor"] == pytest.approx(10, rel=0.15)
    assert row["low"] < 10 < row["high"]
    assert row["p"] < 0.001
    assert row["verdict"] == "the second reaches a lower loss"
    same = table.loc["hidden units", "[4]", "[16]"]
    assert same["low"] < 1 < same["high"]
    assert same["verdict"] == "no difference that 20 seeds could show"


def test_seed_counts_once_however_many_cells_it_has(design_of):
    assert set(compare_values(design_of(4, noise=0.1))["seeds"]) == {4}


def test_too_few_seeds_are_said_in_words_with_how_many_would_do(design_of):
    table = compare_values(design_of(5, noise=0.1)).set_index(["axis", "a", "b"])
    # Three comparisons: 3 * 2 / 2^7 < 0.05 < 3 * 2 / 2^6.
    verdict = table.loc["activation", "sigmoid", "relu"]["verdict"]
    assert verdict == "5 seeds cannot separate these; 7 would, if all agree"


@pytest.mark.parametrize(("n_comparisons", "n_seeds"), [(1, 6), (3, 7), (11, 9)])
def test_that_many_seeds_that_agree_are_enough_and_one_less_is_not(n_comparisons, n_seeds):
    assert seeds_needed(n_comparisons) == n_seeds
    for number, is_enough in ((n_seeds, True), (n_seeds - 1, False)):
        p = wilcoxon_p_value(np.arange(1.0, number + 1))
        assert (p * n_comparisons < LEVEL) == is_enough


def test_p_values_and_intervals_have_the_error_rates_that_they_claim():
    rng = np.random.default_rng(1)
    pairs = [Pair(str(number), "", pd.Series(rng.standard_normal(12))) for number in range(150)]
    table = compare_pairs(pairs)
    uncorrected = np.array([wilcoxon_p_value(rng.standard_normal(12)) for _ in range(400)])
    assert 0.02 < (uncorrected < 0.05).mean() < 0.08
    assert (table["p"] < 0.05).sum() <= 1  # corrected for being many
    assert ((table["low"] < 1) & (table["high"] > 1)).mean() > 0.88


def test_cells_are_compared_with_the_one_of_the_smallest_median(design_of):
    table = compare_with_best(design_of(12, noise=0.02))
    assert len(table) == 5
    assert all(best.startswith("relu") for best in table["b"])
    others = table[~table["a"].str.startswith("relu")]
    assert (others["verdict"] == "the second reaches a lower loss").all()


def test_comparisons_with_the_best_are_corrected_for_all_pairs_of_cells(runs_of):
    runs = runs_of(activation_size_grid(9))
    cells = runs.groupby(["model.activation", "model.hidden_units"])
    runs["final_val_loss"] = cells.ngroup() + 1.0  # the same order in every seed
    table = compare_with_best(build_design(select(runs, PLAN)))
    assert len(table) == 5
    assert table["p"].min() == pytest.approx(15 * 2 / 2**9)


def test_values_are_compared_within_data_sets_also_where_some_cells_are_missing(runs_of):
    losses = {("prod", "tanh"): 1.0, ("prod", "relu"): 0.1, ("xor", "tanh"): 1000.0}
    runs = runs_of(data_activation_grid(losses, n_seeds=9))
    cells = runs[["dataset.name", "model.activation"]].apply(tuple, axis=1)
    runs["final_val_loss"] = cells.map(losses)
    plan = plan_with_axes("dataset.name", "model.activation")
    design = build_design(select(runs, plan))
    (pair,) = compare_values(design).to_dict("records")
    assert pair["factor"] == pytest.approx(10)
    shares = estimate_importance(design).shares.set_index("source")["share"]
    assert shares["activation"] == pytest.approx(1)


def test_losses_of_different_data_sets_are_not_compared(runs_of):
    losses = {
        ("prod", "tanh"): 1.0,
        ("prod", "relu"): 0.1,
        ("xor", "tanh"): 1000.0,
        ("xor", "relu"): 50.0,
    }
    runs = runs_of(data_activation_grid(losses, n_seeds=9))
    cells = runs[["dataset.name", "model.activation"]].apply(tuple, axis=1)
    noise = np.random.default_rng(0).uniform(0.99, 1.01, len(runs))
    runs["final_val_loss"] = cells.map(losses) * noise
    plan = plan_with_axes("dataset.name", "model.activation")
    design = build_design(select(runs, plan))
    (pair,) = compare_values(design).to_dict("records")
    assert (pair["axis"], pair["a"], pair["b"]) == ("activation", "tanh", "relu")
    assert pair["factor"] == pytest.approx(math.sqrt(10 * 20), rel=0.02)
    data_of_best = compare_with_best(design).set_index("a")["b"].str.split(",").str[0]
    assert data_of_best.to_dict() == {"prod, tanh": "prod", "xor, tanh": "xor"}
    shares = estimate_importance(design).shares.set_index("source")["share"]
    assert shares["activation"] > 0.95
    assert "dataset" not in set(shares.index)
