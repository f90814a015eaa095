"""Trains a sweep on a Ray cluster: each population is a task, which records its runs itself."""

import logging
import math
import os
import platform
import re
import signal
import socket
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from fcnn.config.schema import Tracking
from fcnn.errors import ConfigError, FcnnError
from fcnn.status import show_status
from fcnn.tracking.redaction import redact
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.delivery import list_waiting
from fcnn.training.jobs import Job, KilledWorkerError, OpenSweep, RunResult
from fcnn.training.killed_workers import train_alone
from fcnn.training.local import train_in_threads
from fcnn.training.memory import PROCESS_BYTES, available_bytes, count_fitting, estimate_sizes
from fcnn.training.populations import group_into_populations
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

SECONDS_TO_CONNECT = 10
SECONDS_TO_CLOSE = 60
"""For the tasks to end their runs when a sweep is left."""


def train_on_ray(
    jobs: Sequence[Job], sweep: OpenSweep, *, address: str | None, max_population: int
) -> Generator[RunResult, None, None]:
    """As `train_in_threads`, with a task of one core for each population.

    Args:
        jobs: Jobs of one sweep.
        sweep: The sweep; each task opens the store for itself.
        address: The cluster's; None for one of this machine.
        max_population: Networks of a population at most.

    Raises:
        ConfigError: The cluster cannot be reached.
    """
    import ray

    _connect(address)
    cluster = _Cluster(sweep)
    tasks = cluster.start_populations(jobs, max_population)
    epochs = [job.config.training.epochs for job in jobs]
    progress = SweepProgress(epochs, sweep.sweep.n_runs, jobs[0].number, len(tasks))
    lost: list[Job] = []
    with show_status(progress.describe):
        try:
            while tasks:
                (task,), _ = ray.wait(list(tasks), num_returns=1)
                members = tasks.pop(task)
                try:
                    results = _get_results(task, members)
                except KilledWorkerError:
                    lost += members
                    continue
                for result in results:
                    yield _count_result(result, progress)
                progress.n_trained_populations += 1
            # Only now: one whose worker is killed once more has had the memory for itself.
            for result in train_alone(lost, sweep, cluster.train_alone) if lost else []:
                yield _count_result(result, progress)
        finally:
            for task in tasks:
                ray.cancel(task)
            if tasks:
                ray.wait(list(tasks), num_returns=len(tasks), timeout=SECONDS_TO_CLOSE)


class _Cluster:
    """Starts tasks for a sweep; Ray runs as many at once as there is memory for on its machines.

    Each task reserves what its networks are estimated to take.
    """

    def __init__(self, sweep: OpenSweep) -> None:
        import ray

        self._sweep = sweep
        # Given to each task and not to Ray's environments, which it writes down: there may be a
        # password among them.
        self._environment = {
            name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")
        }
        self._train = ray.remote(num_cpus=1, max_retries=0)(_train_population)
        resources = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        # A cluster that has no machine yet starts those that it needs, and is taken to be as this.
        self._cores_and_bytes = [
            (int(node["CPU"]), int(node["memory"])) for node in resources if node.get("CPU")
        ] or [(1, available_bytes())]
        self._most_bytes = max(n_bytes for _, n_bytes in self._cores_and_bytes)

    def start_populations(self, jobs: Sequence[Job], max_population: int) -> dict[Any, list[Job]]:
        """Start a task for each population of jobs; return them with their jobs."""
        configs = [job.config for job in jobs]
        sizes = estimate_sizes(configs)
        workers = sum(n_cores for n_cores, _ in self._cores_and_bytes)
        bytes_per_core = min(n_bytes // n_cores for n_cores, n_bytes in self._cores_and_bytes)
        fitting = count_fitting(sizes, bytes_per_core - PROCESS_BYTES)
        tasks = {}
        for population in group_into_populations(configs, max_population, fitting, workers=workers):
            members = [jobs[run_index] for run_index, _ in population.runs]
            n_bytes = sum(sizes[member.run_indices[0]] for member in population.members)
            tasks[self._start(members, PROCESS_BYTES + n_bytes)] = members
        return tasks

    def train_alone(self, job: Job) -> RunResult:
        """Train a job with all memory of a machine.

        Raises:
            KilledWorkerError: Its worker is gone.
        """
        (result,) = _get_results(self._start([job], self._most_bytes), [job])
        return result

    def _start(self, jobs: Sequence[Job], n_bytes: int) -> Any:
        reserving = self._train.options(memory=min(n_bytes, self._most_bytes))
        return reserving.remote(jobs, self._sweep.sweep, self._sweep.tracking, self._environment)


def _connect(address: str | None) -> None:
    """Connect to the cluster, or start one of this machine.

    Raises:
        ConfigError: The cluster cannot be reached.
    """
    import ray

    if address and (named := re.fullmatch(r"([^:/]+):(\d{1,5})", address)):
        try:  # Ray itself tries for minutes, and fills the terminal
            socket.create_connection((named[1], int(named[2])), SECONDS_TO_CONNECT).close()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(f"hydra.launcher.address={address}: {reason}") from None
    logging.getLogger("ray").setLevel(logging.ERROR)
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address,
            ignore_reinit_error=True,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"hydra.launcher.address={address}: {reason}") from None
    signal.signal(signal.SIGTERM, terminate)  # Ray has taken it for itself


def _train_population(
    jobs: Sequence[Job], sweep: Sweep, tracking: Tracking, environment: Mapping[str, str]
) -> tuple[list[RunResult], str]:
    """In a task: train the jobs of one population and record them.

    Returns:
        The results, and a warning if networks wait in an outbox of the task's machine.
    """
    # The driver's addresses and passwords of the store.
    os.environ.update(environment)
    store = Writer(tracking.uri, allow_unavailable=True)
    open_sweep = OpenSweep(store, sweep, tracking)
    with closing(train_in_threads(jobs, open_sweep, max_population=len(jobs))) as trained:
        results = [_make_portable(result) for result in trained]
    waiting = list_waiting(tracking)
    if not waiting:
        return results, ""
    return results, f"{len(waiting)} runs wait in {waiting[0].parent} on {platform.node()}"


def _make_portable(result: RunResult) -> RunResult:
    """The result with an error that any process can unpickle."""
    if result.error is None:
        return result
    reason = redact(str(result.error)) or type(result.error).__name__
    return replace(result, error=FcnnError(reason))


def _get_results(task: Any, jobs: Sequence[Job]) -> list[RunResult]:
    """The results of a task that has ended; failed ones if it has raised an error.

    Raises:
        KilledWorkerError: Its worker is gone.
    """
    import ray
    from ray.exceptions import NodeDiedError, OutOfMemoryError, RayError, WorkerCrashedError

    try:
        results, warning = ray.get(task)
    except (NodeDiedError, OutOfMemoryError, WorkerCrashedError) as error:
        raise KilledWorkerError from error
    except RayError as error:
        failure = FcnnError(redact(_describe(error)))
        return [RunResult(job, math.nan, failure) for job in jobs]
    if warning:
        log.warning(f"{warning} until the store answers; a call there delivers them")
    return list(results)


def _count_result(result: RunResult, progress: SweepProgress) -> RunResult:
    """The result with the summary of the whole sweep instead of its task's."""
    name = f"run {result.job.number}"
    progress.advance_epochs(result.job.number, result.job.config.training.epochs)
    outcome = "diverged" if result.has_diverged else f"loss {result.val_loss:.3g}"
    if result.error:
        outcome = str(result.error)
    return replace(result, summary=progress.end_run(name, outcome))


def _describe(error: Exception) -> str:
    cause = getattr(error, "cause", None)
    if cause:
        return str(cause) or type(cause).__name__
    return f"its worker failed: {str(error).splitlines()[0]}"
