"""Which jobs are pending: a finished run of the same fingerprint is not trained again.

Whichever study trained it.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fcnn.config.schema import Tracking
from fcnn.errors import FcnnError, StoreError
from fcnn.quantities import count
from fcnn.status import show_status
from fcnn.tracking.killed import REASON, find_killed
from fcnn.tracking.names import FINGERPRINT
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.plan import FinishedRun
from fcnn.tracking.store import exists
from fcnn.tracking.tidying import clear_interruptions, delete_doubles, delete_doubles_of
from fcnn.tracking.writer import Writer
from fcnn.training.delivery import deliver, warn_of_waiting
from fcnn.training.jobs import Job

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class ResumePlan:
    """Which jobs of a sweep have a finished run, and which have to be trained; by their places.

    `finished` are the runs that the store has, `killed` those that are not tried again without
    `force`, because their worker was killed when it trained nothing else. `representative` is, for
    each job, the first one of the same fingerprint. `pending` are those to be trained.
    `fingerprints` are those of all jobs.
    """

    finished: dict[int, FinishedRun]
    representative: list[int]
    pending: list[int]
    fingerprints: list[str]
    killed: list[int] = field(default_factory=list)

    @property
    def finished_by_fingerprint(self) -> dict[str, FinishedRun]:
        """The runs that the store has, by their fingerprints."""
        return {self.fingerprints[place]: run for place, run in self.finished.items()}


def open_store(tracking: Tracking, dry_run: bool = False) -> Writer | None:
    """Open the store for a sweep or a run, and create it first if need be.

    A dry run writes nothing: it gets None where there is no store.

    Raises:
        StoreError: The store cannot be opened.
    """
    with show_status("opening the store"):
        return Writer(tracking.uri) if exists(tracking.uri) or not dry_run else None


def tidy_store(store: Writer, tracking: Tracking) -> None:
    """Deliver the outbox, close the runs of killed processes, remove their half-written files."""
    Outbox(tracking).remove_parts()
    warn_of_waiting(deliver(store, tracking), store, tracking)
    with suppress(StoreError):
        clear_interruptions(store)
    # Only now, because the outbox knows better how some of them ended.
    closed = store.close_orphaned_runs()
    n_networks = sum(FINGERPRINT in run.data.tags for run in closed)
    if n_networks:
        runs = count(n_networks, "run", ("was", "were"))
        log.info(f"{runs} interrupted when their process was killed")
    with suppress(StoreError):
        _log_doubles(sum(delete_doubles_of(store, run) for run in closed))


def keep_one_of_each(jobs: Sequence[Job], store: Writer, since_ms: int) -> None:
    """Delete what other commands have trained of these jobs, too, in the same time.

    Args:
        jobs: What has been trained since `since_ms`, because the store had none of it.
        store: The open store.
        since_ms: In ms since the epoch.
    """
    if not jobs or jobs[0].config.force:
        return
    with suppress(StoreError):
        _log_doubles(delete_doubles(store, {job.fingerprint for job in jobs}, since_ms))


def _log_doubles(n_doubles: int) -> None:
    if n_doubles:
        runs = count(n_doubles, "run")
        log.info(f"{runs} had been trained by another command meanwhile; one of each is kept")


def make_resume_plan(jobs: Sequence[Job], store: Writer | None) -> ResumePlan:
    """Look up which jobs have a finished run; none has with `force`, or without a store."""
    fingerprints = [job.fingerprint for job in jobs]
    by_fingerprint: dict[str, FinishedRun] = {}
    if store and not jobs[0].config.force:
        by_fingerprint = store.find_finished(set(fingerprints))
    finished = {
        place: by_fingerprint[fingerprint]
        for place, fingerprint in enumerate(fingerprints)
        if fingerprint in by_fingerprint
    }
    first_places: dict[str, int] = {}
    representative = [
        first_places.setdefault(fingerprint, place)
        for place, fingerprint in enumerate(fingerprints)
    ]
    pending = sorted(set(representative) - set(finished))
    killed: list[int] = []
    if store and pending and not jobs[0].config.force:
        not_again = find_killed(store, fingerprints)
        killed = [place for place in pending if fingerprints[place] in not_again]
        pending = [place for place in pending if place not in killed]
    return ResumePlan(finished, representative, pending, fingerprints, killed)


def refuse_again() -> FcnnError:
    """Return why a run whose worker was killed is not tried again."""
    return FcnnError(f"{REASON}; force=true tries it again")


def is_planned(plan: ResumePlan, jobs: Sequence[Job], store: Writer | None) -> bool:
    """Whether nothing is pending, and the newest sweep of the study planned the very same runs.

    The rule of its data and its claims count too, because reports go by those of the newest sweep.
    """
    if store is None or plan.pending or plan.killed:
        return False
    config = jobs[0].config
    newest = store.plan(config.sweep_experiment)
    return (
        newest is not None
        and newest.fingerprints == set(plan.fingerprints)
        and newest.data_seed == jobs[0].data_seed
        and newest.claims == config.study.claims
    )


def format_summary(plan: ResumePlan, jobs: Sequence[Job], store: Writer | None) -> str:
    """What will be trained: `54 of 60 runs are there, training 6`.

    A dry run adds about how long that would take; any other names what else a report will show.
    """
    config = jobs[0].config
    n_pending = len(plan.pending)
    if config.force:
        verb = "would" if config.dry_run else "will"
        return f"{n_pending} runs {verb} train, also those that are there"
    finished = f"{len(plan.finished)} of {len(jobs)} runs are there"
    if not config.dry_run:
        others = _describe_other_runs(plan, jobs[0], store)
        return f"{finished}, training {n_pending}{others}"
    if not n_pending:
        return f"{finished}, 0 would train"
    seconds_per_run = store.seconds_per_run() if store else None
    if seconds_per_run is None:
        return f"{finished}, {n_pending} would train; no sweep yet tells how long it takes"
    return (
        f"{finished}, {n_pending} would train; about {seconds_per_run * n_pending:.0f} s beside "
        f"the start, at {seconds_per_run:.2g} s a run as in a sweep before"
    )


def _describe_other_runs(plan: ResumePlan, job: Job, store: Writer | None) -> str:
    """That the study has other runs and none of these, or that it has them on other data.

    Says nothing where the study's plans cannot be read: the report will say so.
    """
    study = job.config.sweep_experiment
    try:
        planned = store.plan(study) if store else None
    except StoreError:
        planned = None
    if planned is None:
        return ""
    if planned.data_seed != job.data_seed:
        return f"; the report of {study} will leave out those on data of another dataset.seed"
    if not plan.pending or planned.all_fingerprints & set(plan.fingerprints):
        return ""
    n_others = len(planned.all_fingerprints)
    return f"; the report of {study} will show them with the {n_others} that it has"
