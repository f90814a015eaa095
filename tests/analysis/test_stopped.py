"""What a report makes of runs that early stopping ended."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.settled import settle_runs
from fcnn.analysis.stopped import carry_forward, describe_stopped


@pytest.fixture
def stopped_study(runs_of):
    """Two runs of 20 epochs, the first of which kept epoch 4 and ended at epoch 6."""
    runs = runs_of([["training.epochs=20", f"training.seed={seed}"] for seed in (0, 1)])
    runs = runs.assign(kept_epoch=[4.0, np.nan], final_val_loss=[0.1, 0.2], data="prod")
    first, second = runs["run_id"]
    losses = [0.5, 0.3, 0.2, 0.1, 0.4, 0.4]
    parts = [
        pd.DataFrame({"run_id": first, "epoch": range(1, 7), "val_loss": losses}),
        pd.DataFrame({"run_id": second, "epoch": range(1, 21), "val_loss": 0.2}),
    ]
    return runs, pd.concat(parts, ignore_index=True)


def test_values_of_the_kept_epoch_are_carried_forward_to_the_last(stopped_study):
    runs, curves = stopped_study
    carried = carry_forward(curves, runs).set_index(["run_id", "epoch"])["val_loss"]
    first, second = runs["run_id"]
    np.testing.assert_array_equal(carried[first], [0.5, 0.3, 0.2, *[0.1] * 17])
    np.testing.assert_array_equal(carried[first].index, range(1, 21))
    np.testing.assert_array_equal(carried[second], [0.2] * 20)


def test_curves_without_a_kept_epoch_and_none_at_all_stay_as_they_are(stopped_study):
    runs, curves = stopped_study
    assert carry_forward(curves, runs.iloc[1:]) is curves
    nothing = curves.iloc[:0]
    assert carry_forward(nothing, runs) is nothing


def test_stopped_run_is_scored_at_the_epoch_that_it_kept(stopped_study):
    runs, curves = stopped_study
    np.testing.assert_allclose(settle_runs(runs, curves)["loss"], [0.1, 0.2])


def test_page_says_that_a_kept_loss_is_a_minimum(stopped_study):
    runs, _ = stopped_study
    assert describe_stopped(runs).startswith("1 of 2 runs keep the weights")
    assert "minimum over epochs" in describe_stopped(runs)
    assert describe_stopped(runs.assign(kept_epoch=np.nan)) == ""
