"""A sweep: from jobs to results, with the store opened once. No Hydra here."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from fcnn.axes import find_axes
from fcnn.config.tables import TableDataset
from fcnn.data.frame_file import is_kept_frame
from fcnn.escaping import printable
from fcnn.params import config_params, table_names, with_table_name
from fcnn.status import show_status
from fcnn.tracking.mlflow_run import now_ms
from fcnn.tracking.plan import SweepPlan, SweepSeeds
from fcnn.tracking.sweep_summary import log_tables
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.delivery import list_waiting
from fcnn.training.job_claims import list_claims_not_asked
from fcnn.training.jobs import Job, OpenSweep, RunResult
from fcnn.training.models import make_missing_models
from fcnn.training.outcome import SweepOutcome, conclude, log_diverged
from fcnn.training.resume import (
    ResumePlan,
    format_summary,
    is_planned,
    keep_one_of_each,
    make_resume_plan,
    open_store,
    refuse_again,
    tidy_store,
)

log = logging.getLogger("fcnn")

Train = Callable[[Sequence[Job], OpenSweep], Iterable[RunResult]]
"""Trains pending jobs of an open sweep, and logs each result with `log_result`.

`functools.partial(fcnn.training.local.train_and_log, workers=2, max_population=32)` is one.
"""


def run_sweep(
    jobs: Sequence[Job], axis_keys: Sequence[str], train: Train, *, report_command: str
) -> SweepOutcome:
    """Train the jobs that the store does not have, and record them under one parent run.

    Opens the store once, delivers the outbox, closes orphaned runs, and only logs to `fcnn`.

    Args:
        jobs: The whole grid, each composed and checked once (see `jobs.make_job`).
        axis_keys: Config keys that come first among the axes, in this order, if they differ.
        train: Trains what is pending; see `Train`.
        report_command: What draws the results, for messages.

    Returns:
        What became of each job.

    Raises:
        StoreError: The store cannot be used.
        FailedRunsError: Runs failed, after all of them were trained.

    Example:
        >>> train = partial(train_and_log, workers=2, max_population=32)
        >>> run_sweep(jobs, ["optimizer.momentum"], train, report_command="...").val_loss(0)
    """
    with show_status("recording the sweep"):
        return _run_sweep(jobs, axis_keys, train, report_command)


def _run_sweep(
    jobs: Sequence[Job], axis_keys: Sequence[str], train: Train, report_command: str
) -> SweepOutcome:
    config = jobs[0].config
    with show_status("looking up finished runs"):
        store = open_store(config.tracking, config.dry_run)
        if store and not config.dry_run:
            tidy_store(store, config.tracking)
        plan = make_resume_plan(jobs, store)
    log.info(format_summary(plan, jobs, store))
    outcome = SweepOutcome(plan.representative, plan.finished)
    if config.dry_run or store is None:
        _log_pending(plan, jobs, store)
        return outcome
    if is_planned(plan, jobs, store):
        make_missing_models(store, jobs, plan.finished_by_fingerprint)
        log_diverged(outcome)
    else:
        with open_sweep(store, jobs, _plan_sweep(jobs, axis_keys), len(plan.pending)) as sweep:
            outcome.results.update(train_pending(jobs, plan, sweep, train))
            make_missing_models(store, jobs, plan.finished_by_fingerprint)
            conclude(jobs, outcome, report_command)
    if not list_waiting(config.tracking, plan.fingerprints):
        log.info(f"all {len(jobs)} runs are there; {report_command} draws them")
    return outcome


def collect_seeds(jobs: Sequence[Job]) -> SweepSeeds:
    """The seeds of a sweep's jobs, and the rule of their data, which they share."""
    return SweepSeeds(jobs[0].data_seed, frozenset(job.config.training.seed for job in jobs))


@contextmanager
def open_sweep(
    store: Writer, jobs: Sequence[Job], plan: SweepPlan, n_runs: int
) -> Iterator[OpenSweep]:
    """Keep the parent run of a sweep open, with what it plans and the tables of its jobs.

    Args:
        store: The open store.
        jobs: Its jobs; of a search some that all trials are like.
        plan: What it plans.
        n_runs: How many runs it will train.
    """
    config = jobs[0].config
    with store.open_sweep(config, plan, n_runs) as parent_run_id:
        log_tables(store.client, parent_run_id, _list_frames(jobs))
        sweep = Sweep(n_runs, list(plan.axes), plan.tables, parent_run_id)
        yield OpenSweep(store, sweep, config.tracking)


def _plan_sweep(jobs: Sequence[Job], axis_keys: Sequence[str]) -> SweepPlan:
    """Return what a grid plans, with the axes of `axis_keys` and of the plots first."""
    params = [config_params(job.config) for job in jobs]
    tables = table_names(params)
    study = jobs[0].config.study
    return SweepPlan(
        find_axes(
            [with_table_name(row, tables) for row in params],
            first=(study.colour, study.style, *axis_keys),
        ),
        [job.fingerprint for job in jobs],
        tables,
        collect_seeds(jobs),
        list_claims_not_asked(jobs),
    )


def _list_frames(jobs: Sequence[Job]) -> list[str]:
    """List the files of data frames, which only this machine has."""
    paths = [
        job.config.dataset.path for job in jobs if isinstance(job.config.dataset, TableDataset)
    ]
    return [path for path in dict.fromkeys(paths) if is_kept_frame(path)]


def train_pending(
    jobs: Sequence[Job],
    plan: ResumePlan,
    sweep: OpenSweep,
    train: Train,
    *,
    first_number: int = 0,
) -> dict[int, RunResult]:
    """Train the pending jobs as numbers `first_number` and up of a sweep.

    Returns:
        The results, by the places of their jobs.
    """
    numbers = dict(enumerate(plan.pending, first_number))
    pending = [sweep.adopt(jobs[place], number) for number, place in numbers.items()]
    began_ms = now_ms()
    try:
        results = train(pending, sweep) if pending else []
        by_place = {numbers[result.job.number]: result for result in results}
    finally:
        keep_one_of_each(pending, sweep.store, began_ms)
    by_place |= {place: RunResult(jobs[place], math.nan, refuse_again()) for place in plan.killed}
    return dict(sorted(by_place.items()))


def _log_pending(plan: ResumePlan, jobs: Sequence[Job], store: Writer | None) -> None:
    """Log the pending jobs of a dry run, each by the overrides that not all jobs share.

    The sum comes last: of a long list only the end is in sight.
    """
    shared = set.intersection(*(set(job.overrides) for job in jobs))
    for place in plan.pending:
        differing = " ".join(line for line in jobs[place].overrides if line not in shared)
        log.info(f"  {printable(differing)}")
    if plan.pending:
        n_epochs = sum(jobs[place].config.training.epochs for place in plan.pending)
        seconds = store.seconds_per_run() if store else None
        time = "" if seconds is None else f", about {seconds * len(plan.pending):.0f} s"
        log.info(f"in all {len(plan.pending)} runs to train, {n_epochs} epochs{time}")
