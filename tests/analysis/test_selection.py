import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan


def plan_of(runs, axes):
    """A sweep that planned these runs, with their axes in this order."""
    return Plan(
        latest_sweep="parent",
        display_axes=list(axes),
        axes=axes,
        fingerprints={*runs["fingerprint"]},
    )


def test_newest_finished_run_of_each_cell_and_seed_is_shown_whichever_sweep_it_came_from(
    runs_of, grid
):
    old, new = runs_of(grid, start="2026-01-01"), runs_of(grid[:4], start="2026-02-02")
    selection = select(pd.concat([new, old]), None)
    assert len(selection.finished) == 18
    assert selection.finished["run_id"].str.startswith("2026-02-02").sum() == 4


def test_failed_rerun_does_not_hide_the_finished_run(runs_of, grid):
    selection = select(pd.concat([runs_of(grid, "FAILED", "2026-02-02"), runs_of(grid)]), None)
    assert len(selection.finished) == 18
    assert selection.n_diverged == 0


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
    shorter = [[*overrides, "training.epochs=10"] for overrides in grid]
    new = runs_of(shorter, start="2026-02-02")
    both = pd.concat([new, runs_of(grid)])
    assert select(both, plan_of(new, axes)).differs_from_latest_sweep == ["epochs"]
    assert select(new, plan_of(new, axes)).differs_from_latest_sweep == []


def test_table_is_told_by_its_path_and_by_its_digest_where_the_file_has_changed(runs_of):
    table = ["dataset=csv", "dataset.target=y"]
    runs = runs_of([[*table, "dataset.path=a.csv"], [*table, "dataset.path=b.csv"]]).assign(
        **{"dataset.digest": ["12", "34"]}
    )
    selection = select(runs, plan_of(runs, {"dataset.path": ["a.csv", "b.csv"]}))
    assert list(selection.axes) == ["dataset.path"]
    assert selection.differs_from_latest_sweep == []
    changed = select(runs.assign(**{"dataset.path": "a.csv"}), plan_of(runs, {}))
    assert list(changed.axes) == ["dataset.path"]
    assert changed.differs_from_latest_sweep == ["path"]
    assert sorted(changed.cells["label"]) == ["a.csv (12)", "a.csv (34)"]


def test_unfinished_study_counts_finished_and_planned_runs(runs_of, grid):
    runs = runs_of(grid)
    axes = {"model.activation": ["sigmoid", "tanh", "relu"], "model.hidden_units": ["[4]", "[16]"]}
    selection = select(runs[runs["model.activation"] != "relu"], plan_of(runs, axes))
    assert (len(selection.finished), selection.n_planned) == (12, 18)
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
    assert selection.n_diverged == 2
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
    assert list(selection.cells["label"]) == [
        "sgd, learning rate 0.01",
        "adam, learning rate 0.001",
        "rmsprop, learning rate 0.001",
    ]
    shared = "prod, 2500 points, keras, tanh, 2-16-1, random_uniform, batch size 100, 100 epochs"
    assert selection.shared == shared


def test_nothing_finished_is_refused(runs_of, grid):
    with pytest.raises(ValueError, match="no run has finished yet"):
        select(runs_of(grid, "FAILED"), None)


def test_value_outside_the_plan_is_shown_after_the_planned_ones(runs_of, grid):
    runs = runs_of(grid)
    axes = {"model.activation": ["relu", "tanh"], "model.hidden_units": ["[16]"]}
    selection = select(runs, plan_of(runs, axes))
    assert selection.axes == {
        "model.activation": ["relu", "tanh", "sigmoid"],
        "model.hidden_units": ["[4]", "[16]"],
    }
    assert not selection.cells.isna().any(axis=None)


def test_best_run_is_the_median_run_of_the_cell_that_ranks_first(runs_of, grid):
    runs = runs_of(grid)
    is_best = (runs["model.activation"] == "tanh") & (runs["model.hidden_units"] == "[4]")
    # One seed of another cell is luckier than any of the best.
    runs["final_val_loss"] = np.where(is_best, 0.1, 1.0)
    runs.loc[is_best, "final_val_loss"] = [0.3, 0.1, 0.2]
    runs.loc[runs["model.activation"] == "relu", "final_val_loss"] = [0.01, 9, 9, 9, 9, 9]
    selection = select(runs, None)
    assert selection.winners["label"].tolist() == ["2-4-1, tanh"]
    assert selection.best_run["final_val_loss"] == 0.2


def test_best_run_is_of_the_first_data(runs_of):
    runs = runs_of([["dataset=xor"], ["dataset=prod"], ["dataset=prod", "training.seed=1"]])
    runs["final_val_loss"] = runs["dataset.name"].map({"xor": 0.5, "prod": 0.001})
    selection = select(runs, plan_of(runs, {"dataset.name": ["xor", "prod"]}))
    assert selection.data_labels == ["xor", "prod"]
    assert selection.winners["data"].tolist() == ["xor", "prod"]
    assert selection.best_run["dataset.name"] == "xor"


def test_best_run_is_of_data_on_which_a_run_has_finished(runs_of):
    diverged = runs_of([["dataset=xor"]], "FAILED")
    runs = pd.concat([runs_of([["dataset=prod"], ["dataset=and"]]), diverged])
    selection = select(runs, plan_of(runs, {"dataset.name": ["xor", "prod", "and"]}))
    assert selection.data_labels == ["xor", "prod", "and"]
    assert selection.best_run["data"] == "prod"


def test_data_are_named_by_all_in_which_they_differ(runs_of):
    runs = runs_of([["dataset=prod"], ["dataset.noise=0.1"], ["training.validation_points=100"]])
    selection = select(runs, None)
    assert set(selection.data_axes) == {"dataset.noise", "training.validation_points"}
    assert sorted(selection.data_labels) == [
        "noise 0.0, validation points 100",
        "noise 0.0, validation points 500",
        "noise 0.1, validation points 500",
    ]


def test_tables_are_distinguished_by_their_contents_not_by_their_paths(runs_of):
    table = ["dataset=csv", "dataset.target=y"]
    runs = runs_of([[*table, "dataset.path=1/a.csv"], [*table, "dataset.path=2/a.csv"]])
    same = select(runs.assign(**{"dataset.digest": ["12", "12"]}), None)
    different = select(runs.assign(**{"dataset.digest": ["12", "34"]}), None)
    assert (len(same.data_labels), same.data_axes) == (1, [])
    assert len(set(different.data_labels)) == 2


def test_runs_that_a_search_chose_are_told_from_those_of_a_grid(runs_of):
    runs = runs_of([[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)])
    runs = runs.sort_values("optimizer.learning_rate", ignore_index=True)
    fingerprints = list(runs["fingerprint"])
    runs["sweep"] = ["grid", "search", "search", "other", None]
    plan = Plan(
        "search",
        [],
        {},
        set(),
        # Without the third: the search was killed before it recorded that.
        all_fingerprints={*fingerprints[:2], fingerprints[3]},
        search_sweeps={"search"},
        grid_fingerprints={*fingerprints[:2]},
    )
    selection = select(runs, plan)
    is_searched = selection.shown.set_index("optimizer.learning_rate")["searched"]
    assert is_searched.to_dict() == {"0.1": 0, "0.2": 0, "0.3": 1, "0.4": 1, "0.5": 0}
    assert selection.grid.axes == {"optimizer.learning_rate": ["0.1", "0.2", "0.5"]}
    assert len(selection.grid.cells) == 3
    search_alone = select(runs, Plan("search", [], {}, set(), search_sweeps={"search"}))
    assert search_alone.shown["searched"].all()


def test_without_a_plan_all_runs_that_there_are_were_planned(runs_of):
    assert select(runs_of([["training.seed=0"], ["training.seed=1"]]), None).n_planned == 2
