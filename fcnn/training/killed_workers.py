"""What follows when a worker process is killed: each run that it leaves is trained alone."""

import logging
import math
from collections.abc import Callable, Sequence
from contextlib import suppress

from fcnn.errors import FcnnError, StoreError
from fcnn.params import config_params
from fcnn.quantities import count
from fcnn.tracking.killed import REASON, note_killed
from fcnn.tracking.plan import FinishedRun
from fcnn.training.jobs import Job, KilledWorkerError, OpenSweep, RunResult
from fcnn.training.resume import tidy_store
from fcnn.training.run_description import name_run

log = logging.getLogger("fcnn")


def train_alone(
    jobs: Sequence[Job], sweep: OpenSweep, train: Callable[[Job], RunResult]
) -> list[RunResult]:
    """Train the jobs of killed workers one after the other; a result for each.

    Those that the store has are not trained again. A run that kills its worker once more is noted
    in the store.

    Args:
        jobs: The jobs that have given no result.
        sweep: Their sweep, with its open store.
        train: Trains one job in a worker; raises `KilledWorkerError` if it was killed.
    """
    _tidy(sweep)
    finished: dict[str, FinishedRun] = {}
    with suppress(StoreError):
        finished = sweep.store.find_finished([job.fingerprint for job in jobs])
    lost = [job for job in jobs if job.fingerprint not in finished]
    if lost:
        runs = count(len(lost), "run") + (", one after the other" if len(lost) > 1 else "")
        log.info(f"a worker was killed; training what it has left: {runs}")
    results = [
        RunResult(job, run.loss, settled_loss=run.settled_loss)
        for job in jobs
        if (run := finished.get(job.fingerprint))
    ]
    for job in lost:
        try:
            results.append(train(job))
        except KilledWorkerError:
            _tidy(sweep)
            with suppress(StoreError):
                note_killed(
                    sweep.store,
                    job.config,
                    name=name_run(config_params(job.config), sweep),
                    fingerprint=job.fingerprint,
                    config_yaml=job.config_yaml,
                )
            results.append(RunResult(job, math.nan, FcnnError(REASON)))
    return results


def _tidy(sweep: OpenSweep) -> None:
    """Close the runs of the worker and deliver what it left in the outbox."""
    with suppress(StoreError):
        tidy_store(sweep.store, sweep.tracking)
