import pickle
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from fcnn.errors import DivergedError
from fcnn.tracking.recorder import check_finite
from fcnn.tracking.writer import Writer


@pytest.fixture
def store(uri):
    return Writer(uri)


def recording(store, config):
    without_hydra = config("study.name=mine", "tracking.parent_run_id=parent")
    return store.run(
        without_hydra,
        name="tanh",
        params={"a": "1", "dataset.name": "prod"},
        fingerprint="f",
        source="a: 1",
    )


def the_run(store):
    (run,) = store.client.search_runs([store.client.get_experiment_by_name("mine").experiment_id])
    return run


def history(store, metric):
    return [
        (point.step, point.value)
        for point in store.client.get_metric_history(the_run(store).info.run_id, metric)
    ]


def test_epochs_are_the_steps_from_1_and_the_run_is_finished(store, config):
    with recording(store, config) as recorder:
        recorder.log(1, {"loss": np.float32([0.5, 0.25]), "val_loss": np.float32([0.75, 0.5])})
        assert history(store, "loss") == [(1, 0.5), (2, 0.25)]  # live, before the run ends
        recorder.log(3, {"loss": np.float32([0.125]), "val_loss": np.float32([0.25])})
    assert history(store, "loss") == [(1, 0.5), (2, 0.25), (3, 0.125)]
    assert history(store, "val_loss") == [(1, 0.75), (2, 0.5), (3, 0.25)]
    run = the_run(store)
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
    recorder = recording(store, config)
    recorder.log(4, metrics)
    with pytest.raises(DivergedError, match="diverged at epoch 6"), recorder:
        check_finite(4, metrics)
    run = the_run(store)
    assert run.info.status == "FAILED"
    assert run.data.tags["fcnn.diverged_epoch"] == "6"
    assert history(store, metric) == [(4, 0.5), (5, 0.25)]


def test_exception_closes_the_run_as_failed_with_its_reason(store, config):
    with pytest.raises(RuntimeError), recording(store, config):
        raise RuntimeError("out of luck")
    assert the_run(store).info.status == "FAILED"
    assert the_run(store).data.tags["fcnn.error"] == "out of luck"


def test_reason_is_recorded_without_passwords(store, config):
    with pytest.raises(RuntimeError), recording(store, config):
        raise RuntimeError("no answer from SERVER=h;PWD=hunter2;X=1")
    assert the_run(store).data.tags["fcnn.error"] == "no answer from SERVER=h;PWD=...;X=1"


def test_interrupt_closes_the_run_as_killed_and_calls_it_interrupted(store, config):
    with pytest.raises(KeyboardInterrupt), recording(store, config):
        raise KeyboardInterrupt
    assert the_run(store).info.status == "KILLED"
    assert the_run(store).data.tags["fcnn.error"] == "interrupted"


def test_runs_that_begin_at_once_on_the_same_data_are_all_recorded(uri, config):
    together = threading.Barrier(4)

    def begin(number):
        store, without_hydra = Writer(uri), config("study.name=mine")
        together.wait()
        with store.run(
            without_hydra,
            name=str(number),
            params={"dataset.name": "prod"},
            fingerprint="f",
            source="",
        ) as recorder:
            return recorder.run_id

    with ThreadPoolExecutor(4) as pool:
        run_ids = list(pool.map(begin, range(4)))
    client = Writer(uri).client
    assert [client.get_run(run_id).inputs.dataset_inputs[0].dataset.name for run_id in run_ids] == [
        "prod"
    ] * 4


def test_interrupt_in_the_midst_of_a_transaction_is_heard_after_it(store, config):
    before, heard = signal.signal(signal.SIGINT, signal.default_int_handler), []

    def interrupt(connection, cursor, statement, *others):
        if statement.startswith("INSERT INTO metrics") and not heard:
            heard.append(statement)
            signal.raise_signal(signal.SIGINT)

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt), recording(store, config) as recorder:
            recorder.log(1, {"loss": np.float32([0.5, 0.25]), "val_loss": np.float32([0.75, 0.5])})
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
        signal.signal(signal.SIGINT, before)
    assert heard
    assert the_run(store).info.status == "KILLED"
    assert history(store, "loss") == [(1, 0.5), (2, 0.25)]


def test_divergence_is_the_same_after_it_was_sent_by_a_worker():
    sent = pickle.loads(pickle.dumps(DivergedError(7)))
    assert (str(sent), sent.epoch) == (str(DivergedError(7)), 7)
