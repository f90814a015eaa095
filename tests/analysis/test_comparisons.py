"""Paired comparisons, on runs whose differences are known."""

import math
from dataclasses import replace

import numpy as np
import pytest
from known_effects import (
    PLAN,
    activation_size_grid,
    data_activation_grid,
    diverge,
    plan_with_axes,
    set_effects,
)
from scipy import stats
from statsmodels.stats.multitest import multipletests

from fcnn.analysis.comparisons import BEYOND, IDENTICAL, UNDECIDED, compare_values
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.selection import select


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
    assert same["verdict"] == "undecided with 20 seeds"


def test_seed_counts_once_however_many_cells_it_has(design_of):
    assert set(compare_values(design_of(4, noise=0.1))["seeds"]) == {4}


def test_pairs_of_each_axis_are_corrected_together(design_of):
    table = compare_values(design_of(5, noise=0.1)).set_index(["axis", "a", "b"])
    design = design_of(5, noise=0.1)
    scores = design.runs.pivot_table(
        index=["model.hidden_units", "training.seed"], columns="model.activation", values="settled"
    )
    p_values = []
    for a, b in (("sigmoid", "tanh"), ("sigmoid", "relu"), ("tanh", "relu")):
        differences = (scores[a] - scores[b]).groupby("training.seed").mean()
        p_values.append(stats.ttest_1samp(differences, 0).pvalue)
    expected = multipletests(p_values, method="holm")[1]
    assert list(table.loc["activation", "p"]) == pytest.approx(list(expected))
    # Two sizes are a family of their own.
    assert len(table.loc["hidden units"]) == 1


def test_sweeps_that_added_seeds_divide_the_level(runs_of):
    runs = set_effects(runs_of(activation_size_grid(4)), noise=0.02)
    runs["final_val_loss"] *= np.where(runs["model.hidden_units"] == "[4]", 1.3, 1.0)
    once, often = (
        compare_values(build_design(select(runs, replace(PLAN, n_looks=n_looks))))
        .set_index("axis")
        .loc["hidden units"]
        for n_looks in (1, 10_000)
    )
    assert once["p"] == often["p"]
    assert often["low"] < once["low"]
    assert (once["outcome"], often["outcome"]) == (BEYOND, UNDECIDED)


def test_value_that_always_diverges_is_worse_beyond_chance(runs_of):
    runs = set_effects(runs_of(activation_size_grid(5)), noise=0.1).assign(constant_loss=2.0)
    runs = diverge(runs, "relu", [str(seed) for seed in range(5)])
    table = compare_values(build_design(select(runs, PLAN))).set_index(["axis", "a", "b"])
    row = table.loc["activation", "tanh", "relu"]
    assert row["factor"] == pytest.approx(0.5 / 2, rel=0.2)
    assert (row["outcome"], row["seeds"]) == (BEYOND, 5)


def test_values_that_give_the_same_losses_are_never_separated(runs_of):
    # Nesterov's momentum at momentum 0 is plain descent.
    runs = runs_of(activation_size_grid(5))
    runs["final_val_loss"] = 10.0 ** runs["training.seed"].astype(int)
    table = compare_values(build_design(select(runs, PLAN)))
    assert set(table["outcome"]) == {IDENTICAL}
    assert table["factor"].tolist() == pytest.approx([1.0] * 4)


def test_seed_that_one_value_lacks_is_left_out_of_its_pairs(design_of, runs_of):
    runs = set_effects(runs_of(activation_size_grid(6)), noise=0.1)
    is_lost = (runs["model.activation"] == "relu") & (runs["training.seed"] == "5")
    table = compare_values(build_design(select(runs[~is_lost], PLAN))).set_index(["a", "b"])
    assert table.loc[("sigmoid", "relu"), "seeds"] == 5
    assert table.loc[("sigmoid", "tanh"), "seeds"] == 6


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
    shares = estimate_importance(design).shares.set_index("source")["share"]
    assert shares["activation"] > 0.95
    assert "dataset" not in set(shares.index)
