"""MLflow's own client judges the shorter road to a database's curves."""

import shutil

import numpy as np
import pandas as pd
import pytest

from fcnn.tracking.reader import Reader
from fcnn.tracking.store import StoreError
from fcnn.tracking.writer import Writer


@pytest.fixture
def run_ids(uri, config):
    store, rng = Writer(uri), np.random.default_rng(0)
    found = []
    for number in range(7):
        with store.open_run(
            config(), name="", params={}, fingerprint="f", config_yaml=""
        ) as recorder:
            metrics = ["loss", "val_loss"] if number % 2 else ["loss"]
            recorder.log_points(
                1, {metric: rng.random(5 + number, dtype=np.float32) for metric in metrics}
            )
            found.append(recorder.run_id)
    return found


def test_curves_of_a_database_are_those_that_the_client_gives(uri, run_ids, monkeypatch):
    reader = Reader(uri)
    monkeypatch.setattr("fcnn.tracking.connection.AT_ONCE", 3)
    from_database = reader.curves(run_ids, ["loss", "val_loss"])
    reader.database = None
    from_client = reader.curves(run_ids, ["loss", "val_loss"])
    pd.testing.assert_frame_equal(from_database, from_client)
    assert len(from_database) == sum(5 + number for number in range(7))
    assert from_database["val_loss"].notna().sum() == 6 + 8 + 10


def test_of_an_epoch_that_was_logged_twice_the_last_counts(uri, run_ids):
    reader = Reader(uri)
    reader.client.log_metric(run_ids[0], "loss", 0.125, step=2, timestamp=2**41)
    for database in (reader.database, None):
        reader.database = database
        curves = reader.curves(run_ids[:1], ["loss"]).set_index("epoch")["loss"]
        assert list(curves.index) == [1, 2, 3, 4, 5]
        assert curves[2] == 0.125


def test_plan_whose_file_is_gone_is_one_line(uri, config, tmp_path):
    without_hydra = config("study.name=mine", f"tracking.uri={uri}")
    with Writer(uri).open_sweep(without_hydra, {}, ["f"], 1):
        pass
    shutil.rmtree(tmp_path / "mlruns")
    with pytest.raises(StoreError, match=r"plan.json of run \w+ is not where the store says"):
        Reader(uri).plan("mine")


def test_plan_knows_which_sweeps_were_searches_and_what_grids_planned(uri, config):
    store, without_hydra = Writer(uri), config("study.name=mine")
    with store.open_sweep(without_hydra, {"model.activation": ["tanh", "relu"]}, ["a", "b"], 2):
        pass
    with store.open_sweep(without_hydra, {"model.activation": []}, [], 2) as search:
        store.write_plan(search, without_hydra.study, {"model.activation": []}, ["b", "c"])
    plan = Reader(uri).plan("mine")
    assert plan.searches == {search}
    assert (plan.gridded, plan.ever) == ({"a", "b"}, {"a", "b", "c"})
