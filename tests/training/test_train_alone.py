"""What a killed worker leaves is trained alone, and what kills its worker again is noted."""

import logging
import math

import pytest
from recording import begin_run, write

from fcnn.params import compute_fingerprint
from fcnn.tracking.killed import REASON
from fcnn.tracking.process import machine_identity
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.jobs import Job, KilledWorkerError, OpenSweep
from fcnn.training.killed_workers import train_alone
from fcnn.training.local import train_and_log
from fcnn.training.resume import make_resume_plan

SHORT = ["study.name=mine", "training.epochs=1", "tracking.save_model=none"]
NO_PROCESS = " ".join([*machine_identity(), "99999999", "0"])


@pytest.fixture
def make_job(config, uri, tmp_path):
    """`make_job(seed, *overrides)`: a job of the sweep."""

    def make(seed, *overrides):
        place = [f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"]
        run = config(*SHORT, *place, *overrides, f"training.seed={seed}")
        return Job(run, "", compute_fingerprint(run), seed)

    return make


@pytest.fixture
def sweep(make_job):
    tracking = make_job(0).config.tracking
    return OpenSweep(Writer(tracking.uri), Sweep(3, []), tracking)


def leave_open(sweep, job):
    """What a worker leaves that is killed while it trains a job: the id of its run."""
    run = begin_run(sweep.store, job.config, fingerprint=job.fingerprint)
    write(sweep.store, run)
    sweep.store.client.set_tag(run.run_id, "fcnn.process", NO_PROCESS)
    return run.run_id


@pytest.mark.parametrize(
    ("n_lost", "runs"), [(1, "1 run"), (2, "2 runs, one after the other"), (0, "")]
)
def test_jobs_without_a_run_are_trained_alone(make_job, sweep, caplog, n_lost, runs):
    jobs = [make_job(seed) for seed in range(3)]
    trained = []

    def train(job):
        trained.append(job)
        (result,) = train_and_log([job], sweep)
        return result

    train_and_log(jobs[n_lost:], sweep)
    left = [leave_open(sweep, job) for job in jobs[:n_lost]]
    caplog.set_level(logging.INFO, "fcnn")
    results = train_alone(jobs, sweep, train)
    assert trained == jobs[:n_lost]
    told = [text for text in caplog.messages if text.startswith("a worker was killed")]
    assert told == [f"a worker was killed; training what it has left: {runs}"] * bool(n_lost)
    assert {sweep.store.client.get_run(run_id).info.status for run_id in left} <= {"KILLED"}
    finished = sweep.store.find_finished([job.fingerprint for job in jobs])
    assert {result.job.fingerprint: result.val_loss for result in results} == {
        fingerprint: run.loss for fingerprint, run in finished.items()
    }
    assert {result.settled_loss for result in results} == {
        run.settled_loss for run in finished.values()
    }


def test_run_that_kills_its_worker_again_fails_and_is_not_tried_again_unasked(make_job, sweep):
    job, left = make_job(0), []

    def kill_worker(job):
        left.append(leave_open(sweep, job))
        raise KilledWorkerError

    (result,) = train_alone([job], sweep, kill_worker)
    assert math.isnan(result.val_loss)
    assert str(result.error) == REASON
    assert sweep.store.client.get_run(left[0]).info.status == "FAILED"
    plan = make_resume_plan([job, make_job(1)], sweep.store)
    assert (plan.killed, plan.pending) == ([0], [1])
    forced = make_resume_plan([make_job(0, "force=true")], sweep.store)
    assert (forced.killed, forced.pending) == ([], [0])
