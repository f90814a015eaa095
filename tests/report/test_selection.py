import pandas as pd
import pytest

from fcnn.report.selection import select
from fcnn.tracking.reader import Plan


def plan_of(runs, axes, more=()):
    return Plan(
        newest="parent", first=list(axes), axes=axes, fingerprints={*runs["fingerprint"], *more}
    )


def test_newest_finished_run_of_each_cell_and_seed_is_shown_whichever_sweep_it_came_from(
    runs_of, grid
):
    old, new = runs_of(grid, start="2026-01-01"), runs_of(grid[:4], start="2026-02-02")
    selection = select(pd.concat([new, old]), None)
    assert len(selection.runs) == 18
    assert (
        sorted(selection.runs["run_id"].str.startswith("2026-02-02")) == [False] * 14 + [True] * 4
    )


def test_failed_rerun_does_not_hide_the_finished_run(runs_of, grid):
    selection = select(pd.concat([runs_of(grid, "FAILED", "2026-02-02"), runs_of(grid)]), None)
    assert len(selection.runs) == 18
    assert selection.diverged == 0


def test_cells_are_in_the_order_of_the_axes(runs_of, grid):
    runs = runs_of(grid)
    axes = {"model.activation": ["sigmoid", "tanh", "relu"], "model.hidden_units": ["[4]", "[16]"]}
    cells = select(runs, plan_of(runs, axes)).cells
    assert list(cells["label"]) == [
        f"{act}, 2-{units}-1" for act in ("sigmoid", "tanh", "relu") for units in (4, 16)
    ]
    assert list(cells["n_seeds"]) == [3] * 6


def test_sweeps_that_differ_in_what_the_newest_one_does_not_vary_are_named(runs_of, grid):
    axes = {"model.activation": ["sigmoid", "tanh", "relu"], "model.hidden_units": ["[4]", "[16]"]}
    new = runs_of([[*one, "training.epochs=10"] for one in grid], start="2026-02-02")
    assert select(pd.concat([new, runs_of(grid)]), plan_of(new, axes)).mixed == ["epochs"]
    assert select(new, plan_of(new, axes)).mixed == []


def test_table_is_told_by_its_path_and_by_its_digest_where_the_file_has_changed(runs_of):
    table = ["dataset=csv", "dataset.target=y"]
    runs = runs_of([[*table, "dataset.path=a.csv"], [*table, "dataset.path=b.csv"]]).assign(
        **{"dataset.digest": ["12", "34"]}
    )
    selection = select(runs, plan_of(runs, {"dataset.path": ["a.csv", "b.csv"]}))
    assert (list(selection.axes), selection.mixed) == (["dataset.path"], [])
    changed = select(runs.assign(**{"dataset.path": "a.csv"}), plan_of(runs, {}))
    assert (list(changed.axes), changed.mixed) == (["dataset.path"], ["path"])
    assert sorted(changed.cells["label"]) == ["a.csv (12)", "a.csv (34)"]


def test_unfinished_study_counts_what_is_there_of_what_was_planned(runs_of, grid):
    runs = runs_of(grid)
    there = runs[runs["model.activation"] != "relu"]
    selection = select(
        there,
        plan_of(
            runs,
            {
                "model.activation": ["sigmoid", "tanh", "relu"],
                "model.hidden_units": ["[4]", "[16]"],
            },
        ),
    )
    assert (len(selection.runs), selection.planned) == (12, 18)
    assert selection.axes["model.activation"] == ["sigmoid", "tanh"]


def test_runs_outside_the_plan_are_shown_with_what_makes_them_differ(runs_of, grid):
    shorter = [[*overrides, "training.epochs=20"] for overrides in grid[:3]]
    selection = select(
        pd.concat([runs_of(shorter, start="2026-02-02"), runs_of(grid)]),
        plan_of(runs_of(grid), {"model.activation": []}),
    )
    assert list(selection.axes) == ["model.activation", "model.hidden_units", "training.epochs"]
    assert "sigmoid, 2-16-1, 20 epochs" in set(selection.cells["label"])


def test_diverged_runs_are_counted(runs_of, grid):
    selection = select(pd.concat([runs_of(grid[:2], "FAILED"), runs_of(grid[2:])]), None)
    assert selection.diverged == 2
    assert list(selection.cells["n_diverged"]).count(2) == 1


def test_cell_that_diverged_in_every_seed_is_still_a_cell(runs_of, grid):
    selection = select(pd.concat([runs_of(grid[:3], "FAILED"), runs_of(grid[3:6])]), None)
    assert selection.axes == {"model.hidden_units": ["[4]", "[16]"]}
    assert list(selection.cells["n_seeds"]) == [3, 0]
    assert list(selection.cells["n_diverged"]) == [0, 3]


def test_colour_and_style_stay_those_of_the_study_though_the_newest_sweep_varies_less(
    runs_of, grid
):
    runs = runs_of(grid)
    plan = Plan(
        "parent",
        ["model.activation", "model.hidden_units"],
        {"model.hidden_units": ["[4]", "[16]"]},
        set(),
    )
    assert list(select(runs, plan).axes) == ["model.activation", "model.hidden_units"]


def test_optimizers_with_different_hyperparameters_stand_side_by_side(runs_of):
    selection = select(
        runs_of([["optimizer=sgd"], ["optimizer=adam"], ["optimizer=rmsprop"]]),
        Plan("p", ["optimizer.name"], {}, set()),
    )
    labels = [
        "sgd, learning rate 0.01",
        "adam, learning rate 0.001",
        "rmsprop, learning rate 0.001",
    ]
    assert list(selection.cells["label"]) == labels
    assert (
        selection.shared
        == "prod, 2500 points, keras, tanh, 2-16-1, random_uniform, batch size 100, 100 epochs"
    )


def test_nothing_finished_is_refused(runs_of, grid):
    with pytest.raises(ValueError, match="no run has finished yet"):
        select(runs_of(grid, "FAILED"), None)


def test_value_that_no_plan_has_is_shown_all_the_same(runs_of, grid):
    runs = runs_of(grid)
    selection = select(
        runs, plan_of(runs, {"model.activation": ["relu", "tanh"], "model.hidden_units": ["[16]"]})
    )
    assert selection.axes == {
        "model.activation": ["relu", "tanh", "sigmoid"],
        "model.hidden_units": ["[4]", "[16]"],
    }
    assert not selection.cells.isna().any(axis=None)
