"""The one road from configs to tracked runs, for one run and for many: data -> library -> recorder."""

import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import chain

from fcnn.errors import DiskFullError, StoreRejectedError, StoreUnavailableError
from fcnn.escaping import shortened
from fcnn.libraries.base import load_library
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.delivery import deliver, warn_of_waiting
from fcnn.training.jobs import Job, JobRun
from fcnn.training.pool import TrainingPool, TrainingUpdate
from fcnn.training.populations import populations
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

MAIN_KEYS = ("model.activation", "model.hidden_units", "optimizer.name", "optimizer.learning_rate")
"""What a run is called by when no sweep says what differs."""


def run(
    jobs: Sequence[Job], *, workers: int = 1, max_population: int = 1
) -> Generator[tuple[Job, Callable[[], float]], None, None]:
    """Trains jobs of one sweep, as many together as their shapes and `max_population` allow, and records each as a run of its own.

    Trains in `workers` threads while it records in this one. Yields each job when it is trained, in no promised order, with a
    function that has to be called before the next job is asked for: it completes the run and returns its last validation
    loss, or raises why the run failed, which leaves the others whole. When the iterator is closed early, networks that are
    trained are completed all the same, and the others' runs end as KILLED with their curves up to there.

    While the store is away the training goes on, of a sweep that has begun also where it cannot be opened; what it has yet to
    get waits in the outbox and is delivered when it answers.

    Raises:
        StoreError: the store cannot be opened, or its disk is full.
    """
    first = jobs[0].config.tracking
    parent = first.parent_run_id
    store = Writer(first.uri, allow_unavailable=parent is not None)
    sweep = _sweep_of(store, parent) or Sweep(len(jobs), list(MAIN_KEYS))
    configs = [job.config for job in jobs]
    for library in dict.fromkeys(config.library for config in configs):
        load_library(library, workers)
    grouped = populations(configs, max_population)
    trainers = TrainingPool(grouped, workers)
    opened: dict[int, list[JobRun]] = {}
    with SweepProgress(
        [config.training.epochs for config in configs], sweep.runs, jobs[0].number if parent else 0
    ) as progress:
        try:
            for news in trainers:
                runs = opened.setdefault(news.number, [])
                for index, member in grouped[news.number].runs[len(runs) :]:
                    runs.append(JobRun(jobs[index], member, sweep, store, progress))
                epochs = sum(one.log(news.chunks) for one in runs)
                progress.advanced(_names(runs), epochs)
                if not news.ended:
                    continue
                for one in runs:
                    one.fail(news.error)
                    yield one.job, one.complete
                    if isinstance(one.error, DiskFullError):
                        raise one.error
                del opened[news.number]
                deliver(store, first)
        except DiskFullError:
            opened.clear()  # nothing more can be written; the next call closes these runs
            raise
        finally:
            _leave(opened, trainers.stop())
            warn_of_waiting(deliver(store, first, at_once=True), first)


def _sweep_of(store: Writer, parent: str | None) -> Sweep | None:
    """The sweep that jobs belong to, where there is one and the store can be asked."""
    try:
        return store.sweep_of(parent) if parent else None
    except (StoreUnavailableError, StoreRejectedError):
        return None


def _leave(opened: Mapping[int, Sequence[JobRun]], last: Sequence[TrainingUpdate]) -> None:
    """Ends the runs that are open when a sweep is left, with the last that was heard of them."""
    for news in last:
        for one in opened.get(news.number, []):
            one.log(news.chunks)
    for one in chain.from_iterable(opened.values()):
        one.leave()


def _names(runs: Sequence[JobRun]) -> str:
    longest = max(runs, key=lambda one: one.job.config.training.epochs)
    others = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
    return f"{shortened(longest.name, 40)}{others}: epoch {longest.epoch}/{longest.job.config.training.epochs}, loss {longest.last['loss']:.3g}"
