"""Jobs for launchers other than ours, which know only command lines: joblib, ray, submitit."""

import logging
import math
import os
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from itertools import accumulate

from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher

from fcnn.errors import ConfigError
from fcnn.quantities import count
from fcnn.status import show_status
from fcnn.training.jobs import Job, KilledWorkerError, OpenSweep, RunResult
from fcnn.training.memory import batch_processes, estimate_sizes
from hydra_plugins._hydra import returned_value
from hydra_plugins.fcnn_population.job_config import list_overrides

log = logging.getLogger("fcnn")


def check_options(launcher: Launcher) -> None:
    """Refuse options of a launcher that it would stumble on once the sweep is open.

    Raises:
        ConfigError: An option is out of range.
    """
    if vars(launcher).get("joblib", {}).get("n_jobs") == 0:
        raise ConfigError(
            "hydra.launcher.n_jobs=0: should be a number of processes, or -1 for one on each core"
        )


def train_with(launcher: Launcher, jobs: Sequence[Job], sweep: OpenSweep) -> list[RunResult]:
    """Train the jobs of a sweep with a foreign launcher.

    Each worker composes its job again, and reads the plan of the sweep from the store (see
    `fcnn.training.single.run_worker_job`). Workers log their results themselves. Where one is
    killed, as too little memory does, the other runs are trained all the same.
    """
    # Imports MLflow, as the sweep has by now.
    from fcnn.training.killed_workers import train_alone

    results: list[RunResult] = []
    runs = f"training {count(len(jobs), 'run')} with {type(launcher).__name__}"
    with show_status(runs):
        for batch in _batch(launcher, jobs):
            try:
                results += _launch(launcher, batch)
            except KilledWorkerError:
                results += train_alone(batch, sweep, lambda job: _launch(launcher, [job])[0])
    return results


def _batch(launcher: Launcher, jobs: Sequence[Job]) -> list[Sequence[Job]]:
    """Batch the jobs of a sweep so that those that a launcher trains at once fit into memory."""
    at_once = min(len(jobs), _count_workers(launcher, len(jobs)))
    lengths = batch_processes(estimate_sizes([job.config for job in jobs]), at_once)
    if len(lengths) > 1:
        log.info(
            f"memory is too small for {at_once} runs at once; {type(launcher).__name__} "
            f"trains up to {max(lengths)}"
        )
    ends = list(accumulate(lengths))
    return [jobs[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _count_workers(launcher: Launcher, n_jobs: int) -> int:
    """How many jobs a launcher trains at once on this machine; 1 where it trains them elsewhere."""
    match type(launcher).__name__, vars(launcher):
        case "JoblibLauncher", {"joblib": options}:
            from joblib import effective_n_jobs

            return int(effective_n_jobs(options["n_jobs"]))
        case "RayLauncher", {"ray_cfg": options} if not options.init.get("address"):
            return int(options.init.get("num_cpus") or os.cpu_count() or 1)
        case "LocalLauncher", _:  # submitit's, which starts all
            return n_jobs
    return 1


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
