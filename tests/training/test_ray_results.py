"""What a task of a Ray cluster returns, as the sweep tells of it."""

import math
import pickle

import pytest

from fcnn.errors import FcnnError
from fcnn.training import ray_cluster
from fcnn.training.jobs import Job, RunResult
from fcnn.training.progress import SweepProgress


class LocalError(Exception):
    """Does not survive pickling, as many errors of libraries."""

    def __init__(self, first, second):
        super().__init__(first)


@pytest.fixture
def job(config):
    return Job(config("training.epochs=4"), "", "f", 1)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LocalError("no memory", 2), "no memory"),
        (LocalError("", 2), "LocalError"),
        (LocalError("postgresql://me:secret@host/db is away", 2), "postgresql://"),
    ],
)
def test_error_of_a_task_can_be_sent_and_tells_no_secret(job, error, reason):
    result = ray_cluster._make_portable(RunResult(job, math.nan, error))
    received = pickle.loads(pickle.dumps(result)).error
    assert isinstance(received, FcnnError)
    assert str(received).startswith(reason)
    assert "secret" not in str(received)


def test_result_without_an_error_is_sent_as_it_is(job):
    result = RunResult(job, 0.5)
    assert ray_cluster._make_portable(result) is result


@pytest.mark.parametrize(
    ("val_loss", "error", "line"),
    [
        (0.12345, None, "[2/3] run 1: loss 0.123; "),
        (math.inf, None, "[2/3] run 1: diverged; "),
        (math.nan, FcnnError("no memory"), "[2/3] run 1: no memory; "),
    ],
)
def test_line_of_a_task_counts_the_runs_of_the_whole_sweep(job, val_loss, error, line):
    progress = SweepProgress([4, 4], n_runs=3, n_before=1)
    counted = ray_cluster._count_result(RunResult(job, val_loss, error, "of its task"), progress)
    assert counted.summary.startswith(line)
    assert counted.summary.endswith(" s left")


def test_error_of_a_worker_is_described_by_its_cause_or_its_first_line():
    failed = RuntimeError("The worker died.\nMany lines of advice follow.")
    assert ray_cluster._describe(failed) == "its worker failed: The worker died."
    for cause, described in ((KeyError("k"), "'k'"), (KeyError(), "KeyError")):
        failed.cause = cause
        assert ray_cluster._describe(failed) == described
