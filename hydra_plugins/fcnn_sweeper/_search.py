"""One search: Optuna proposes the trials, each trial is trained with all seeds, and the median of their losses is what it minimises."""

import logging
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from fcnn import extras, study
from fcnn.composing import Composer
from fcnn.config import Config, ConfigError
from fcnn.preflight import check_places, checked
from fcnn.refusals import refusing
from hydra_plugins.fcnn_sweeper._core import check_axes, launch

log = logging.getLogger("fcnn")


class NotFiniteError(Exception):
    """So many seeds of a trial failed that their median is no number."""


def sweep(options: Mapping[str, Any], settings: Mapping[str, Any], arguments: Sequence[str]) -> None:
    """Searches with Optuna's own sweeper, whose launcher trains seeds where it asks for a trial.

    Raises:
        SystemExit: Optuna is not installed, or a config or the store cannot be used.
    """
    context, config = settings["hydra_context"], settings["config"]
    with refusing():
        extras.check("hydra/sweeper=optuna")
        params = [f"{key}={values}" for key, values in (options["params"] or {}).items()]
        overrides = OverridesParser.create(config_loader=context.config_loader).parse_overrides([*params, *arguments])
        check_axes(overrides)
        space = {one.key_or_group: one for one in overrides}  # what comes later has the last word
        seeds = _values(space.pop(study.SEED, None))
        fixed = [str(one.input_line) for one in space.values() if not one.is_sweep_override()]
        first = checked(Composer(context.config_loader, config).compose(fixed))
        if first.dry_run or first.rerun is not None:
            raise ConfigError("hydra/sweeper=optuna: what a search will train nobody knows before: neither dry_run nor rerun goes with it")
        check_places(first.tracking.uri, Path(config.hydra.sweep.dir))
        best = _best({**options, "params": None}, settings, first, space, seeds)
    found = " ".join(f"{key}={value}" for key, value in best.best_params.items())
    log.info("best of %d trials: %s, median validation loss %.3g", options["n_trials"], found, best.best_value)


def _values(seeds: Override | None) -> list[object]:
    if seeds is None:
        return [0]
    return list(map(str, seeds.sweep_iterator())) if seeds.is_sweep_override() else [seeds.value()]


def _best(
    options: dict[str, Any], settings: Mapping[str, Any], first: Config, space: Mapping[str, Override], seeds: Sequence[object]
) -> Any:
    """Opens the parent run and lets Optuna do the rest; gives its best trial.

    Raises:
        ConfigError: a config cannot be trained, or none of the trials has a finite median.
    """
    from hydra_plugins.hydra_optuna_sweeper._impl import OptunaSweeperImpl

    from fcnn import resume
    from fcnn.tracking.writer import Store

    folder = Path(settings["config"].hydra.sweep.dir)
    impl = OptunaSweeperImpl(**options)
    impl.setup(**settings)
    assert impl.launcher is not None
    logging.getLogger("optuna").setLevel(logging.WARNING)
    axes: dict[str, list[str]] = {key: [] for key, one in space.items() if one.is_sweep_override()}
    resume.tidy(first.tracking)
    store = Store(first.tracking.uri)
    with store.sweep(first, axes, [], impl.n_trials * len(seeds)) as parent:
        folder.mkdir(parents=True, exist_ok=True)
        trainer = impl.launcher = _Trainer(
            impl.launcher, Composer(settings["hydra_context"].config_loader, settings["config"]), seeds, parent
        )
        try:
            impl.sweep([str(one.input_line) for one in space.values()])
        except ConfigError:
            raise
        except NotFiniteError as error:  # more often than `max_failure_rate` allows
            raise ConfigError(str(error)) from None
        except ValueError as error:  # Optuna has no best trial
            raise ConfigError(f"none of {impl.n_trials} trials has a finite median loss: {error}") from None
        finally:  # now it is known what the search was of: also of runs that other studies had
            store.write_plan(parent, first.study, axes, trainer.fingerprints)
    return OmegaConf.load(folder / "optimization_results.yaml")


class _Trainer(Launcher):
    """Launches each job once for every seed and gives the median of what they return."""

    def __init__(self, launcher: Launcher, composer: Composer, seeds: Sequence[object], parent: str) -> None:
        self.launcher, self.composer, self.seeds, self.parent = launcher, composer, seeds, parent
        self.fingerprints: list[str] = []

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Nothing: the launcher in here is set up."""

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> list[JobReturn]:
        """The median of each job, FAILED where it is no number."""
        from fcnn.resume import Inventory

        jobs = [[*job, f"{study.SEED}={seed}"] for job in job_overrides for seed in self.seeds]
        inventory = Inventory([checked(self.composer.compose(job)) for job in jobs])
        self.fingerprints += inventory.fingerprints
        n_seeds = len(self.seeds)
        returns = launch(self.launcher, jobs, inventory, self.parent, initial_job_idx * n_seeds)
        return [_median(job, returns[index * n_seeds : (index + 1) * n_seeds]) for index, job in enumerate(job_overrides)]


def _median(overrides: Sequence[str], returns: Sequence[JobReturn]) -> JobReturn:
    median = statistics.median(one._return_value if one.status == JobStatus.COMPLETED else math.inf for one in returns)
    if math.isfinite(median):
        return JobReturn(overrides=overrides, status=JobStatus.COMPLETED, _return_value=median)
    failures = next(str(one._return_value) for one in returns if one.status != JobStatus.COMPLETED)
    return JobReturn(overrides=overrides, status=JobStatus.FAILED, _return_value=NotFiniteError(failures))
