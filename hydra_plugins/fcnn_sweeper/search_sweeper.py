"""The search sweeper: Optuna proposes the trials, each is trained with all seeds, and the median of their losses is minimised."""

import math
import statistics
from contextlib import suppress
from functools import partial
from typing import Any

from hydra.core.override_parser.types import Override
from hydra.core.utils import JobStatus

from fcnn.config.schema import Config, ConfigError
from fcnn.params import (
    DIGEST_KEY,
    SEED_KEY,
    config_params,
    differing_keys,
    table_names,
    validation_params,
)
from fcnn.tracking.store import StoreRejectedError, StoreUnavailableError, redact
from fcnn.training.checks import parse_and_check
from hydra_plugins.fcnn_sweeper.study_sweeper import EMPTY, StudySweeper, log, report_command


class SearchSweeper(StudySweeper):
    """Searches a study's space instead of training its whole grid."""

    def __init__(
        self, sampler: Any, n_trials: int, n_jobs: int, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(params)
        self.sampler, self.n_trials, self.n_jobs = sampler, n_trials, n_jobs

    def _sweep(self, overrides: list[Override]) -> None:
        space, seeds, first, tables = self._space(overrides)
        fixed, report = _fixed(space), report_command(first)
        self._inventory([first])

        import optuna
        from hydra_plugins.hydra_optuna_sweeper._impl import (
            create_optuna_distribution_from_override,
        )

        from fcnn.tracking.writer import Writer

        try:
            axes = {
                key: create_optuna_distribution_from_override(one)
                for key, one in space.items()
                if one.is_sweep_override()
            }
        except ValueError as error:
            raise ConfigError(f"hydra/sweeper=optuna: {error}") from None
        plan: dict[str, list[str]] = {key: [] for key in axes}
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        search, store = optuna.create_study(sampler=self.sampler), Writer(first.tracking.uri)
        fingerprints: list[str] = []
        with store.sweep(first, plan, [], self.n_trials * len(seeds), tables) as parent:
            record = partial(store.write_plan, parent, first.study, plan, fingerprints, tables)
            try:
                for number in range(0, self.n_trials, self.n_jobs):
                    trials = [
                        search.ask(axes) for _ in range(min(self.n_jobs, self.n_trials - number))
                    ]
                    proposed = [
                        [*fixed, *(f"{key}={value}" for key, value in trial.params.items())]
                        for trial in trials
                    ]
                    jobs = [[*job, *seed] for job in proposed for seed in seeds]
                    inventory = self._inventory(
                        [parse_and_check(self.compose(job)) for job in jobs]
                    )
                    fingerprints += inventory.fingerprints
                    launched = self._launched(jobs, inventory, parent, number * len(seeds))
                    losses = {
                        place: one._return_value if one.status == JobStatus.COMPLETED else math.inf
                        for place, one in launched.items()
                    }
                    losses |= {place: finished.loss for place, finished in inventory.there.items()}
                    for index, trial in enumerate(trials):
                        mine = inventory.first[index * len(seeds) : (index + 1) * len(seeds)]
                        search.tell(trial, statistics.median(losses[place] for place in mine))
            except BaseException:
                with suppress(StoreUnavailableError, StoreRejectedError):
                    record()
                raise
            with suppress(
                StoreUnavailableError, StoreRejectedError
            ):  # the networks wait in the outbox
                record()  # now it is known what the search was of: also of runs that other studies had
            if math.isinf(search.best_value):
                reason = next(
                    one._return_value
                    for one in launched.values()
                    if one.status != JobStatus.COMPLETED
                )
                raise ConfigError(
                    f"none of {self.n_trials} trials has a finite median loss: {redact(str(reason))}"
                )
        found = " ".join(f"{key}={value}" for key, value in search.best_params.items())
        log.info(
            "best of %d trials: %s, median validation loss %.3g; %s draws them",
            self.n_trials,
            found,
            search.best_value,
            report,
        )

    def _space(
        self, overrides: list[Override]
    ) -> tuple[dict[str, Override], list[list[str]], Config, dict[str, str]]:
        """What is searched and what is fixed, by key, and what is known of it.

        That is the overrides of the seeds, the first of the configs that were checked, and what their csv files are called.

        Raises:
            ConfigError: there is nothing to search, or one of the values cannot be trained.
        """
        for option in ("n_trials", "n_jobs"):
            if getattr(self, option) < 1:
                raise ConfigError(
                    f"hydra.sweeper.{option}={getattr(self, option)}: should be at least 1"
                )
        if isinstance(self.sampler, partial):
            raise ConfigError(
                "hydra/sweeper/sampler=grid: a study trains its grid by itself, without hydra/sweeper=optuna"
            )
        space = {one.key_or_group: one for one in overrides}  # what comes later has the last word
        seeds: list[list[str]] = [[f"{SEED_KEY}=0"]]
        if SEED_KEY in space:
            (seeds,) = self.split_arguments([space.pop(SEED_KEY)], None)
        values = {
            key: list(one.sweep_string_iterator())
            for key, one in space.items()
            if one.is_discrete_sweep()
        }
        if not seeds or not all(values.values()):
            raise ConfigError(EMPTY)
        if not any(map(Override.is_sweep_override, space.values())):
            raise ConfigError(
                "hydra/sweeper=optuna: there is nothing to search; an axis has several values or an interval"
            )
        # Each value once, with the first ones of the other axes: which of all the combinations will be tried nobody knows before.
        firsts = {key: those[0] for key, those in values.items()}
        chosen = [
            firsts,
            *(firsts | {key: value} for key, those in values.items() for value in those[1:]),
        ]
        configs = [
            parse_and_check(
                self.compose([*_fixed(space), *(f"{key}={value}" for key, value in one.items())])
            )
            for one in chosen
        ]
        first = configs[0]
        _check_data(space, configs)
        if first.dry_run or first.rerun is not None:
            raise ConfigError(
                "hydra/sweeper=optuna: what a search will train nobody knows before: neither dry_run nor rerun goes with it"
            )
        return space, seeds, first, table_names(map(config_params, configs))


def _check_data(space: dict[str, Override], trained: list[Config]) -> None:
    """Sees that all trials have the same data: else the search looks for the easiest.

    Raises:
        ConfigError: losses on what is searched cannot be compared.
    """
    measured = [validation_params(config_params(config)) for config in trained]
    ranges = [
        key for key, one in space.items() if one.is_sweep_override() and not one.is_discrete_sweep()
    ]
    keys = [*differing_keys(measured), *(key for key in ranges if key in measured[0])]
    if keys:
        key = "dataset.path" if keys[0] == DIGEST_KEY else keys[0]
        raise ConfigError(
            f"hydra/sweeper=optuna: {key} has several values, but losses on different data cannot "
            "be compared; "
            "a search takes one, a study's grid several"
        )


def _fixed(space: dict[str, Override]) -> list[str]:
    return [str(one.input_line) for one in space.values() if not one.is_sweep_override()]
