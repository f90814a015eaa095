"""The headline says what it rests on: seeds, data, and losses that are cut."""

from dataclasses import replace

import numpy as np
import pytest
from known_effects import PLAN, headline_of


def test_too_few_seeds_are_told_with_what_is_missing_and_without_a_test(runs_with):
    headline = headline_of(runs_with(2, noise=0.05))
    assert "2 seeds are too few for any test, which takes 3; ten are usual" in headline
    assert "beyond chance" not in headline
    assert "interval" not in headline
    assert "could be the best" not in headline


@pytest.mark.parametrize(
    ("is_class", "above"),
    [
        (False, "the loss of the constant prediction"),
        (True, "ten times the loss of the constant prediction"),
    ],
)
def test_losses_that_are_cut_are_told(runs_with, is_class, above):
    runs = runs_with(4, noise=0.1).assign(constant_loss=0.1)
    runs["final_val_loss"] /= 100
    runs["final_val_accuracy"] = 0.5 if is_class else np.nan
    assert "diverged" not in headline_of(runs)
    runs.loc[0, "diverged_epoch"] = 3.0
    runs.loc[1:2, "final_val_loss"] = 5.0
    sentence = f"3 of 24 runs diverged or ended above {above}; they count as that, so their losses "
    assert f"{sentence}are higher than is said here. " in headline_of(runs)


def test_one_fixed_data_sample_is_told(runs_with):
    runs = runs_with(4, noise=0.1).assign(**{"dataset.seed": "0"})
    headline = headline_of(runs, replace(PLAN, data_seed="0"))
    assert headline.endswith("All runs share one data sample, so this holds for that sample only.")


def test_table_of_which_all_rows_train_is_not_called_a_sample_for_each_seed(runs_of):
    table = ["dataset=sklearn", "dataset.validation_share=0"]
    seeds = [[f"training.seed={seed}", f"dataset.seed={seed}"] for seed in range(3)]
    whole = runs_of([[*table, "dataset.test_share=0", *seed] for seed in seeds])
    expected = "All rows train in every run, so this is about fitting these rows only."
    assert headline_of(whole).endswith(expected)


def test_splits_of_a_table_are_not_called_samples_of_new_data(runs_of):
    grid = [["dataset=sklearn", f"training.seed={n}", f"dataset.seed={n}"] for n in range(3)]
    assert headline_of(runs_of(grid)).endswith(
        "This rests on 3 splits of the table, one for each seed. They share rows, so intervals are "
        "about other splits of these rows, not about new rows."
    )
    fixed = runs_of([line[:2] for line in grid]).assign(**{"dataset.seed": "0"})
    assert headline_of(fixed, replace(PLAN, data_seed="0")).endswith(
        "All runs share one split of the table, so this holds for that split only."
    )


def test_sweeps_that_added_seeds_are_told(runs_with):
    headline = headline_of(runs_with(4, noise=0.1), replace(PLAN, n_looks=3))
    assert "Seeds came in 3 sweeps, " in headline
    assert "the level is 0.05 divided by 3." in headline
