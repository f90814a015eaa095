"""A sweep without Hydra, as the Python API takes it."""

import ast
import logging
import math
import os
import signal
from functools import partial
from pathlib import Path

import mlflow
import numpy as np
import pytest
from recording import begin_run, write

from fcnn.config.locations import project_dir
from fcnn.errors import FailedRunsError
from fcnn.params import compute_fingerprint
from fcnn.tracking.guard import Guard
from fcnn.tracking.process import machine_identity
from fcnn.tracking.reader import Reader
from fcnn.tracking.server import ServerQueries
from fcnn.tracking.writer import Writer
from fcnn.training.jobs import Job
from fcnn.training.local import train_and_log
from fcnn.training.resume import keep_one_of_each
from fcnn.training.single import run_single
from fcnn.training.sweep import run_sweep

TRAIN = partial(train_and_log, workers=2, max_population=8)
COMMON = ["study.name=mine", "training.epochs=2", "tracking.save_model=false"]


@pytest.fixture
def make_jobs(config, uri, tmp_path):
    """`make_jobs(["model.activation=relu"], [...])`: a job for each list of overrides."""
    store = [f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"]

    def make(*grid):
        jobs = []
        for number, overrides in enumerate(grid):
            typed = config(*COMMON, *store, *overrides)
            jobs.append(Job(typed, "", compute_fingerprint(typed), number, tuple(overrides)))
        return jobs

    return make


def runs_of(uri):
    client = mlflow.MlflowClient(uri)
    return client.search_runs([client.get_experiment_by_name("mine").experiment_id])


SEEDS = [["training.seed=0"], ["training.seed=1"]]


def test_jobs_are_trained_once_and_their_losses_given_by_place(make_jobs, uri):
    jobs = make_jobs(*SEEDS, ["training.seed=0"])
    outcome = run_sweep(jobs, [], TRAIN, report_command="draw")
    losses = [outcome.val_loss(place) for place in range(3)]
    assert losses[0] == losses[2] != losses[1]
    assert sorted(outcome.results) == [0, 1]
    again = run_sweep(jobs, [], TRAIN, report_command="draw")
    assert (again.results, sorted(again.finished)) == ({}, [0, 1, 2])
    assert [again.val_loss(place) for place in range(3)] == losses
    assert len(runs_of(uri)) == 3  # the parent and two children


def test_store_is_opened_once(make_jobs, monkeypatch):
    opened = []
    connect = Guard._connect
    monkeypatch.setattr(Guard, "_connect", lambda self: opened.append(self.uri) or connect(self))
    run_sweep(make_jobs(*SEEDS), [], TRAIN, report_command="draw")
    assert len(opened) == 1


def test_failed_run_is_raised_with_what_became_of_all(make_jobs, uri):
    huge = ["model.hidden_units=[3000000,3000000]"]
    with pytest.raises(FailedRunsError, match="1 of 3 runs failed:") as failure:
        run_sweep(make_jobs(*SEEDS, huge), [], TRAIN, report_command="draw")
    lines = str(failure.value).splitlines()
    assert lines[1].startswith(f"  {' '.join(huge)}: ")
    assert lines[2] == "draw draws the others"
    outcome = failure.value.outcome
    assert [math.isnan(outcome.val_loss(place)) for place in range(3)] == [False, False, True]
    assert sorted(run.info.status for run in runs_of(uri)) == ["FAILED"] * 2 + ["FINISHED"] * 2


def test_run_that_another_command_has_trained_too_is_kept_once_unless_it_was_forced(
    make_jobs, uri, caplog
):
    caplog.set_level(logging.INFO, "fcnn")
    once, forced = make_jobs(SEEDS[0]), make_jobs([*SEEDS[0], "force=true"])
    for jobs in (once, forced):
        run_sweep(jobs, [], TRAIN, report_command="draw")
    for jobs, n_networks in ((forced, 2), ([], 2), (once, 1)):
        keep_one_of_each(jobs, Writer(uri), 0)
        networks = [run for run in runs_of(uri) if "fcnn.fingerprint" in run.data.tags]
        assert len(networks) == n_networks
    assert caplog.messages[-1].startswith("1 run had been trained by another command meanwhile")


WILD = ["optimizer=sgd", "optimizer.learning_rate=1e25", "model.activation=relu"]


def test_diverged_run_is_a_result_and_is_not_trained_again(make_jobs, uri, caplog):
    caplog.set_level(logging.INFO, "fcnn")
    for _ in range(2):
        outcome = run_sweep(make_jobs(*SEEDS, WILD), [], TRAIN, report_command="draw")
        losses = [outcome.val_loss(place) for place in range(3)]
        assert [math.isinf(loss) for loss in losses] == [False, False, True]
        line = "1 of 3 runs diverged: its loss is no longer finite, which is a result"
        assert sum(message.startswith(line) for message in caplog.messages) == 1
        caplog.clear()
    assert not outcome.results
    assert [run.info.status for run in runs_of(uri)] == ["FINISHED"] * 4


@pytest.mark.parametrize("n_epochs", [0, 1])
def test_run_that_0_1_1_recorded_as_failed_because_it_diverged_is_a_result(
    make_jobs, uri, n_epochs
):
    (job,) = make_jobs(WILD)
    store = Writer(uri)
    run = begin_run(store, job.config, fingerprint=job.fingerprint, config_yaml=job.config_yaml)
    run.tag_divergence(n_epochs + 1)
    losses = np.full(n_epochs, 0.5, np.float32)
    run.log_points(1, {"loss": losses, "val_loss": losses})
    run.end(RuntimeError("diverged"))
    write(store, run)
    outcome = run_sweep(make_jobs(WILD), [], TRAIN, report_command="draw")
    assert outcome.finished[0].run_id == run.run_id
    assert outcome.finished[0].diverged_epoch == n_epochs + 1
    runs = Reader(uri).runs("mine", None)
    assert list(runs["status"]) == ["FINISHED"]
    assert list(runs["diverged_epoch"]) == [n_epochs + 1]
    assert list(runs["error"]) == [""]
    through_the_client = Reader(uri)
    through_the_client.queries = ServerQueries(through_the_client.client)
    runs_by_fingerprint = through_the_client.find_finished([job.fingerprint])
    # As dicts: from Python 3.13 on, objects that hold the same NaN are not equal.
    assert vars(runs_by_fingerprint[job.fingerprint]) == vars(outcome.finished[0])


def test_dry_run_trains_nothing(make_jobs, uri, caplog):
    caplog.set_level(logging.INFO, "fcnn")
    jobs = make_jobs(*[[*overrides, "dry_run=true"] for overrides in SEEDS])
    outcome = run_sweep(jobs, [], TRAIN, report_command="draw")
    assert outcome.val_loss(0) is None
    *jobs, total = caplog.messages[1:]
    assert jobs == ["  training.seed=0", "  training.seed=1"]
    assert total == "in all 2 runs to train, 4 epochs"
    assert mlflow.MlflowClient(uri).get_experiment_by_name("mine") is None


@pytest.mark.parametrize("road", ["sweep", "single"])
def test_dry_run_leaves_runs_of_killed_processes_as_they_are(make_jobs, uri, road):
    (job,) = make_jobs([*SEEDS[0], "dry_run=true"])
    run = begin_run(Writer(uri), job.config, fingerprint=job.fingerprint)
    write(Writer(uri), run)
    no_process = " ".join([*machine_identity(), "99999999", "0"])
    mlflow.MlflowClient(uri).set_tag(run.run_id, "fcnn.process", no_process)
    if road == "sweep":
        run_sweep([job], [], TRAIN, report_command="draw")
    else:
        run_single(job)
    assert [left.info.status for left in runs_of(uri)] == ["RUNNING"]


def test_sweep_leaves_logging_signals_and_the_folder_alone(make_jobs, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    log = logging.getLogger("fcnn")

    def look():
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        return handlers, log.level, list(log.handlers), list(logging.getLogger().handlers)

    earlier = look()
    run_sweep(make_jobs(SEEDS[0]), [], TRAIN, report_command="draw")
    assert look() == earlier
    assert os.listdir() == []


@pytest.mark.parametrize(
    "path", sorted((project_dir() / "fcnn" / "training").glob("*.py")), ids=lambda path: path.stem
)
def test_training_does_not_know_hydra(path: Path):
    modules = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            modules.append(node.module)
        elif isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
    assert not [name for name in modules if name.startswith(("hydra", "hydra_plugins"))]
