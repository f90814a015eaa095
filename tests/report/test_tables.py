import numpy as np
import pandas as pd

from fcnn.analysis.selection import select
from fcnn.report.tables import tables
from fcnn.tracking.plan import Plan

PLAN = Plan("parent", ["model.activation"], {}, set())


def curves(runs, last):
    """Twenty epochs from a validation loss of 1 to `last`."""
    losses = np.linspace(1, last, 20)
    return pd.concat(
        pd.DataFrame({"run_id": run_id, "epoch": np.arange(1, 21), "val_loss": losses})
        for run_id in runs["run_id"]
    )


def of_seeds(seeds):
    return [
        [f"model.activation={name}", f"training.seed={seed}"]
        for name in ("tanh", "relu")
        for seed in range(seeds)
    ]


def test_summary_says_first_that_no_run_has_learned(runs_of):
    runs = runs_of(of_seeds(2))
    summaries = {}
    for last in (0.9, 0.1):
        runs["final_val_loss"] = [last, last, last * 1.1, last * 1.1]
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
    runs = runs_of(of_seeds(3))
    runs.loc[0, ["status", "diverged_epoch", "final_val_loss"]] = "FAILED", 3.0, np.nan
    found, _ = tables(select(runs, PLAN), curves(runs, 0.1), None)
    for name in ("differences", "against_best", "importance"):
        assert found[name].note.endswith(" Diverged runs, 1 of 6, are left out.")


def test_single_runs_are_ranked_and_no_pairs_of_them_are_shown(runs_of):
    rates = [0.001 * number for number in range(1, 8)]
    runs = runs_of([[f"optimizer.learning_rate={rate}"] for rate in rates])
    found, summary = tables(select(runs, PLAN), curves(runs, 0.1), None)
    assert list(found) == ["ranking"]
    assert "Importance is not shown: " in summary


def test_search_is_ranked_and_its_importance_is_not_shown(runs_of):
    runs = runs_of(
        [
            [f"optimizer.learning_rate={rate}", f"training.seed={seed}"]
            for rate in (0.001, 0.002, 0.003)
            for seed in range(8)
        ]
    )
    search = Plan("parent", [], {}, set(), set(runs["fingerprint"]), search_sweeps={"parent"})
    found, summary = tables(select(runs, search), curves(runs, 0.1), None)
    assert list(found) == ["ranking"]
    assert "Importance and comparisons of single values are not shown: a search" in summary


def test_grid_beside_a_search_is_judged_without_it(runs_of):
    grid = runs_of(of_seeds(6)).assign(sweep="grid")
    search = runs_of(
        [[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)], start="2026-02-02"
    ).assign(sweep="search")
    gridded, chosen = set(grid["fingerprint"]), set(search["fingerprint"])
    plan = Plan("search", [], {}, set(), gridded | chosen, {"search"}, gridded)
    both = pd.concat([search, grid], ignore_index=True)
    found, summary = tables(select(both, plan), curves(both, 0.1), None)
    alone, words = tables(select(grid, PLAN), curves(grid, 0.1), None)
    assert len(found["ranking"].rows) == 7
    for name in ("differences", "importance"):
        pd.testing.assert_frame_equal(found[name].rows, alone[name].rows)
    assert summary.startswith(words)
    assert "of the grid's 12 runs without the search's 5" in summary
