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
from scipy import stats

from fcnn.analysis.measure import ACCURACY
from fcnn.analysis.ranking import choose_targets, default_targets, rank_cells
from fcnn.analysis.selection import select


@pytest.fixture
def selected(runs_of):
    def selection(n_seeds, **effects):
        return select(set_effects(runs_of(activation_size_grid(n_seeds)), **effects), PLAN)

    return selection


def rank(selection, target):
    return rank_cells(selection, falling_curves(selection), same_target(selection, target))


def test_ranking_has_the_lowest_settled_loss_first_with_its_t_interval(selected):
    selection = selected(9, noise=0.1)
    table = rank(selection, 0.3)
    activations = [label.split(",")[0] for label in table["cell"]]
    assert activations == ["relu"] * 2 + ["tanh"] * 2 + ["sigmoid"] * 2
    assert table["settled loss"].is_monotonic_increasing
    assert table["cell"].iloc[0] == selection.winners["label"].iloc[0]
    finished = selection.finished
    for _, row in table.iterrows():
        logs = np.log10(finished[finished["label"] == row["cell"]]["final_val_loss"])
        interval = stats.ttest_1samp(logs, 0.0).confidence_interval(0.95)
        expected = 10 ** np.array([logs.mean(), interval.low, interval.high])
        assert row[["settled loss", "low", "high"]].tolist() == pytest.approx(list(expected))
        assert row["seeds"] == 9
    assert "test loss" not in table


def test_epochs_to_target_are_the_median_over_all_seeds_of_which_some_never_arrive(selected):
    table = rank(selected(3), 0.3).set_index("cell")
    curve = np.geomspace(2, 0.1, 20)
    assert table.loc["relu, 2-4-1", "share that gets there"] == 1
    assert table.loc["relu, 2-4-1", "epochs to target"] == 1 + np.argmax(curve <= 0.3)
    assert table.loc["sigmoid, 2-4-1", "share that gets there"] == 0
    assert table.loc["sigmoid, 2-4-1", "epochs to target"] == math.inf
    # Losses are 0.1, 0.4, 1.6: one of three seeds arrives.
    mostly = rank(selected(3, seed_effect=0.6), 0.3).set_index("cell")
    assert mostly.loc["relu, 2-4-1", "share that gets there"] == pytest.approx(1 / 3)
    assert mostly.loc["relu, 2-4-1", "epochs to target"] == math.inf


def test_diverged_seed_counts_as_the_constant_prediction_and_never_arrives(runs_of):
    runs = set_effects(runs_of(activation_size_grid(3))).assign(constant_loss=10.0)
    selection = select(diverge(runs, "relu", ["1", "2"]), PLAN)
    table = rank(selection, 0.3).set_index("cell")
    row = table.loc["relu, 2-4-1"]
    assert row["settled loss"] == pytest.approx((0.1 * 10 * 10) ** (1 / 3))
    assert row["share diverged"] == pytest.approx(2 / 3)
    assert row["share stuck"] == 0
    assert row["epochs to target"] == math.inf
    assert selection.winners["label"].iloc[0].startswith("tanh")


def test_cell_that_only_diverges_is_last_even_where_none_has_learned(runs_of):
    runs = set_effects(runs_of(activation_size_grid(3))).assign(constant_loss=0.05)
    selection = select(diverge(runs, "sigmoid", ["0", "1", "2"]), PLAN)
    table = rank(selection, 0.3)
    assert all(label.startswith("sigmoid") for label in table["cell"][-2:])
    assert table["settled loss"].tolist() == pytest.approx([0.05] * 6)
    assert table["share stuck"].tolist() == [1, 1, 1, 1, 0, 0]


def test_test_loss_is_shown_for_the_winner_only(selected):
    selection = selected(4, noise=0.1)
    runs = selection.shown.drop(columns=["cell", "label"])
    table = rank(select(runs.assign(final_test_loss=0.25), PLAN), 0.3)
    assert table["test loss"].iloc[0] == pytest.approx(0.25)
    assert table["test loss"].iloc[1:].isna().all()


def test_default_target_is_ten_times_the_best_settled_loss(selected):
    selection = selected(3)
    targets = default_targets(selection)
    assert list(targets) == [pytest.approx(1.0)] * len(selection.shown)


def test_target_that_is_chosen_is_that_of_all_runs(selected):
    selection = selected(3)
    chosen = choose_targets(selection, 0.3)
    assert dict(chosen) == dict.fromkeys(selection.shown["run_id"], 0.3)
    assert choose_targets(selection, None).equals(default_targets(selection))


def test_default_target_is_not_above_the_loss_at_which_a_run_is_stuck(runs_of):
    runs = set_effects(runs_of(activation_size_grid(3)))
    selection = select(runs.assign(constant_loss=1.1, noise_floor=0.1), PLAN)
    assert list(default_targets(selection)) == [pytest.approx(0.6)] * len(selection.shown)


def test_every_data_set_has_a_target_of_its_own(runs_of):
    runs = runs_of([["dataset=prod", "training.seed=0"], ["dataset=xor", "training.seed=0"]])
    runs["final_val_loss"] = runs["dataset.name"].map({"prod": 0.001, "xor": 0.1})
    selection = select(runs, PLAN)
    curves = falling_curves(selection)
    table = rank_cells(selection, curves, default_targets(selection)).set_index("cell")
    assert table["target"].to_dict() == {"prod": pytest.approx(0.01), "xor": pytest.approx(1.0)}
    assert table["share that gets there"].to_dict() == {"prod": 1, "xor": 1}


def test_data_set_of_other_sizes_is_one_with_one_target(runs_of):
    runs = runs_of([["dataset.n_points=100"], ["dataset.n_points=1000"]])
    runs["final_val_loss"] = runs["dataset.n_points"].map({"100": 0.09, "1000": 0.001})
    selection = select(runs, PLAN)
    targets = default_targets(selection)
    assert list(targets) == [pytest.approx(0.01)] * 2


def test_accuracy_is_beside_the_loss_and_not_twice_where_it_is_what_is_ranked(runs_of):
    runs = set_effects(runs_of(activation_size_grid(3)), noise=0.1).assign(final_val_accuracy=0.9)
    by_loss = rank(select(runs, PLAN), 0.3)
    assert by_loss["accuracy"].tolist() == pytest.approx([0.9] * 6)
    by_accuracy = rank(select(runs, PLAN, measure=ACCURACY), 0.3)
    assert by_accuracy["settled accuracy"].tolist() == pytest.approx([0.9] * 6)
    assert "accuracy" not in by_accuracy
