import numpy as np
import pandas as pd

from fcnn.report.selection import select
from fcnn.report.tables import tables
from fcnn.tracking.reader import Plan

PLAN = Plan("parent", ["model.activation"], {}, set())


def curves(runs, last):
    """Twenty epochs from a validation loss of 1 to `last`."""
    losses = np.linspace(1, last, 20)
    return pd.concat(
        pd.DataFrame({"run_id": run_id, "epoch": np.arange(1, 21), "val_loss": losses})
        for run_id in runs["run_id"]
    )


def test_summary_says_first_that_no_run_has_learned(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    summaries = {}
    for last in (0.9, 0.1):
        runs["final_val_loss"] = [last, last * 1.01]
        _, summaries[last] = tables(select(runs, PLAN), curves(runs, last), None)
    assert summaries[0.9].startswith(
        "No run ends below half of the loss that there was after one epoch: "
    )
    assert summaries[0.1].startswith("What matters most is activation")


def test_runs_of_no_sweep_are_ranked_and_nothing_is_concluded_from_them(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    found, summary = tables(select(runs, None), curves(runs, 0.1), None)
    assert (list(found), summary) == (["ranking"], "")


def test_notes_say_how_many_diverged_runs_are_left_out(runs_of):
    runs = runs_of(
        [
            [f"model.activation={name}", f"training.seed={seed}"]
            for name in ("tanh", "relu")
            for seed in (0, 1)
        ]
    )
    runs.loc[0, ["status", "diverged_epoch", "final_val_loss"]] = "FAILED", 3.0, np.nan
    found, _ = tables(select(runs, PLAN), curves(runs, 0.1), None)
    for name in ("differences", "against_best", "importance"):
        assert found[name].note.endswith(" Diverged runs, 1 of 4, are left out.")
