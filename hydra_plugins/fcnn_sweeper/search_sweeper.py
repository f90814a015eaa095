"""The search sweeper: Optuna proposes trials by the median of their losses over all seeds."""

import math
import statistics
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from hydra.core.override_parser.types import Override

from fcnn.composition.grid import EMPTY_GRID
from fcnn.config.schema import Config
from fcnn.errors import ConfigError, StoreError
from fcnn.imports import importing
from fcnn.params import (
    SEED_KEY,
    config_params,
    table_names,
)
from fcnn.status import show_status
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_writable
from fcnn.training.jobs import OpenSweep
from hydra_plugins.fcnn_sweeper.search_space import SearchSpace, check_data, sample_combinations
from hydra_plugins.fcnn_sweeper.study_sweeper import (
    StudySweeper,
    log,
    log_closing_lines,
    make_report_command,
)

if TYPE_CHECKING:
    import optuna

    from fcnn.training.sweep import SweepOutcome


class SearchSweeper(StudySweeper):
    """Searches the space of a study instead of training its whole grid."""

    def __init__(
        self, sampler: Any, n_trials: int, n_jobs: int, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(params)
        self.sampler = sampler
        self.n_trials = n_trials
        self.n_jobs = n_jobs

    def _sweep(self, overrides: list[Override]) -> None:
        """Search the space, with every trial recorded under one parent run.

        Raises:
            FcnnError: A config or the store cannot be used, or no trial has a finite loss.
        """
        space = self._check_space(overrides)
        report_command = make_report_command(space.config)
        check_writable(space.config.tracking.uri, self.folder)

        with show_status("starting Optuna"):
            import optuna

            from hydra_plugins.fcnn_sweeper._optuna import make_distribution

        try:
            distributions = {
                key: make_distribution(override) for key, override in space.searched.items()
            }
        except ValueError as error:
            raise ConfigError(f"hydra/sweeper=optuna: {error}") from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        search = optuna.create_study(sampler=self.sampler)
        self._search(search, space, distributions)
        best = " ".join(f"{key}={value}" for key, value in search.best_params.items())
        log.info(
            f"best of {self.n_trials} trials: {best}, median last validation loss "
            f"{search.best_value:.3g}; {report_command} draws them, ranked by settled losses"
        )
        log_closing_lines(space.config)

    def _search(
        self, search: "optuna.Study", space: SearchSpace, distributions: Mapping[str, Any]
    ) -> None:
        """Train batch after batch of trials under one parent run, whose plan is written last."""
        with show_status("starting MLflow"), importing():
            from fcnn.tracking.plan import SweepSeeds
            from fcnn.tracking.writer import Sweep
            from fcnn.training.models import make_missing_models
            from fcnn.training.resume import open_store, tidy_store
            from fcnn.training.sweep import log_diverged

        tracking = space.config.tracking
        store = open_store(tracking)
        assert store is not None
        tidy_store(store, tracking)
        axes: dict[str, list[str]] = {key: [] for key in distributions}
        n_runs = self.n_trials * len(space.seeds)
        planned: dict[str, Config] = {}
        outcomes: list[SweepOutcome] = []
        seeds = SweepSeeds(space.data_seed, frozenset(space.seeds))
        opening = store.open_sweep(space.config, axes, [], n_runs, space.tables, seeds)
        with opening as parent_run_id:
            sweep = OpenSweep(
                store, Sweep(n_runs, list(axes), space.tables, parent_run_id), tracking
            )
            try:
                for first_trial in range(0, self.n_trials, self.n_jobs):
                    n_trials = min(self.n_jobs, self.n_trials - first_trial)
                    trials = [search.ask(distributions) for _ in range(n_trials)]
                    first_number = first_trial * len(space.seeds)
                    outcomes.append(
                        self._run_trials(search, trials, space, sweep, planned, first_number)
                    )
            finally:
                # Only now is it known what was searched, runs of other studies included. Where
                # the store is away, the networks wait in the outbox.
                with suppress(StoreError):
                    study, tables = space.config.study, space.tables
                    store.write_plan(parent_run_id, study, axes, list(planned), tables, seeds)
            make_missing_models(store, tracking, planned, known={})
            log_diverged(sum(outcome.n_diverged for outcome in outcomes), n_runs)
            if math.isinf(search.best_value):
                results = outcomes[-1].results.values()
                errors = [redact(str(result.error)) for result in results if result.error]
                reason = next(iter(errors), "half of the runs of each, or more, diverged")
                raise ConfigError(
                    f"none of {self.n_trials} trials has a finite median loss: {reason}"
                )

    def _run_trials(
        self,
        search: "optuna.Study",
        trials: "Sequence[optuna.Trial]",
        space: SearchSpace,
        sweep: OpenSweep,
        planned: dict[str, Config],
        first_number: int,
    ) -> "SweepOutcome":
        """Train trials with all seeds, and tell the search their median losses."""
        from fcnn.training.resume import make_resume_plan
        from fcnn.training.sweep import SweepOutcome, train_pending

        proposals = [
            [*space.fixed, *(f"{key}={value}" for key, value in trial.params.items())]
            for trial in trials
        ]
        jobs = self._composer.make_jobs(
            [[*proposal, *seed] for proposal in proposals for seed in space.seeds.values()]
        )
        # A store that is away has nothing for us now; what is trained meanwhile waits for it.
        is_available = sweep.store.is_available(probe_now=True)
        plan = make_resume_plan(jobs, sweep.store if is_available else None)
        planned |= zip(plan.fingerprints, (job.config for job in jobs), strict=True)
        results = train_pending(jobs, plan, sweep, self._train, first_number=first_number)
        outcome = SweepOutcome(plan.representative, plan.finished, results)
        for index, trial in enumerate(trials):
            places = range(index * len(space.seeds), (index + 1) * len(space.seeds))
            losses = [outcome.val_loss(place) for place in places]
            finite = [math.inf if loss is None or math.isnan(loss) else loss for loss in losses]
            search.tell(trial, statistics.median(finite))
        return outcome

    def _check_space(self, overrides: list[Override]) -> SearchSpace:
        """Check what is searched and what is fixed.

        Raises:
            ConfigError: There is nothing to search, or one of the values cannot be trained.
        """
        self._check_options()
        overrides_by_key = {override.key_or_group: override for override in overrides}
        seeds: list[list[str]] = [[f"{SEED_KEY}=0"]]
        if SEED_KEY in overrides_by_key:
            (seeds,) = self.split_arguments([overrides_by_key.pop(SEED_KEY)], None)
        values = {
            key: list(override.sweep_string_iterator())
            for key, override in overrides_by_key.items()
            if override.is_discrete_sweep()
        }
        if not seeds or not all(values.values()):
            raise ConfigError(EMPTY_GRID)
        searched = {
            key: override
            for key, override in overrides_by_key.items()
            if override.is_sweep_override()
        }
        if not searched:
            raise ConfigError(
                "hydra/sweeper=optuna: there is nothing to search; an axis has several values or "
                "an interval"
            )
        fixed = [
            str(override.input_line)
            for override in overrides_by_key.values()
            if not override.is_sweep_override()
        ]
        return self._make_space(searched, fixed, seeds, values)

    def _make_space(
        self,
        searched: dict[str, Override],
        fixed: list[str],
        seeds: Sequence[list[str]],
        values: Mapping[str, list[str]],
    ) -> SearchSpace:
        """Make the space, after checking each of its values and each seed.

        Raises:
            ConfigError: One of them cannot be trained, or losses on them cannot be compared.
        """
        combinations = [
            [*fixed, *(f"{key}={text}" for key, text in combination)]
            for combination in sample_combinations(values)
        ]
        # Each seed may split a table differently, so that one of them may fail.
        first, *others = combinations
        lines = [first + seed for seed in seeds] + [other + seeds[0] for other in others]
        jobs = self._with_claims(self._composer.make_jobs(lines))
        configs = [job.config for job in jobs]
        check_data(searched, configs)
        if configs[0].dry_run:
            raise ConfigError(
                "hydra/sweeper=optuna: what a search will train nobody knows before: dry_run does "
                "not go with it"
            )
        tables = table_names(map(config_params, configs))
        numbers = [config.training.seed for config in configs[: len(seeds)]]
        seeds_by_number = dict(zip(numbers, seeds, strict=True))
        data_seed = jobs[0].data_seed
        return SearchSpace(searched, fixed, seeds_by_number, configs[0], tables, data_seed)

    def _check_options(self) -> None:
        for option in ("n_trials", "n_jobs"):
            value = getattr(self, option)
            if value < 1:
                raise ConfigError(f"hydra.sweeper.{option}={value}: should be at least 1")
        if isinstance(self.sampler, partial):
            raise ConfigError(
                "hydra/sweeper/sampler=grid: a study trains its grid by itself, without "
                "hydra/sweeper=optuna"
            )
