import numpy as np
import pytest

from fcnn.analysis.run import TrackedRun, find_winners, load_data_sets
from fcnn.analysis.selection import select
from fcnn.data import load_data
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
