"""The headline names the best cell, the largest effect, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest
from known_effects import (
    data_activation_grid,
    headline_of,
    plan_with_axes,
)

from fcnn.analysis.conclusion import describe_best_run
from fcnn.analysis.measure import ACCURACY
from fcnn.analysis.selection import select


def test_headline_says_what_is_best_what_differs_and_on_how_many_samples(runs_with):
    headline = headline_of(runs_with(10, noise=0.05))
    assert headline.startswith("“relu, 2-")
    assert " has the lowest validation loss, 0.09" in headline
    assert " (95 % interval 0.0" in headline
    assert "2 of 6 cells could be the best: this and “relu, 2-" in headline
    effect = "The largest effect is that of activation: the validation loss with sigmoid is "
    assert effect in headline
    assert "times that with relu (interval " in headline
    assert ", and all 10 seeds agree. " in headline
    assert " of 4 pairs of values differ beyond chance" in headline
    assert headline.endswith("This rests on 10 data samples, one for each seed.")


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        ({"tanh": 0.5, "relu": 0.5}, "Both cells have the same validation loss, 0.500."),
        ({"tanh": 0.50000005, "relu": 0.5}, "Both cells have the same validation loss, 0.500."),
        ({"tanh": 0.5, "relu": 0.5, "elu": 0.5}, "All 3 cells have the same validation loss, "),
        (
            {"tanh": 0.5, "relu": 0.1, "elu": 0.1},
            "relu and elu have the lowest validation loss, 0.100 each. The other cell can be ruled "
            "out as the best.",
        ),
    ],
)
def test_no_cell_is_called_the_best_of_equal_ones(runs_of, losses, sentence):
    runs = runs_of(data_activation_grid([("prod", name) for name in losses], 12))
    noise = 1 + 0.01 * np.random.default_rng(0).normal(size=12)
    alike = runs["model.activation"] != "tanh"
    runs["final_val_loss"] = runs["model.activation"].map(losses).astype(float)
    if losses["relu"] < 0.2:
        runs.loc[~alike, "final_val_loss"] *= noise
    headline = headline_of(runs, plan_with_axes("model.activation"))
    assert headline.startswith(sentence)


@pytest.mark.parametrize(("n_others", "others"), [(1, "The other cell"), (2, "The other 2 cells")])
def test_others_are_ruled_out_where_one_cell_is_far_better(runs_of, n_others, others):
    names = ["tanh", "relu", "sigmoid"][: n_others + 1]
    runs = runs_of(data_activation_grid([("prod", name) for name in names], 4 * len(names)))
    noise = 1 + 0.01 * np.random.default_rng(0).normal(size=len(runs))
    runs["final_val_loss"] = noise * np.where(runs["model.activation"] == "tanh", 0.01, 1.0)
    headline = headline_of(runs, plan_with_axes("model.activation"))
    assert f"{others} can be ruled out as the best." in headline


def test_factor_of_a_hundred_is_found_with_five_seeds(runs_with):
    runs = runs_with(5, noise=0.2)
    runs["final_val_loss"] *= np.where(runs["model.activation"] == "relu", 0.1, 1.0)
    effect = headline_of(runs).partition("largest effect")[2]
    assert float(effect.partition("with sigmoid is ")[2].split()[0]) == pytest.approx(100, rel=0.3)
    assert "all 5 seeds agree" in headline_of(runs)


def test_effect_that_chance_could_explain_is_not_named(runs_with):
    runs = runs_with(4)
    runs["final_val_loss"] = 10 ** np.random.default_rng(3).normal(0, 2, len(runs))
    headline = headline_of(runs)
    assert "largest effect" not in headline
    assert "0 of 4 pairs of values differ beyond chance; undecided: " in headline
    assert "None of the 6 cells can be ruled out as the best." in headline


def test_effect_of_the_only_pair_is_told_once(runs_of):
    runs = runs_of(data_activation_grid([("prod", name) for name in ("tanh", "relu")], 5))
    noise = 1 + 0.01 * np.random.default_rng(0).normal(size=len(runs))
    runs["final_val_loss"] = noise * np.where(runs["model.activation"] == "tanh", 0.01, 0.1)
    headline = headline_of(runs, plan_with_axes("model.activation"))
    assert " There is an effect of activation: the validation loss with relu is " in headline
    assert "largest" not in headline
    assert "pairs of values" not in headline


def test_each_data_set_has_a_winner_and_three_are_named(runs_of):
    names = ("prod", "sum_squares", "polynom", "xor")
    grid = [(data, name) for data in names for name in ("tanh", "relu")]
    runs = runs_of(data_activation_grid(grid, 4))
    noise = 10 ** np.random.default_rng(0).normal(0, 0.05, len(runs))
    runs["final_val_loss"] = np.where(runs["model.activation"] == "relu", 0.1, 1.0) * noise
    headline = headline_of(runs, plan_with_axes("dataset.name", "model.activation"))
    for data in names[:3]:
        assert f"“{data}, relu” has the lowest validation loss on {data}, 0." in headline
    assert "loss on xor" not in headline
    assert "The ranking names the best on another set of data." in headline
    assert headline.endswith("This rests on 4 samples of each data set, one for each seed.")


@pytest.mark.parametrize(("n_others", "has_more"), [(4, False), (5, True)])
def test_four_that_could_be_the_best_are_named_and_others_counted(runs_of, n_others, has_more):
    names = ["tanh", "relu", "sigmoid", "elu", "linear", "gelu"][: n_others + 1]
    grid = [("prod", name) for name in (*names, "softplus")]
    runs = runs_of(data_activation_grid(grid, 2 * len(names)))
    # Each of them has almost the same losses, in another order of the seeds.
    places = runs["model.activation"].map([*names, "softplus"].index)
    losses = 0.1 + 0.001 * ((places + runs["training.seed"].astype(int)) % len(names))
    losses += 1e-6 * places
    runs["final_val_loss"] = losses.mask(runs["model.activation"] == "softplus", 10.0)
    headline = headline_of(runs, plan_with_axes("model.activation"))
    candidates = f"{n_others + 1} of {n_others + 2} cells could be the best: this, "
    sentence, *_ = headline.partition(candidates)[2].partition(".")
    assert sum(name in sentence for name in names) == 4, headline
    assert ("1 more" in sentence, "0 more" in sentence) == (has_more, False)


def test_data_set_on_which_all_runs_diverged_is_told(runs_of):
    runs = runs_of(data_activation_grid([("prod", "tanh"), ("xor", "tanh")], 3))
    is_xor = runs["dataset.name"] == "xor"
    runs["diverged_epoch"] = runs["diverged_epoch"].astype(float).mask(is_xor, 2.0)
    headline = headline_of(runs, plan_with_axes("dataset.name"))
    assert "On one set of data all runs diverged." in headline
    assert "The ranking names" not in headline


def test_test_loss_of_the_winner_is_told(runs_with):
    runs = runs_with(4, noise=0.05)
    runs["final_test_loss"] = np.where(runs["model.activation"] == "relu", 0.125, 77.0)
    headline = headline_of(runs)
    assert "; on the test sample its loss is 0.125. " in headline
    assert "77" not in headline


def test_accuracies_are_compared_by_differences(runs_with):
    runs = runs_with(5)
    accuracies = runs["model.activation"].map({"sigmoid": 0.6, "tanh": 0.8, "relu": 0.9})
    runs["final_val_accuracy"] = accuracies + np.random.default_rng(0).normal(0, 0.01, len(runs))
    headline = headline_of(runs, measure=ACCURACY)
    assert headline.startswith("“relu, 2-")
    assert " has the highest validation accuracy, 0.9" in headline
    assert "the validation accuracy with relu is 0.3" in headline
    assert " higher than with sigmoid (interval 0.2" in headline


def test_loss_that_still_falls_is_told(runs_with):
    runs = runs_with(3, noise=0.01)
    curves = pd.concat(
        pd.DataFrame(
            {"run_id": row["run_id"], "epoch": range(1, 21), "val_loss": 10.0 ** -np.arange(20)}
        )
        for _, row in runs.iterrows()
    )
    headline = headline_of(runs, curves=curves)
    assert "In all 6 cells the loss is still falling at the end" in headline
    assert "still falling" not in headline_of(runs)


def test_note_names_the_median_run_of_the_winner_and_the_first_data(runs_of):
    runs = runs_of([["dataset=xor"], *(["dataset=prod", f"training.seed={n}"] for n in range(3))])
    runs["final_val_loss"] = [0.003, 0.001, 0.002, 0.5]
    runs["name"] = ["prod 2", "prod 1", "prod 0", "xor 0"]
    both = describe_best_run(select(runs, plan_with_axes("dataset.name")))
    assert both.startswith("xor 0, the median run of the cell with the lowest validation loss, 0.5")
    assert "on xor (the first of 2 sets of data" in both
    on_prod = describe_best_run(select(runs[runs["dataset.name"] == "prod"], None))
    assert on_prod.startswith("prod 0, the median run ")
    assert on_prod.endswith(", 0.00182")
