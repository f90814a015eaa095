"""Trains jobs in threads of this process, and records each as a run of its own."""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain

from fcnn.config.schema import Config
from fcnn.errors import DiskFullError, StoreUnavailableError
from fcnn.libraries.base import load_library
from fcnn.signals import defer_signals
from fcnn.status import show_status
from fcnn.tracking.writer import Writer
from fcnn.training.delivery import deliver, warn_of_waiting
from fcnn.training.job_run import JobRun, finish_job_runs, write_job_runs
from fcnn.training.jobs import Job, OpenSweep, RunResult, log_result
from fcnn.training.memory import estimate_sizes, share_memory
from fcnn.training.pool import TrainingPool, TrainingUpdate
from fcnn.training.populations import Population, group_into_populations
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

SECONDS_TO_CLOSE = 3.0
"""For recording networks that are trained when a sweep is left."""


def train_in_threads(
    jobs: Sequence[Job],
    sweep: OpenSweep,
    *,
    workers: int = 1,
    max_population: int = 1,
    meanwhile: Callable[[], None] | None = None,
) -> Generator[RunResult, None, None]:
    """Train jobs together as far as their shapes allow, and record each as a run of its own.

    Yields a result when its run has ended and is recorded, in no promised order. A run that fails
    leaves the others whole. When the iterator is closed early, networks that are trained are
    recorded all the same; the other runs end as KILLED, with their curves up to there. While the
    store is away, training goes on. What the store has not taken waits in the outbox and is
    delivered once it answers.

    Args:
        jobs: Jobs of one sweep.
        sweep: The sweep, with its open store.
        workers: Threads that train while this one records; fewer where memory is short.
        max_population: Networks of a population at most; fewer where memory is short.
        meanwhile: Called once, when training has begun and this thread has nothing to record.

    Raises:
        DiskFullError: The disks of the store and of the outbox are full.
    """
    workers, populations = _group_populations(jobs, workers, max_population)
    pool = TrainingPool(populations, workers)
    open_runs: dict[int, list[JobRun]] = {}
    progress = _start_progress(jobs, sweep, len(populations))
    with show_status(progress.describe):
        try:
            for update in _list_updates(pool, meanwhile):
                runs = open_runs.setdefault(update.number, [])
                if not runs:
                    _open_runs(populations, update.number, jobs, sweep, progress, runs)
                n_epochs = sum(run.log(update.chunks) for run in runs)
                if not update.is_final:
                    write_job_runs(sweep.store, runs)
                progress.advance_epochs(update.number, n_epochs)
                if update.is_final:
                    yield from _finish_runs(sweep.store, runs, update.error)
                    del open_runs[update.number]
                    progress.end_population(update.number)
                    deliver(sweep.store, sweep.tracking)
        except DiskFullError:
            open_runs.clear()  # nothing more can be written; the next call closes these runs
            raise
        finally:
            _leave(sweep, _close_runs(open_runs, pool.stop()))


def _group_populations(
    jobs: Sequence[Job], workers: int, max_population: int
) -> tuple[int, list[Population]]:
    """Group jobs into populations, with the libraries loaded that train them.

    Returns:
        How many workers there is memory for, and the populations.
    """
    configs = [job.config for job in jobs]
    _load_libraries(configs, workers)
    workers, fitting = share_memory(estimate_sizes(configs), workers)
    return workers, group_into_populations(configs, max_population, fitting, workers=workers)


def _start_progress(jobs: Sequence[Job], sweep: OpenSweep, n_populations: int) -> SweepProgress:
    epochs = [job.config.training.epochs for job in jobs]
    return SweepProgress(epochs, sweep.sweep.n_runs, jobs[0].number, n_populations)


def train_and_log(
    jobs: Sequence[Job], sweep: OpenSweep, *, workers: int = 1, max_population: int = 1
) -> list[RunResult]:
    """As `train_in_threads`, to the end, with a line in the log for each result."""
    results = []
    trained = train_in_threads(jobs, sweep, workers=workers, max_population=max_population)
    with closing(trained):
        for result in trained:
            log_result(result)
            results.append(result)
    return results


def _list_updates(
    pool: TrainingPool, meanwhile: Callable[[], None] | None
) -> Iterator[TrainingUpdate]:
    """Yield the updates of a pool; once the first is recorded, do something else meanwhile."""
    for number, update in enumerate(pool):
        yield update
        if meanwhile and number == 0:
            meanwhile()


def _load_libraries(configs: Sequence[Config], workers: int) -> None:
    for library in dict.fromkeys(config.library for config in configs):
        with show_status(f"starting {library}"):
            load_library(library, workers)


def _open_runs(
    populations: Sequence[Population],
    number: int,
    jobs: Sequence[Job],
    sweep: OpenSweep,
    progress: SweepProgress,
    runs: list[JobRun],
) -> None:
    """Open the runs of a population into `runs`, one by one, so that an interrupt loses none."""
    for run_index, member in populations[number].runs:
        runs.append(JobRun(jobs[run_index], member, sweep, progress))
    progress.start_population(number, runs)


def _finish_runs(
    store: Writer, runs: Sequence[JobRun], error: Exception | None
) -> Iterator[RunResult]:
    """Record the runs of a population that has ended, by `error` or as it should."""
    with defer_signals():
        for run in runs:
            run.set_error(error)
        results = finish_job_runs(store, runs)
    for result in results:
        yield result
        if isinstance(result.error, DiskFullError):
            raise result.error


def _leave(sweep: OpenSweep, n_deferred: int) -> None:
    """Deliver the outbox, unless there was no time to record what has just been put into it."""
    if n_deferred:
        log.warning(f"{n_deferred} trained runs wait; the next call records them")
        return
    n_waiting = deliver(sweep.store, sweep.tracking, at_once=True)
    warn_of_waiting(n_waiting, sweep.store, sweep.tracking)


def _close_runs(
    open_runs: Mapping[int, Sequence[JobRun]], last_updates: Sequence[TrainingUpdate]
) -> int:
    """End the runs that are open when a sweep is left, after the last updates of them.

    Returns:
        How many trained networks could not be recorded in `SECONDS_TO_CLOSE`, and wait in the
        outbox.
    """
    deadline_s = time.monotonic() + SECONDS_TO_CLOSE
    for update in last_updates:
        for run in open_runs.get(update.number, []):
            run.log(update.chunks)
    n_deferred = 0
    for run in chain.from_iterable(open_runs.values()):
        if time.monotonic() > deadline_s and run.is_recordable:
            run.recorder.defer(StoreUnavailableError("interrupted before it was recorded"))
            n_deferred += 1
        run.close()
    return n_deferred
