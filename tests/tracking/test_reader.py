"""What MLflow's own client returns is the reference for queries of its tables."""

import shutil

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from fcnn.errors import StoreError
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer


@pytest.fixture
def run_ids(uri, config):
    writer, rng = Writer(uri), np.random.default_rng(0)
    ids = []
    for number in range(7):
        with writer.open_run(
            config(), name="", params={}, fingerprint="f", config_yaml=""
        ) as recorder:
            metrics = ["loss", "val_loss"] if number % 2 else ["loss"]
            values = {metric: rng.random(5 + number, dtype=np.float32) for metric in metrics}
            recorder.log_points(1, values)
            ids.append(recorder.run_id)
    return ids


def test_curves_from_tables_equal_those_from_the_client(uri, run_ids, monkeypatch):
    reader = Reader(uri)
    monkeypatch.setattr("fcnn.tracking.connection.BATCH_SIZE", 3)
    from_database = reader.curves(run_ids, ["loss", "val_loss"])
    reader.database = None
    from_client = reader.curves(run_ids, ["loss", "val_loss"])
    pd.testing.assert_frame_equal(from_database, from_client)
    assert len(from_database) == sum(5 + number for number in range(7))
    assert from_database["val_loss"].notna().sum() == 6 + 8 + 10


def test_finished_runs_from_tables_equal_those_from_the_client(uri, config):
    writer = Writer(uri)
    for fingerprint, loss in [("a", 0.5), ("a", 0.25), ("b", 0.125)]:
        with writer.open_run(
            config(), name="", params={}, fingerprint=fingerprint, config_yaml=""
        ) as recorder:
            recorder.log_points(1, {"loss": np.float32([1]), "val_loss": np.float32([loss])})
    reader = Reader(uri)
    from_database = reader.find_finished(["a", "b", "c"])
    reader.database = None
    assert reader.find_finished(["a", "b", "c"]) == from_database
    losses = {fingerprint: run.loss for fingerprint, run in from_database.items()}
    assert losses == {"a": 0.25, "b": 0.125}


def test_last_value_of_an_epoch_that_was_logged_twice_counts(uri, run_ids):
    reader = Reader(uri)
    MlflowClient(uri).log_metric(run_ids[0], "loss", 0.125, step=2, timestamp=2**41)
    for database in (reader.database, None):
        reader.database = database
        curves = reader.curves(run_ids[:1], ["loss"]).set_index("epoch")["loss"]
        assert list(curves.index) == [1, 2, 3, 4, 5]
        assert curves[2] == 0.125


def test_missing_file_of_a_plan_is_one_line(uri, config, tmp_path):
    first = config("study.name=mine", f"tracking.uri={uri}")
    with Writer(uri).open_sweep(first, {}, ["f"], 1):
        pass
    shutil.rmtree(tmp_path / "mlruns")
    with pytest.raises(StoreError, match=r"plan.json of run \w+ is not where the store says"):
        Reader(uri).plan("mine")


def test_plan_tells_searches_from_grids(uri, config):
    writer, first = Writer(uri), config("study.name=mine")
    with writer.open_sweep(first, {"model.activation": ["tanh", "relu"]}, ["a", "b"], 2):
        pass
    with writer.open_sweep(first, {"model.activation": []}, [], 2) as search:
        writer.write_plan(search, first.study, {"model.activation": []}, ["b", "c"])
    plan = Reader(uri).plan("mine")
    assert plan.search_sweeps == {search}
    assert plan.grid_fingerprints == {"a", "b"}
    assert plan.all_fingerprints == {"a", "b", "c"}
