"""Jobs for launchers other than ours, which know only command lines: joblib, ray, submitit."""

import math
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor

from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher

from fcnn.quantities import count
from fcnn.status import show_status
from fcnn.training.jobs import Job, KilledWorkerError, OpenSweep, RunResult
from hydra_plugins._hydra import returned_value
from hydra_plugins.fcnn_population.job_config import list_overrides


def train_with(launcher: Launcher, jobs: Sequence[Job], sweep: OpenSweep) -> list[RunResult]:
    """Train the jobs of a sweep with a foreign launcher.

    Each worker composes its job again, and reads the plan of the sweep from the store (see
    `fcnn.training.single.run_worker_job`). Workers log their results themselves. Where one is
    killed, as too little memory does, the other runs are trained all the same.
    """
    # Imports MLflow, as the sweep has by now.
    from fcnn.training.killed_workers import train_alone

    runs = f"training {count(len(jobs), 'run')} with {type(launcher).__name__}"
    with show_status(runs):
        try:
            return _launch(launcher, jobs)
        except KilledWorkerError:
            return train_alone(jobs, sweep, lambda job: _launch(launcher, [job])[0])


def _launch(launcher: Launcher, jobs: Sequence[Job]) -> list[RunResult]:
    """Train consecutive jobs of a sweep.

    Raises:
        KilledWorkerError: A worker was killed; there are no results then, and nothing trains.
    """
    command_lines = [list_overrides(job) for job in jobs]
    try:
        returns = launcher.launch(command_lines, initial_job_idx=jobs[0].number)
    except Exception as error:
        # Classes of packages that are optional: joblib's is a BrokenExecutor.
        package = type(error).__module__.partition(".")[0]
        if not isinstance(error, BrokenExecutor) and package not in ("ray", "submitit"):
            raise
        if package == "ray":
            sys.modules["ray"].shutdown()  # its other tasks would go on
        raise KilledWorkerError from error
    return [_make_result(job, job_return) for job, job_return in zip(jobs, returns, strict=True)]


def _make_result(job: Job, job_return: JobReturn) -> RunResult:
    value = returned_value(job_return)
    if job_return.status == JobStatus.COMPLETED:
        return RunResult(job, float(value))
    error = value if isinstance(value, Exception) else RuntimeError(str(value))
    return RunResult(job, math.nan, error)
