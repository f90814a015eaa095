"""A search: Optuna proposes trials, and each is trained with all seeds. No Hydra here.

What is minimised is what reports rank by, so that the best trial is the first of their ranking:
the mean logarithm of the settled losses over seeds.

A search keeps nothing of its own: with a seeded sampler it proposes the same trials again, finds
their runs in the store, and so goes on where it was interrupted.
"""

import logging
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from fcnn.errors import StoreError
from fcnn.params import config_params, table_names
from fcnn.settling import SMALLEST_LOSS
from fcnn.status import show_status
from fcnn.tracking.plan import FinishedRun, SweepPlan
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer
from fcnn.training.jobs import Job, OpenSweep, RunResult
from fcnn.training.models import make_missing_models
from fcnn.training.outcome import SweepOutcome, conclude
from fcnn.training.resume import ResumePlan, is_planned, make_resume_plan, open_store, tidy_store
from fcnn.training.search_space import MakeJobs, SearchOptions, SearchSpace
from fcnn.training.sweep import Train, collect_seeds, open_sweep, train_pending

if TYPE_CHECKING:
    import optuna

log = logging.getLogger("fcnn")

Value = TypeVar("Value")


def run_search(
    space: SearchSpace,
    options: SearchOptions,
    make_jobs: MakeJobs,
    train: Train,
    *,
    report_command: str,
) -> SweepOutcome:
    """Search a space, and record all trials under one parent run.

    Trials that the store has are not trained again, and if it has all of them nothing is written.

    Args:
        space: What is searched.
        options: How it is searched.
        make_jobs: Composes the jobs of a trial.
        train: Trains what is pending; see `Train`.
        report_command: What draws the results, for messages.

    Returns:
        What became of each run, trial after trial.

    Raises:
        StoreError: The store cannot be used.
        FailedRunsError: Runs failed, after all trials.
        ConfigError: A trial cannot be composed.
    """
    with show_status("starting Optuna"):
        study = _create_study(options)
    tracking = space.config.tracking
    with show_status("recording the search"):
        store = open_store(tracking)
        assert store is not None
        tidy_store(store, tracking)
        trials = _Trials(space, options.n_trials, make_jobs, train, store)
        with trials.recorded():
            for first in range(0, options.n_trials, options.n_jobs):
                n_asked = min(options.n_jobs, options.n_trials - first)
                trials.train(study, [study.ask(space.distributions) for _ in range(n_asked)])
            known = trials.resume_plan.finished_by_fingerprint
            make_missing_models(store, trials.jobs, known)
            conclude(trials.jobs, trials.outcome, report_command)
    log.info(f"{_describe_best(study)}; {report_command} draws them")
    return trials.outcome


def _create_study(options: SearchOptions) -> "optuna.Study":
    """Create a study of Optuna's in memory, without its line in the log."""
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.create_study(sampler=options.make_sampler())
    finally:
        optuna.logging.set_verbosity(verbosity)


def _describe_best(study: "optuna.Study") -> str:
    """Describe the best trial of a search in which no run failed."""
    n_trials = len(study.trials)
    if math.isinf(study.best_value):
        return f"none of {n_trials} trials is best: all of their runs diverged"
    best = " ".join(f"{key}={value}" for key, value in study.best_params.items())
    return f"best of {n_trials} trials: {best}, settled loss {10**study.best_value:.3g}"


class _Trials:
    """The trials of a search so far: their jobs, and what became of these."""

    def __init__(
        self, space: SearchSpace, n_trials: int, make_jobs: MakeJobs, train: Train, store: Writer
    ) -> None:
        self.jobs: list[Job] = []
        self.outcome = SweepOutcome([])
        self._space, self._make_jobs, self._train, self._store = space, make_jobs, train, store
        self._n_runs = n_trials * len(space.seeds)
        self._parent = ExitStack()
        self._sweep: OpenSweep | None = None
        self._first_place = 0

    @property
    def resume_plan(self) -> ResumePlan:
        """What the store had of the trials, as the plan of a grid of which nothing is pending."""
        fingerprints = [job.fingerprint for job in self.jobs]
        return ResumePlan(self.outcome.finished, self.outcome.representative, [], fingerprints)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Close the parent run at the end, which the first run that has to be trained opens.

        If none had to be, one is opened at the end, unless the newest sweep has planned the same.
        """
        with self._parent:
            yield
            if self._sweep is None:
                if not is_planned(self.resume_plan, self._space.samples, self._store):
                    self._open_sweep()
                log.info(f"all {len(self.jobs)} runs are there")

    def train(self, study: "optuna.Study", trials: "Sequence[optuna.Trial]") -> None:
        """Train trials with all seeds, and tell the study their losses."""
        lines = [line for trial in trials for line in self._space.list_lines(trial)]
        jobs, first_place = self._make_jobs(lines), len(self.jobs)
        # A store that is away has nothing for us now; what is trained meanwhile waits for it.
        is_available = self._store.guard.is_available(probe_now=True)
        plan = make_resume_plan(jobs, self._store if is_available else None)
        if plan.pending or plan.killed:
            sweep = self._sweep or self._open_sweep()
            # Runs of these trials that are there count as done.
            n_there = len(jobs) - len(plan.pending)
            number = first_place - self._first_place + n_there
            trained = train_pending(jobs, plan, sweep, self._train, first_number=number)
            results = _with_settled_losses(trained, self._store)
        else:
            results = {}
        self.jobs += jobs
        self.outcome.representative.extend(first_place + place for place in plan.representative)
        self.outcome.finished.update(_shift(plan.finished, first_place))
        self.outcome.results.update(_shift(results, first_place))
        n_seeds = len(self._space.seeds)
        for number, trial in enumerate(trials):
            start = first_place + number * n_seeds
            _tell(study, trial, self.outcome, range(start, start + n_seeds))

    def _open_sweep(self) -> OpenSweep:
        """Open the parent run; what it plans is known, and written, only when it ends."""
        self._first_place = len(self.jobs)
        n_runs = self._n_runs - self._first_place
        if self._first_place and n_runs:
            log.info(f"the first {self._first_place} of {self._n_runs} runs are there")
        samples = self._space.samples
        axes: dict[str, list[str]] = {key: [] for key in self._space.distributions}
        tables = table_names(config_params(job.config) for job in samples)
        plan = SweepPlan(axes, [], tables, collect_seeds(samples))
        opening = open_sweep(self._store, samples, plan, n_runs)
        sweep = self._sweep = self._parent.enter_context(opening)

        def write_plan() -> None:
            plan.fingerprints[:] = dict.fromkeys(job.fingerprint for job in self.jobs)
            parent_run_id = sweep.sweep.parent_run_id
            assert parent_run_id is not None
            with suppress(StoreError):  # networks wait in the outbox of a store that is away
                self._store.write_plan(parent_run_id, self._space.config.study, plan)

        self._parent.callback(write_plan)
        return sweep


def _with_settled_losses(results: Mapping[int, RunResult], store: Reader) -> dict[int, RunResult]:
    """Add the settled losses that workers of foreign launchers have recorded and not returned."""
    unknown = {
        result.job.fingerprint
        for result in results.values()
        if not result.error and math.isnan(result.settled_loss)
    }
    finished: dict[str, FinishedRun] = {}
    with suppress(StoreError):
        finished = store.find_finished(unknown)
    return {
        place: replace(result, settled_loss=finished[result.job.fingerprint].settled_loss)
        if result.job.fingerprint in finished
        else result
        for place, result in results.items()
    }


def _shift(values: Mapping[int, Value], first_place: int) -> dict[int, Value]:
    return {first_place + place: value for place, value in values.items()}


def _tell(
    study: "optuna.Study", trial: "optuna.Trial", outcome: SweepOutcome, places: Sequence[int]
) -> None:
    """Tell a study the mean logarithm of the losses of a trial, or that one of its runs failed.

    It is infinite if all of its runs diverged.
    """
    from optuna.trial import TrialState

    losses = [outcome.settled_loss(place) for place in places]
    known = [loss for loss in losses if loss is not None and not math.isnan(loss)]
    if len(known) < len(losses):
        study.tell(trial, state=TrialState.FAIL)
    elif all(outcome.val_loss(place) == math.inf for place in places):
        study.tell(trial, math.inf)  # reports rank it last
    else:
        study.tell(trial, statistics.fmean(math.log10(max(loss, SMALLEST_LOSS)) for loss in known))
