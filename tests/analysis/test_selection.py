import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan


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


def test_best_run_is_that_of_the_first_data_and_is_said_to_be(runs_of):
    runs = runs_of([["dataset=xor"], ["dataset=prod"], ["dataset=prod", "training.seed=1"]])
    runs["final_val_loss"] = runs["dataset.name"].map({"xor": 0.5, "prod": 0.001})
    selection = select(runs, plan_of(runs, {"dataset.name": ["xor", "prod"]}))
    assert selection.data == ["xor", "prod"]
    assert selection.best["dataset.name"] == "xor"
    assert "validation loss 0.5, on xor (the first of 2 sets of data" in selection.best_in_words
    one = select(runs[runs["dataset.name"] == "prod"], None)
    assert one.best_in_words.endswith("validation loss 0.001")


def test_best_run_is_of_data_on_which_a_run_has_finished(runs_of):
    bad = runs_of([["dataset=xor"]], "FAILED")
    runs = pd.concat([runs_of([["dataset=prod"], ["dataset=and"]]), bad])
    selection = select(runs, plan_of(runs, {"dataset.name": ["xor", "prod", "and"]}))
    assert (selection.data, selection.best["data"]) == (["xor", "prod", "and"], "prod")


def test_data_are_named_by_all_in_which_they_differ(runs_of):
    runs = runs_of([["dataset=prod"], ["dataset.noise=0.1"], ["training.validation_points=100"]])
    selection = select(runs, None)
    assert set(selection.data_axes) == {"dataset.noise", "training.validation_points"}
    assert sorted(selection.data) == [
        "noise 0.0, validation points 100",
        "noise 0.0, validation points 500",
        "noise 0.1, validation points 500",
    ]


def test_one_table_under_two_paths_is_one_and_two_tables_of_one_name_are_two(runs_of):
    table = ["dataset=csv", "dataset.target=y"]
    runs = runs_of([[*table, "dataset.path=1/a.csv"], [*table, "dataset.path=2/a.csv"]])
    same, other = (
        select(runs.assign(**{"dataset.digest": digests}), None)
        for digests in (["12", "12"], ["12", "34"])
    )
    assert (len(same.data), same.data_axes) == (1, [])
    assert len(set(other.data)) == 2


def test_runs_that_a_search_chose_are_told_from_those_of_a_grid(runs_of):
    runs = runs_of([[f"optimizer.learning_rate=0.{number}"] for number in range(1, 6)])
    runs = runs.sort_values("optimizer.learning_rate", ignore_index=True)
    prints = list(runs["fingerprint"])
    runs["sweep"] = ["grid", "search", "search", "other", None]
    found = select(
        runs,
        Plan(
            "search",
            [],
            {},
            set(),
            all_fingerprints={
                *prints[:2],
                prints[3],
            },  # of the third the search was killed before it said so
            search_sweeps={"search"},
            grid_fingerprints={*prints[:2]},
        ),
    )
    searched = found.shown.set_index("optimizer.learning_rate")["searched"]
    assert searched.to_dict() == {"0.1": 0, "0.2": 0, "0.3": 1, "0.4": 1, "0.5": 0}
    assert found.grid.axes == {"optimizer.learning_rate": ["0.1", "0.2", "0.5"]}
    assert len(found.grid.cells) == 3
    alone = select(runs, Plan("search", [], {}, set(), search_sweeps={"search"}))
    assert alone.shown["searched"].all()
