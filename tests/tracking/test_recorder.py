"""Runs in MLflow, and the recorder that falls back to the outbox."""

import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from recording import recording, write
from sqlalchemy import event
from sqlalchemy.engine import Engine

from fcnn.errors import StoreRejectedError, StoreUnavailableError
from fcnn.tracking import bulk
from fcnn.tracking.address import sqlite_path
from fcnn.tracking.divergence import find_divergence
from fcnn.tracking.outbox import Outbox, read_entry
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.recorder import KeptNetwork, Recorder, write_runs
from fcnn.tracking.run_writer import RunDescription
from fcnn.tracking.writer import Writer


@pytest.fixture
def store(uri):
    return Writer(uri)


def open_run(store, config):
    run_config = config("study.name=mine", "tracking.parent_run_id=parent")
    return recording(
        store,
        run_config,
        name="tanh",
        params={"a": "1", "dataset.name": "prod"},
        fingerprint="f",
        config_yaml="a: 1",
    )


def find_run(store):
    (run,) = store.client.search_runs([store.client.get_experiment_by_name("mine").experiment_id])
    return run


def history(store, metric):
    return [
        (point.step, point.value)
        for point in store.client.get_metric_history(find_run(store).info.run_id, metric)
    ]


def test_epochs_are_the_steps_from_1_and_the_run_is_finished(store, config):
    with open_run(store, config) as run:
        run.log_points(1, {"loss": np.float32([0.5, 0.25]), "val_loss": np.float32([0.75, 0.5])})
        write(store, run)
        assert history(store, "loss") == [(1, 0.5), (2, 0.25)]  # live, before the run ends
        run.log_points(3, {"loss": np.float32([0.125]), "val_loss": np.float32([0.25])})
    assert history(store, "loss") == [(1, 0.5), (2, 0.25), (3, 0.125)]
    assert history(store, "val_loss") == [(1, 0.75), (2, 0.5), (3, 0.25)]
    run = find_run(store)
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "tanh"
    assert run.data.params == {"a": "1", "dataset.name": "prod"}
    (data,) = run.inputs.dataset_inputs
    assert data.dataset.name == "prod"
    assert run.data.tags["mlflow.parentRunId"] == "parent"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("metric", ["loss", "val_loss"])
def test_diverged_run_keeps_its_curve_up_to_there(store, config, metric, bad):
    metrics = {"loss": np.float32([0.5, 0.25, 0.5]), "val_loss": np.float32([0.5, 0.25, 0.5])}
    metrics[metric][2] = bad
    with open_run(store, config) as run:
        run.log_points(4, metrics)
        run.tag_divergence(find_divergence(4, metrics))
    run = find_run(store)
    assert run.info.status == "FINISHED"
    assert run.data.tags["fcnn.diverged_epoch"] == "6"
    assert history(store, metric) == [(4, 0.5), (5, 0.25)]


def test_exception_closes_the_run_as_failed_with_its_reason(store, config):
    with pytest.raises(RuntimeError), open_run(store, config):
        raise RuntimeError("out of luck")
    assert find_run(store).info.status == "FAILED"
    assert find_run(store).data.tags["fcnn.error"] == "out of luck"


def test_reason_is_recorded_without_passwords(store, config):
    with pytest.raises(RuntimeError), open_run(store, config):
        raise RuntimeError("no answer from SERVER=h;PWD=hunter2;X=1")
    assert find_run(store).data.tags["fcnn.error"] == "no answer from SERVER=h;PWD=...;X=1"


def test_interrupt_closes_the_run_as_killed_and_calls_it_interrupted(store, config):
    with pytest.raises(KeyboardInterrupt), open_run(store, config):
        raise KeyboardInterrupt
    assert find_run(store).info.status == "KILLED"
    assert find_run(store).data.tags["fcnn.error"] == "interrupted"


def test_runs_that_open_at_once_on_the_same_data_are_all_recorded(uri, config):
    barrier = threading.Barrier(4)

    def open_and_end(number):
        store, run_config = Writer(uri), config("study.name=mine")
        barrier.wait()
        with recording(
            store, run_config, name=str(number), params={"dataset.name": "prod"}, fingerprint="f"
        ) as run:
            return run.run_id

    with ThreadPoolExecutor(4) as pool:
        run_ids = list(pool.map(open_and_end, range(4)))
    client = Writer(uri).client
    assert [client.get_run(run_id).inputs.dataset_inputs[0].dataset.name for run_id in run_ids] == [
        "prod"
    ] * 4


def test_interrupt_in_the_middle_of_a_transaction_is_raised_after_it(store, config):
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupted = []

    def interrupt(connection, cursor, statement, *others):
        if statement.startswith("INSERT INTO metrics") and not interrupted:
            interrupted.append(statement)
            signal.raise_signal(signal.SIGINT)

    def record():
        with open_run(store, config) as run:
            run.log_points(
                1, {"loss": np.float32([0.5, 0.25]), "val_loss": np.float32([0.75, 0.5])}
            )
            write(store, run)

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            record()
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
        signal.signal(signal.SIGINT, handler)
    assert interrupted
    assert find_run(store).info.status == "KILLED"
    assert history(store, "loss") == [(1, 0.5), (2, 0.25)]


METRICS = {"loss": np.float32([0.5]), "val_loss": np.float32([0.75])}
TEST_METRICS = {"test_loss": 0.1}
NETWORK = KeptNetwork(METRICS, [np.float32([[1, 2]]), np.float32([3])], TEST_METRICS)


@pytest.fixture
def description(config, uri, tmp_path):
    run_config = config(
        "study.name=mine", f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"
    )
    return RunDescription(
        config=run_config,
        config_yaml="a: 1",
        fingerprint="f",
        number=3,
        name="tanh",
        dataset="prod",
        params={"a": "1"},
        environment={"fcnn.versions": "of then"},
        started_ms=1_000,
        ended_ms=3_000,
        constant_loss=1 / 3,
    )


def list_outbox(description):
    return [read_entry(file) for file in Outbox(description.config.tracking).list_files()]


def raise_error(error):
    def fail(*arguments, **options):
        raise error

    return fail


def test_recorded_run_leaves_nothing_in_the_outbox(store, description):
    recorder = Recorder(store)
    recorder.open(description)
    recorder.run.log_points(1, METRICS)
    recorder.run.log_final(1, TEST_METRICS)
    recorder.run.log_artifacts({"weights_0": NETWORK.weights[0]})
    recorder.run.end()
    write_runs(store, [recorder])
    recorder.settle(NETWORK)
    run = find_run(store)
    assert (run.info.run_id, run.info.status) == (recorder.run_id, "FINISHED")
    assert (run.info.start_time, run.info.end_time) == (1_000, 3_000)
    assert list(store.runs("mine", None)["seconds"]) == [2.0]
    assert history(store, "loss") == [(1, 0.5)]
    assert history(store, "test_loss") == [(1, 0.1)]
    assert float(run.data.tags["fcnn.constant_loss"]) == 1 / 3
    assert "fcnn.noise_floor" not in run.data.tags
    assert list_outbox(description) == []


@pytest.mark.parametrize("n_written", [0, 1])
def test_network_goes_into_the_outbox_when_the_store_goes_away(store, description, n_written):
    recorder = Recorder(store)
    recorder.open(description)
    recorder.run.log_points(1, METRICS)
    for _ in range(n_written):
        write_runs(store, [recorder])
    file = sqlite_path(store.uri)
    file.rename(file.with_suffix(".away"))
    recorder.run.log_final(1, TEST_METRICS)
    recorder.run.log_artifacts({"weights_0": NETWORK.weights[0]})
    recorder.run.end()
    write_runs(store, [recorder])
    recorder.settle(NETWORK)
    assert (recorder.run_id is not None) == n_written
    assert isinstance(recorder.deferred, StoreUnavailableError)
    (entry,) = list_outbox(description)
    assert (entry.run_id, entry.number, entry.ended_ms) == (recorder.run_id, 3, 3_000)
    assert entry.environment == {"fcnn.versions": "of then"}
    assert entry.metrics["val_loss"].tolist() == [0.75]
    assert entry.test_metrics == TEST_METRICS
    assert [values.tolist() for values in entry.weights] == [[[1, 2]], [3]]


@pytest.mark.parametrize(("error", "status"), [(None, "FINISHED"), (KeyboardInterrupt, "KILLED")])
def test_end_of_a_sweep_is_kept_when_the_store_goes_away(store, description, error, status):
    began_ms = int(time.time() * 1000)
    plan = SweepPlan({}, ["f"])
    with suppress(KeyboardInterrupt), store.open_sweep(description.config, plan, 1) as run_id:
        file = sqlite_path(store.uri)
        file.rename(file.with_suffix(".away"))
        if error:
            raise error
    (entry,) = list_outbox(description)
    assert (entry.run_id, entry.status) == (run_id, status)
    assert began_ms <= entry.ended_ms <= int(time.time() * 1000)


def test_run_that_cannot_be_opened_is_kept_without_an_id(store, description, monkeypatch):
    monkeypatch.setattr(Writer, "open_run", raise_error(StoreRejectedError("no")))
    recorder = Recorder(store)
    recorder.open(description)
    assert recorder.run is None
    write_runs(store, [recorder])
    recorder.settle(NETWORK)
    (entry,) = list_outbox(description)
    assert entry.run_id is None


def test_run_without_a_network_is_not_kept(store, description, monkeypatch):
    monkeypatch.setattr(Writer, "open_run", raise_error(StoreUnavailableError("away")))
    recorder = Recorder(store)
    recorder.open(description)
    recorder.settle()
    assert list_outbox(description) == []


def test_network_is_kept_when_there_is_no_room_for_temporary_files(
    store, description, monkeypatch, tmp_path
):
    # MLflow's client writes files by way of temporary ones.
    monkeypatch.setattr(bulk, "can_write", lambda *_: False)
    recorder = Recorder(store)
    recorder.open(description)
    write_runs(store, [recorder])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    recorder.run.log_artifacts({"weights_0": NETWORK.weights[0]})
    recorder.run.end()
    write_runs(store, [recorder])
    recorder.settle(NETWORK)
    assert len(list_outbox(description)) == 1


def test_first_reason_to_keep_a_network_stays(store):
    recorder = Recorder(store)
    first, second = StoreUnavailableError("away"), StoreRejectedError("no")
    recorder.defer(first)
    recorder.defer(second)
    assert recorder.deferred is first
