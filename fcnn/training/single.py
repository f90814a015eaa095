"""A single run, outside a sweep or as a worker's job of one."""

import logging
import math
from collections.abc import Mapping
from contextlib import suppress

from fcnn.errors import StoreError
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.links import format_run_link
from fcnn.tracking.plan import FinishedRun
from fcnn.tracking.tidying import clear_interruptions
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.delivery import list_waiting
from fcnn.training.jobs import Job, OpenSweep, RunResult
from fcnn.training.local import train_and_log
from fcnn.training.models import make_missing_models
from fcnn.training.resume import format_summary, make_resume_plan, open_store, tidy_store
from fcnn.training.sweep import train_pending

log = logging.getLogger("fcnn")

NAME_KEYS = ["model.activation", "model.hidden_units", "optimizer.name", "optimizer.learning_rate"]
"""What a run is named by when no sweep tells what differs."""


def run_single(job: Job) -> float:
    """Train and record one config outside a sweep, unless the store has its finished run.

    Returns:
        Its last validation loss, infinite if it diverged; NaN of a dry run.

    Raises:
        StoreError: The store cannot be opened.
        Exception: What went wrong with the run.
    """
    tracking = job.config.tracking
    store = open_store(tracking, job.config.dry_run)
    if store and not job.config.dry_run:
        tidy_store(store, tracking)
    plan = make_resume_plan([job], store)
    if job.config.dry_run or store is None:
        log.info(format_summary(plan, [job], store))
        return math.nan
    if plan.finished:
        loss = _report_finished(plan.finished[0])
    else:
        sweep = OpenSweep(store, Sweep(1, NAME_KEYS), tracking)
        (result,) = train_pending([job], plan, sweep, train_and_log).values()
        loss = _val_loss(result)
        with suppress(StoreError):
            clear_interruptions(store)
    known = plan.finished_by_fingerprint
    make_missing_models(store, [job], known)
    _log_link(job, store, known)
    return loss


def run_worker_job(job: Job) -> float:
    """Train and record one job of a sweep that another process has opened.

    Foreign launchers start such workers. A store that is away keeps them from nothing: what they
    train waits in the outbox.

    Returns:
        Its last validation loss, infinite if it diverged.

    Raises:
        Exception: What went wrong with the run.
    """
    tracking = job.config.tracking
    parent_run_id = tracking.parent_run_id
    assert parent_run_id is not None
    store = Writer(tracking.uri, allow_unavailable=True)
    sweep: Sweep | None = None
    with suppress(StoreError):
        sweep = store.read_sweep(parent_run_id)
    sweep = sweep or Sweep(1, NAME_KEYS, parent_run_id=parent_run_id)
    (result,) = train_and_log([job], OpenSweep(store, sweep, tracking))
    return _val_loss(result)


def _val_loss(result: RunResult) -> float:
    """The last validation loss of a run; raises the error of one that failed."""
    if result.error:
        raise result.error
    return result.val_loss


def _report_finished(run: FinishedRun) -> float:
    outcome = f"validation loss {run.loss:.3g}"
    if run.diverged_epoch is not None:
        outcome = describe_divergence(run.diverged_epoch)
    log.info(f"run {run.run_id} is there, {outcome}; force=true trains it anew")
    return run.loss


def _log_link(job: Job, store: Writer, known: Mapping[str, FinishedRun]) -> None:
    """Log where the run of a job is to be seen, unless the store is away."""
    tracking = job.config.tracking
    if list_waiting(tracking):
        return
    with suppress(StoreError):
        for run in (known or store.find_finished({job.fingerprint})).values():
            for line in format_run_link(store.client, tracking.uri, run.run_id):
                log.info(line)
