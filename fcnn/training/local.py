"""Trains jobs in threads of this process, and records each as a run of its own."""

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain

from fcnn.errors import DiskFullError
from fcnn.escaping import shortened
from fcnn.libraries.base import load_library
from fcnn.signals import defer_signals
from fcnn.training.delivery import deliver, warn_of_waiting
from fcnn.training.job_run import JobRun
from fcnn.training.jobs import Job, OpenSweep, RunResult, log_result
from fcnn.training.pool import TrainingPool, TrainingUpdate
from fcnn.training.populations import Population, group_into_populations
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

MAX_NAME_LENGTH = 40
"""Characters of a run's name beside the progress bar."""


def train_in_threads(
    jobs: Sequence[Job], sweep: OpenSweep, *, workers: int = 1, max_population: int = 1
) -> Generator[RunResult, None, None]:
    """Train jobs together as far as their shapes allow, and record each as a run of its own.

    Yields a result when its run has ended and is recorded, in no promised order. A run that fails
    leaves the others whole. When the iterator is closed early, networks that are trained are
    recorded all the same; the other runs end as KILLED, with their curves up to there.

    While the store is away, training goes on. What the store has not taken waits in the outbox
    and is delivered once it answers.

    Args:
        jobs: Jobs of one sweep.
        sweep: The sweep, with its open store.
        workers: Threads that train while this one records.
        max_population: Networks of a population at most.

    Raises:
        DiskFullError: The store's disk is full.
    """
    configs = [job.config for job in jobs]
    for library in dict.fromkeys(config.library for config in configs):
        load_library(library, workers)
    populations = group_into_populations(configs, max_population)
    pool = TrainingPool(populations, workers)
    open_runs: dict[int, list[JobRun]] = {}
    epochs = [config.training.epochs for config in configs]
    n_before = jobs[0].number if sweep.sweep.parent_run_id else 0
    with SweepProgress(epochs, sweep.sweep.n_runs, n_before) as progress:
        try:
            for update in pool:
                runs = open_runs.setdefault(update.number, [])
                if not runs:
                    _open_runs(populations[update.number], jobs, sweep, progress, runs)
                n_epochs = sum(run.log(update.chunks) for run in runs)
                progress.advance_epochs(_label_runs(runs), n_epochs)
                if not update.is_final:
                    continue
                yield from _finish_runs(runs, update.error)
                del open_runs[update.number]
                deliver(sweep.store, sweep.tracking)
        except DiskFullError:
            open_runs.clear()  # nothing more can be written; the next call closes these runs
            raise
        finally:
            _close_runs(open_runs, pool.stop())
            n_waiting = deliver(sweep.store, sweep.tracking, at_once=True)
            warn_of_waiting(n_waiting, sweep.tracking)


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


def _open_runs(
    population: Population,
    jobs: Sequence[Job],
    sweep: OpenSweep,
    progress: SweepProgress,
    runs: list[JobRun],
) -> None:
    """Open the runs of a population into `runs`, one by one, so that an interrupt loses none."""
    for run_index, member in population.runs:
        runs.append(JobRun(jobs[run_index], member, sweep, progress))


def _finish_runs(runs: Sequence[JobRun], error: Exception | None) -> Iterator[RunResult]:
    """Record the runs of a population that has ended, by `error` or as it should."""
    for run in runs:
        run.set_error(error)
        with defer_signals():
            result = run.finish()
        yield result
        if isinstance(run.error, DiskFullError):
            raise run.error


def _close_runs(
    open_runs: Mapping[int, Sequence[JobRun]], last_updates: Sequence[TrainingUpdate]
) -> None:
    """End the runs that are open when a sweep is left, after the last updates of them."""
    for update in last_updates:
        for run in open_runs.get(update.number, []):
            run.log(update.chunks)
    for run in chain.from_iterable(open_runs.values()):
        run.close()


def _label_runs(runs: Sequence[JobRun]) -> str:
    """The progress of a population's runs as a line: that of the longest."""
    longest = max(runs, key=lambda run: run.history.n_epochs)
    others = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
    name = shortened(longest.name, MAX_NAME_LENGTH)
    progress = f"{name}{others}: epoch {longest.history.epoch}/{longest.history.n_epochs}"
    if not longest.history.epoch:
        return progress
    return f"{progress}, loss {longest.history.latest['loss']:.3g}"
