"""The ranking, on runs whose order is known."""

import math

import numpy as np
import pytest
from known_effects import (
    PLAN,
    activation_size_grid,
    diverge,
    falling_curves,
    same_target,
    set_effects,
)

from fcnn.analysis.comparisons import compare_with_best
from fcnn.analysis.design import build_design
from fcnn.analysis.ranking import default_targets, rank_cells
from fcnn.analysis.selection import select


@pytest.fixture
def selected(runs_of):
    def selection(n_seeds, **effects):
        return select(set_effects(runs_of(activation_size_grid(n_seeds)), **effects), PLAN)

    return selection


def rank(selection, target):
    return rank_cells(selection, falling_curves(selection), same_target(selection, target))


def test_ranking_has_the_smallest_median_first_with_its_quartiles(selected):
    selection = selected(9, noise=0.1)
    table = rank(selection, 0.3)
    activations = [label.split(",")[0] for label in table["cell"]]
    assert activations == ["relu"] * 2 + ["tanh"] * 2 + ["sigmoid"] * 2
    finished = selection.finished
    for _, row in table.iterrows():
        losses = finished[finished["label"] == row["cell"]]["final_val_loss"]
        quartiles = row["median loss"], row["lower quartile"], row["upper quartile"]
        assert quartiles == pytest.approx(tuple(losses.quantile([0.5, 0.25, 0.75])))
        assert row["seeds"] == 9


def test_ranking_counts_epochs_to_the_target_and_seeds_that_get_there(selected):
    table = rank(selected(3), 0.3).set_index("cell")
    curve = np.geomspace(2, 0.1, 20)
    assert table.loc["relu, 2-4-1", "share that gets there"] == 1
    assert table.loc["relu, 2-4-1", "epochs to target"] == 1 + np.argmax(curve <= 0.3)
    assert table.loc["sigmoid, 2-4-1", "share that gets there"] == 0
    assert math.isnan(table.loc["sigmoid, 2-4-1", "epochs to target"])


def test_seed_is_stuck_above_half_of_the_plateau(selected):
    # All start at 2; sigmoid ends at 1 with seed 0, and above that with the others.
    table = rank(selected(3, seed_effect=0.01), 0.3).set_index("cell")
    assert table.loc["sigmoid, 2-4-1", "share stuck"] == pytest.approx(2 / 3)
    assert table.loc["tanh, 2-4-1", "share stuck"] == 0


def test_diverged_seed_counts_as_infinite_and_is_not_stuck(runs_of):
    runs = diverge(set_effects(runs_of(activation_size_grid(3))), "relu", ["1", "2"])
    table = rank(select(runs, PLAN), 0.3)
    assert list(table["median loss"][-2:]) == [math.inf, math.inf]
    assert table["share diverged"].iloc[-1] == pytest.approx(2 / 3)
    assert table["share stuck"].iloc[-1] == 0


@pytest.mark.parametrize("n_diverged", [1, 2])
def test_median_is_finite_while_fewer_than_half_of_the_seeds_diverge(runs_of, n_diverged):
    runs = set_effects(runs_of(activation_size_grid(5)), noise=0.1)
    selection = select(diverge(runs, "relu", [str(seed) for seed in range(n_diverged)]), PLAN)
    shown = selection.shown
    for _, row in rank(selection, 0.3).iterrows():
        losses = shown[shown["label"] == row["cell"]]["final_val_loss"]
        in_order = np.sort(losses.fillna(math.inf))
        assert (row["median loss"], row["upper quartile"]) == (in_order[2], in_order[3])
    best_cells = compare_with_best(build_design(selection))["b"]
    assert all(best.startswith("relu") for best in best_cells)


def test_cell_that_mostly_diverges_is_not_the_best(runs_of):
    runs = diverge(set_effects(runs_of(activation_size_grid(5))), "relu", ["1", "2", "3", "4"])
    selection = select(runs, PLAN)
    best_cells = compare_with_best(build_design(selection))["b"]
    assert all(best.startswith("tanh") for best in best_cells)
    targets = default_targets(selection, falling_curves(selection).assign(val_loss=100))
    assert list(targets) == [pytest.approx(5.0)] * len(selection.shown)


def test_default_target_is_ten_times_the_best_median(selected):
    selection = selected(3)  # whose plateau is at 2
    targets = default_targets(selection, falling_curves(selection))
    assert list(targets) == [pytest.approx(1.0)] * len(selection.shown)


def test_default_target_is_below_the_plateau(selected):
    selection = selected(3)
    targets = default_targets(selection, falling_curves(selection).assign(val_loss=0.6))
    assert list(targets) == [pytest.approx(0.3)] * len(selection.shown)


def test_every_data_set_has_a_target_of_its_own(runs_of):
    runs = runs_of([["dataset=prod", "training.seed=0"], ["dataset=xor", "training.seed=0"]])
    runs["final_val_loss"] = runs["dataset.name"].map({"prod": 0.001, "xor": 0.1})
    selection = select(runs, PLAN)
    curves = falling_curves(selection)
    table = rank_cells(selection, curves, default_targets(selection, curves)).set_index("cell")
    assert table["target"].to_dict() == {"prod": pytest.approx(0.01), "xor": pytest.approx(1.0)}
    assert table["share that gets there"].to_dict() == {"prod": 1, "xor": 1}


def test_data_set_of_other_sizes_is_one_with_one_target(runs_of):
    runs = runs_of([["dataset.n_points=100"], ["dataset.n_points=1000"]])
    runs["final_val_loss"] = runs["dataset.n_points"].map({"100": 0.09, "1000": 0.001})
    selection = select(runs, PLAN)
    targets = default_targets(selection, falling_curves(selection))
    assert list(targets) == [pytest.approx(0.01)] * 2
