"""Why no run of a study has finished, in one line."""

import pandas as pd
import pytest
from known_effects import PLAN

from fcnn.analysis.failures import describe_resuming
from fcnn.analysis.selection import select

SEEDS = [[f"training.seed={seed}"] for seed in range(2)]


def reason_of(runs, plan):
    with pytest.raises(ValueError, match="no run has finished yet") as refusal:
        select(runs, plan)
    return str(refusal.value)


def test_interrupted_runs_are_counted_with_the_command_that_goes_on(runs_of):
    runs = runs_of(SEEDS).assign(status="KILLED")
    reason = reason_of(runs, PLAN)
    assert reason.startswith("no run has finished yet; 2 runs were interrupted; the same command")
    assert reason_of(runs.iloc[:1], PLAN).count("1 run was interrupted") == 1


def test_failed_runs_have_the_newest_reason_and_nothing_is_called_interrupted(runs_of):
    runs = runs_of(SEEDS).assign(status="FAILED", error="no memory")
    expected = "no run has finished yet; 2 failed, the newest because: no memory"
    assert reason_of(runs, PLAN) == expected


def test_run_that_diverged_and_was_then_interrupted_has_diverged(runs_of):
    diverged = runs_of(SEEDS[:1]).assign(diverged_epoch=3.0)
    again = runs_of(SEEDS[:1], "KILLED", start="2026-02-02").assign(diverged_epoch=float("nan"))
    reason = reason_of(pd.concat([again, diverged]), PLAN)
    assert reason.startswith("no run has finished yet; 1 run diverged")
    assert "interrupted" not in reason


def test_command_that_goes_on_is_named_where_it_is_known():
    assert describe_resuming("") == "the same command goes on"
    assert describe_resuming("train") == "the same command goes on: train"
