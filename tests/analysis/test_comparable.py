"""Runs that minimise different losses are compared by the plain one."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.comparable import comparable_losses, describe_scores
from fcnn.analysis.ranking import epochs_to_target
from fcnn.analysis.settled import settle_runs


@pytest.fixture
def runs(runs_of):
    """Two runs: the first minimises what it is compared by, the second has a penalty."""
    runs = runs_of([["model.l2=0.1"], ["model.l2=0"]]).reset_index(drop=True)
    return runs.assign(
        data="",
        final_val_loss=[0.05, 0.9],
        final_val_score=[np.nan, 0.01],
        constant_loss=1.0,
        noise_floor=0.0,
    )


@pytest.fixture
def curves(runs):
    first, second = runs["run_id"]
    return pd.DataFrame(
        {
            "run_id": [first] * 20 + [second] * 20,
            "epoch": [*range(1, 21)] * 2,
            "val_loss": np.repeat([0.05, 0.9], 20),
            "val_score": [np.nan] * 20 + [0.5] * 10 + [0.01] * 10,
        }
    )


def test_score_counts_where_it_is_recorded_and_the_loss_elsewhere(runs, curves):
    assert list(comparable_losses(runs, "final_val_loss")) == [0.05, 0.01]
    assert list(comparable_losses(runs.drop(columns="final_val_score"), "final_val_loss")) == [
        0.05,
        0.9,
    ]
    assert list(settle_runs(runs)["loss"]) == pytest.approx([0.05, 0.01])
    assert list(settle_runs(runs, curves)["loss"]) == pytest.approx([0.05, 0.01])


def test_epochs_are_counted_until_the_score_reaches_the_target(runs, curves):
    targets = pd.Series(0.1, runs["run_id"])
    assert list(epochs_to_target(runs.assign(diverged=False), curves, targets)) == [1, 11]


def test_report_says_which_loss_is_compared(runs):
    assert describe_scores(runs).startswith("1 of 2 runs minimise another loss than the plain ")
    assert describe_scores(runs.iloc[:1]) == ""
