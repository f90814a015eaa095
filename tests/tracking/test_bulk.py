"""Runs written as rows of MLflow's tables are those that MLflow's client would have written."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from recording import begin_run, write
from serving import POSTGRES, postgres
from sqlalchemy import MetaData, NullPool, create_engine, select, text

from fcnn.errors import StoreRejectedError, StoreUnavailableError
from fcnn.tracking import bulk
from fcnn.tracking.mlflow_internals import get_engine
from fcnn.tracking.writer import Writer

CHANGING = {"timestamp", "creation_time", "last_update_time"}
"""Columns of the time at which something is written."""
RELATED = {"run_uuid", "input_uuid", "dataset_uuid", "source_id", "destination_id", "artifact_uri"}
"""Columns with random ids, or with paths that contain them."""


def make_run(store, run_config, name, **settings):
    params = {"training.seed": name, "dataset.name": "prod", "dataset.noise": "0.1"}
    times = {"started_ms": 1_000, "ended_ms": 2_000}
    return begin_run(
        store,
        run_config,
        name=name,
        params=params,
        fingerprint=f"f{name}",
        config_yaml=f"a: {name}\n",
        **times | settings,
    )


def record_runs(store, config):
    """Record runs of all kinds, some of them in several parts."""
    run_config = config("study.name=mine", "tracking.parent_run_id=parent")
    finished, kept, diverged, failed, killed = runs = [
        make_run(store, run_config, name, notes=(f"note {name}",))
        for name in ("finished", "kept", "diverged", "failed", "killed")
    ]
    store.write(runs)
    curve = np.float32([0.5, 0.25, 0.1])
    for run in runs:
        run.log_points(1, {"loss": curve, "val_loss": 2 * curve})
    store.write(runs)
    finished.log_points(4, {"loss": curve, "val_loss": curve})
    finished.log_final(6, {"test_loss": 0.1, "ratio": np.nan, "up": np.inf, "down": -np.inf})
    finished.log_artifacts({"weights_0": np.float32([[1, 2]])})
    finished.end()
    kept.tag_kept_epoch(2)
    kept.tag_kept_epoch(3)
    kept.end()
    diverged.tag_divergence(4)
    diverged.end()
    failed.end(RuntimeError("out of luck"))
    killed.end(KeyboardInterrupt())
    store.write(runs)
    assert [run.fault for run in runs] == [None] * 5
    # All at once, on data of another experiment.
    run = make_run(store, config("study.name=other"), "alone")
    run.log_points(1, {"loss": curve})
    run.end()
    write(store, run)


def read_tables(uri):
    """All rows of all tables, sorted, with ids replaced by what they stand for."""
    engine = create_engine(uri, poolclass=NullPool)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in metadata.tables.items()
        }
    names = {row["run_uuid"]: row["name"] for row in tables["runs"]}
    names |= {row["dataset_uuid"]: row["digest"] for row in tables["datasets"]}
    names |= {row["input_uuid"]: names[row["destination_id"]] for row in tables["inputs"]}

    def name_ids(value):
        for random_id, meaning in names.items():
            value = value.replace(random_id, f"<{meaning}>")
        return value

    return {
        name: sorted(
            str(
                {
                    key: name_ids(value) if key in RELATED else value
                    for key, value in row.items()
                    if key not in CHANGING
                }
            )
            for row in rows
        )
        for name, rows in tables.items()
    }


def read_files(folder: Path, uri):
    """The contents of all artifacts, by path."""
    names = {
        run.info.run_id: run.info.run_name
        for experiment in MlflowClient(uri).search_experiments()
        for run in MlflowClient(uri).search_runs([experiment.experiment_id])
    }
    return {
        "/".join(
            names.get(part, part) for part in file.relative_to(folder).parts
        ): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_rows_and_files_are_those_that_the_client_of_mlflow_writes(
    tmp_path, empty_store, config, monkeypatch
):
    folder = tmp_path / "store"
    tables, files = [], []
    for revisions in (bulk.TESTED_REVISIONS, frozenset()):  # none: through the client
        monkeypatch.setattr(bulk, "TESTED_REVISIONS", revisions)
        folder.mkdir()
        uri = f"sqlite:///{shutil.copy(empty_store, folder / 'mlflow.db')}"
        store = Writer(uri)
        record_runs(store, config)
        experiment = store.open_experiment("mine", config("study.name=mine").study)
        assert experiment.is_local == bool(revisions)
        tables.append(read_tables(uri))
        files.append(read_files(folder / "mlruns", uri))
        store.client.search_experiments()
        folder.rename(tmp_path / f"{len(tables)}")
    assert tables[0] == tables[1]
    assert len(tables[0]["metrics"]) > 40
    assert files[0] == files[1]
    assert {"mine/finished/artifacts/network.npz", "mine/kept/artifacts/config.yaml"} <= set(
        files[0]
    )


@pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL: /usr/lib/postgresql is empty")
def test_rows_in_postgresql_are_those_that_the_client_of_mlflow_writes(
    tmp_path, config, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # where MLflow puts the files
    tables = []
    with postgres() as address:
        for name, revisions in (("rows", bulk.TESTED_REVISIONS), ("client", frozenset())):
            monkeypatch.setattr(bulk, "TESTED_REVISIONS", revisions)
            admin = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            with admin.connect() as connection:
                connection.execute(text(f"create database {name}"))
            uri = address.removesuffix("postgres") + name
            store = Writer(uri)
            record_runs(store, config)
            tables.append(read_tables(uri))
            experiment = store.open_experiment("mine", config("study.name=mine").study)
            assert experiment.is_local == bool(revisions)
            store.queries.engine.dispose()
            get_engine(MlflowClient(uri)).dispose()
    assert tables[0] == tables[1]
    assert len(tables[0]["metrics"]) > 40


@pytest.fixture
def store(uri):
    return Writer(uri)


def statuses(uri):
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("mine").experiment_id
    return {run.info.run_name: run.info.status for run in client.search_runs([experiment])}


def test_run_that_was_deleted_is_refused_and_the_others_are_written(store, uri, config):
    runs = [make_run(store, config("study.name=mine"), name) for name in "abc"]
    store.write(runs)
    MlflowClient(uri).delete_run(runs[1].run_id)
    for run in runs:
        run.end()
    store.write(runs)
    assert [type(run.fault) for run in runs] == [type(None), StoreRejectedError, type(None)]
    assert str(runs[1].fault) == f"tracking.uri: run {runs[1].run_id} was deleted"
    assert statuses(uri) == {"a": "FINISHED", "c": "FINISHED"}


def test_nothing_of_a_run_whose_files_cannot_be_written_is_in_the_store(
    store, uri, config, tmp_path
):
    runs = [make_run(store, config("study.name=mine"), name) for name in "ab"]
    (tmp_path / "mlruns" / "mine").write_text("no folder")
    store.write(runs)
    assert [type(run.fault) for run in runs] == [StoreRejectedError] * 2
    assert statuses(uri) == {}


def test_store_that_goes_away_gets_nothing_and_every_run_knows_why(store, uri, config, tmp_path):
    runs = [make_run(store, config("study.name=mine"), name) for name in "ab"]
    (tmp_path / "mlflow.db").rename(tmp_path / "elsewhere.db")
    store.write(runs)
    assert [type(run.fault) for run in runs] == [StoreUnavailableError] * 2
    assert list((tmp_path / "mlruns").iterdir()) == []


def test_store_of_an_untested_revision_is_left_to_the_client(store, uri, config, monkeypatch):
    monkeypatch.setattr(bulk, "write_runs", None)
    monkeypatch.setattr(bulk, "TESTED_REVISIONS", frozenset({"another"}))
    run = make_run(store, config("study.name=mine"), "a")
    run.end()
    write(store, run)
    assert statuses(uri) == {"a": "FINISHED"}


@pytest.mark.parametrize("by_client", [False, True])
def test_files_and_data_of_a_run_are_there_whoever_writes_them(
    store, uri, config, tmp_path, monkeypatch, by_client
):
    if by_client:
        monkeypatch.setattr(bulk, "TESTED_REVISIONS", frozenset({"another"}))
    run = make_run(store, config("study.name=mine"), "a")
    store.write([run])
    run.log_artifacts({"weights_0": np.float32([[1, 2]])})
    run.log_points(1, {"val_loss": np.arange(1500, dtype=np.float32)})
    run.end()
    store.write([run])
    assert run.fault is None
    client = MlflowClient(uri)
    files = [file.path for file in client.list_artifacts(run.run_id)]
    assert files == ["config.yaml", "network.npz"]
    np.testing.assert_array_equal(store.arrays(run.run_id)["weights_0"], [[1, 2]])
    (data,) = client.get_run(run.run_id).inputs.dataset_inputs
    assert data.dataset.name == "prod"
    points = client.get_metric_history(run.run_id, "val_loss")
    assert [point.value for point in points] == list(range(1500))
