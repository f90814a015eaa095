"""What faults leave in the store is tidied by the next call, and nothing else is touched."""

import time
from contextlib import suppress

import pytest
from mlflow.entities import LoggedModelStatus
from recording import begin_run, write

from fcnn.errors import StoreError
from fcnn.tracking import client, tidying
from fcnn.tracking.mlflow_internals import get_local_folder
from fcnn.tracking.names import PARENT, PROCESS
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.process import machine_identity
from fcnn.tracking.server import ServerQueries
from fcnn.tracking.tidying import clear_interruptions, delete_doubles, delete_doubles_of
from fcnn.tracking.writer import Writer


@pytest.fixture
def store(uri):
    return Writer(uri)


@pytest.fixture
def open_run(store, config):
    """`open_run(fingerprint, started_ms)`: a run that is open."""

    def open_run(fingerprint="f", started_ms=1_000, study="first"):
        run = begin_run(
            store,
            config(f"study.name={study}"),
            name=fingerprint,
            params={"dataset.name": "prod"},
            fingerprint=fingerprint,
            config_yaml="",
            started_ms=started_ms,
        )
        write(store, run)
        return run

    return open_run


def test_sweep_whose_plan_cannot_be_stored_is_not_left_running(store, config, tmp_path):
    first = config("study.name=first")
    store.open_experiment("first", first.study)
    (tmp_path / "mlruns").rmdir()
    (tmp_path / "mlruns").write_text("")
    with (
        pytest.raises(StoreError, match=r"mlruns/first: Not a directory$"),
        store.open_sweep(first, SweepPlan({}, ["f"]), 1),
    ):
        pass
    (run,) = list_runs(store).values()
    assert run.info.status == "FAILED"
    assert run.data.tags["fcnn.error"].endswith("Not a directory")


def test_sweep_has_an_error_if_and_only_if_one_was_raised(store, config):
    for number, error in enumerate([None, RuntimeError("no luck")]):
        first = config(f"study.name=sweep_{number}")
        with suppress(RuntimeError), store.open_sweep(first, SweepPlan({}, []), 1) as sweep:
            if error:
                raise error
        run = store.client.get_run(sweep)
        assert run.info.status == ("FAILED" if error else "FINISHED")
        assert run.data.tags.get("fcnn.error") == (error and "no luck")


NO_PROCESS = " ".join([*machine_identity(), "99999999", "0"])


def test_runs_that_a_killed_process_left_are_closed(store, open_run):
    networks = [open_run("a"), open_run("b")]
    store.client.create_run(networks[0].experiment.experiment_id, tags={PROCESS: NO_PROCESS})
    for network in networks:
        store.client.set_tag(network.run_id, PROCESS, NO_PROCESS)
    closed = {run.info.run_id for run in store.close_orphaned_runs()}
    assert len(closed) == 3
    assert [run.info.status for run in list_runs(store).values()] == ["KILLED"] * 3


@pytest.mark.parametrize("is_forced", [False, True])
def test_sweep_that_was_killed_before_it_looked_leaves_no_doubles_unless_forced(
    store, open_run, config, is_forced
):
    sweep_config = config(f"force={str(is_forced).lower()}")
    with suppress(SystemExit), store.open_sweep(sweep_config, SweepPlan({}, ["f"]), 1) as sweep:
        raise SystemExit
    store.guard._mlflow_client.update_run(sweep, "RUNNING")
    store.client.set_tag(sweep, PROCESS, NO_PROCESS)
    first, second = open_run("f", 1_000), open_run("f", 2_000)
    store.client.set_tag(second.run_id, PARENT, sweep)
    for run in (first, second):
        run.end()
        write(store, run)
    (killed,) = store.close_orphaned_runs()
    assert killed.info.run_id == sweep
    assert delete_doubles_of(store, killed) == (0 if is_forced else 1)
    kept = {run_id for run_id in list_runs(store) if run_id != sweep}
    assert kept == ({first.run_id, second.run_id} if is_forced else {first.run_id})
    assert delete_doubles_of(store, store.client.get_run(first.run_id)) == 0


def list_runs(store):
    return {run.info.run_id: run for run in client.list_runs(store.client, "")}


def test_run_that_ends_well_loses_the_tag_that_called_it_dead(store, open_run):
    dead, alive, failed = open_run("a"), open_run("b"), open_run("c")
    for run in (dead, alive):
        store.close_run(run.run_id, "KILLED", reason="interrupted: its process was killed")
    alive.end()
    write(store, alive)
    failed.end(ValueError("no"))
    write(store, failed)
    clear_interruptions(store)
    reasons = {run_id: run.data.tags.get("fcnn.error") for run_id, run in list_runs(store).items()}
    assert reasons == {
        dead.run_id: "interrupted: its process was killed",
        alive.run_id: None,
        failed.run_id: "no",
    }


@pytest.mark.parametrize("is_database", [True, False])
def test_of_runs_that_two_sweeps_trained_the_first_stays_whichever_looks(
    store, open_run, monkeypatch, is_database
):
    if not is_database:  # a server's answers, from the same store
        store.queries = ServerQueries(store.client)
        monkeypatch.setattr(tidying, "is_database", lambda _: False)
    first, second = open_run("f", 1_000, "first"), open_run("f", 2_000, "second")
    model = store.client.create_logged_model(
        second.experiment.experiment_id, source_run_id=second.run_id
    )
    other, running = open_run("g", 1_500), open_run("f", 500)
    for run in (second, first, other):
        run.end()
        write(store, run)
    now_ms = int(time.time() * 1000)
    assert delete_doubles(store, {"f", "g"}, now_ms) == 1
    assert delete_doubles(store, {"f", "g"}, now_ms) == 0
    assert set(list_runs(store)) == {first.run_id, other.run_id, running.run_id}
    models = store.client.search_logged_models([second.experiment.experiment_id])
    assert model.model_id not in [model.model_id for model in models]
    locations = [store.client.get_run(run.run_id).info.artifact_uri for run in (first, second)]
    has_files = [get_local_folder(location).exists() for location in locations]
    assert has_files == [True, not is_database]


def test_sweeps_that_look_at_once_leave_one_run(store, open_run, monkeypatch):
    runs = [open_run("f", started_ms) for started_ms in (2_000, 1_000, 1_000)]
    for run in runs:
        run.end()
        write(store, run)
    rows = store.queries.list_finished_runs(["f"], 0)
    for view in (rows[:2], rows[1:], rows[::2]):
        with monkeypatch.context() as patch:
            patch.setattr(store.queries, "list_finished_runs", lambda *_, view=view: view)
            delete_doubles(store, {"f"}, 0)
    assert len(list_runs(store)) == 1


def test_model_that_a_killed_process_stored_half_goes_when_its_run_is_closed(store, open_run):
    killed, finished = open_run("a"), open_run("b")
    client = store.client
    for run in (killed, finished):
        client.create_logged_model(run.experiment.experiment_id, source_run_id=run.run_id)
        whole = client.create_logged_model(run.experiment.experiment_id, source_run_id=run.run_id)
        store.guard._mlflow_client.finalize_logged_model(whole.model_id, "READY")
    finished.end()
    write(store, finished)
    assert store.close_run(killed.run_id, "KILLED") == "RUNNING"
    assert store.close_run(finished.run_id, "KILLED") == "FINISHED"
    models = client.search_logged_models([killed.experiment.experiment_id])
    statuses = sorted((model.source_run_id, model.status) for model in models)
    ready, pending = LoggedModelStatus.READY, LoggedModelStatus.PENDING
    expected = [(finished.run_id, pending), (finished.run_id, ready), (killed.run_id, ready)]
    assert sorted(map(str, statuses)) == sorted(map(str, expected))
