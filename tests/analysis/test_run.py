import numpy as np
import pytest

from fcnn.analysis.run import TrackedRun, find_winners, load_data_sets
from fcnn.analysis.selection import select
from fcnn.data import load_data
from fcnn.targets import Task
from fcnn.tracking.plan import Plan


@pytest.fixture
def selection(runs_of):
    """Two data sets and three seeds, the median losses at seed 1 of xor and seed 2 of prod."""
    runs = runs_of(
        [
            [f"dataset={data}", f"training.seed={seed}", f"dataset.n_points={n_points}"]
            for data in ("xor", "prod")
            for n_points in (20, 30)
            for seed in (0, 1, 2)
        ]
    )
    losses = {"xor": {"0": 3.0, "1": 2.0, "2": 1.0}, "prod": {"0": 1.0, "1": 3.0, "2": 2.0}}
    runs["final_val_loss"] = [
        losses[data][seed]
        for data, seed in zip(runs["dataset.name"], runs["training.seed"], strict=True)
    ]
    plan = Plan("parent", ["dataset.name"], {"dataset.name": ["xor", "prod"]}, set())
    return select(runs, plan)


def test_points_are_drawn_once_for_each_kind_of_data_from_the_winners_sample(selection, config):
    winners = find_winners(selection)
    assert winners["training.seed"].tolist() == ["1", "1", "2", "2"]
    data_sets = load_data_sets(winners, selection.axes, dict, lambda _: None)
    assert list(data_sets) == [
        f"{name}, n points {n_points}" for name in ("xor", "prod") for n_points in (20, 30)
    ]
    overrides = ["dataset=xor", "dataset.n_points=20", "training.seed=1"]
    np.testing.assert_array_equal(data_sets["xor, n points 20"].x, load_data(config(*overrides)).x)


def test_sample_is_that_of_the_best_run_though_another_has_the_same_loss(selection):
    selection.finished["final_val_loss"] = 0.5
    best = selection.best_run
    winners = find_winners(selection)
    assert best["run_id"] in set(winners["run_id"])
    shown = TrackedRun(best, dict).data
    assert shown is not None
    assert len(shown.x) == int(best["dataset.n_points"])


@pytest.fixture
def table_run(runs_of):
    """`table_run(classes)`: a run on a table of two inputs; its network gives x1 + 2 x2."""

    def make(classes, **missing):
        row = runs_of([["model.activation=relu"]]).iloc[0].copy()
        row["dataset.name"], row["name"] = "houses", "relu, 2-2-1"
        arrays = {
            "weights_0": np.eye(2, dtype=np.float32),
            "weights_1": np.zeros(2, np.float32),
            "weights_2": np.float32([[1], [2]]),
            "weights_3": np.zeros(1, np.float32),
            "classes": np.array(classes, dtype=str),
            "x": np.float32([[1, 2], [3, 4]]),
            "y": np.float32([[0], [1]]),
        }
        kept = {name: values for name, values in arrays.items() if name not in missing}
        return TrackedRun(
            row, {row["run_id"]: kept}.__getitem__, find_model=lambda run_id: "models:/m"
        )

    return make


def test_run_on_a_table_has_the_points_and_the_network_that_are_stored_with_it(table_run):
    run = table_run([])
    assert (run.name, run.dataset_label, run.model_address) == (
        "relu, 2-2-1",
        "houses",
        "models:/m",
    )
    assert run.task is Task.REGRESSION
    assert run.data is not None
    np.testing.assert_array_equal(run.data.x, [[1, 2], [3, 4]])
    assert (len(run.data.x_val), run.data.n_outputs) == (0, 1)
    np.testing.assert_array_equal(run.predict(run.data.x), [[5], [11]])
    assert (run.schema, run.judgement) == (None, None)


def test_classes_of_a_table_decide_its_task_and_are_printable(table_run):
    assert table_run(["no", "yes"]).task is Task.BINARY
    run = table_run(["a", "b\x1b[31m", "c"])
    assert run.task is Task.MULTICLASS
    assert run.classes[::2] == ("a", "c")
    assert "\x1b" not in run.classes[1]


def test_table_of_more_inputs_has_no_points(table_run):
    assert table_run([], x=None).data is None
