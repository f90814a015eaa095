"""One search: Optuna proposes the trials, each trial is trained with all seeds, and the median of their losses is what it minimises."""

import logging
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from fcnn import study
from fcnn.composing import Composer
from fcnn.config import ConfigError
from fcnn.preflight import check_folder, check_store, checked
from fcnn.tracking.store import AwayError, StoreError
from hydra_plugins.fcnn_sweeper._core import check_axes, launch, parent_run

log = logging.getLogger("fcnn")


class NotFiniteError(Exception):
    """So many seeds of a trial failed that their median is no number."""


def sweep(options: Mapping[str, Any], settings: Mapping[str, Any], arguments: Sequence[str]) -> None:
    """Searches with Optuna's own sweeper, whose launcher trains seeds where it asks for a trial.

    Raises:
        SystemExit: Optuna is not installed, or a config or the store cannot be used.
    """
    try:
        from hydra_plugins.hydra_optuna_sweeper._impl import OptunaSweeperImpl
    except ImportError:
        raise SystemExit("hydra/sweeper=optuna: Optuna is not installed; pip install -e '.[search]' installs it") from None
    context, config = settings["hydra_context"], settings["config"]
    params = [f"{key}={values}" for key, values in (options["params"] or {}).items()]
    parsed = OverridesParser.create(config_loader=context.config_loader).parse_overrides([*params, *arguments])
    check_axes(parsed)
    space = {one.key_or_group: one for one in parsed}  # what comes later has the last word
    seeds = space.pop(study.SEED, None)
    values = [str(value) for value in seeds.sweep_iterator()] if seeds and seeds.is_sweep_override() else [seeds.value()] if seeds else [0]
    trials = [one.input_line for one in space.values() if one.input_line]
    fixed = [one.input_line for one in space.values() if one.input_line and not one.is_sweep_override()]
    first = checked(Composer(context.config_loader, config).compose(fixed))
    if first.dry_run or first.rerun is not None:
        raise SystemExit("hydra/sweeper=optuna: what a search will train nobody knows before: neither dry_run nor rerun goes with it")
    check_store(first.tracking.uri)
    check_folder(Path(config.hydra.sweep.dir))
    from fcnn import resume
    from fcnn.tracking.writer import Store

    axes: dict[str, list[str]] = {key: [] for key, one in space.items() if one.is_sweep_override()}
    impl = OptunaSweeperImpl(**{**options, "params": None})
    impl.setup(**settings)
    assert impl.launcher is not None
    try:
        resume.tidy(first.tracking)
        with parent_run(first, axes, [], impl.n_trials * len(values)) as parent:
            Path(config.hydra.sweep.dir).mkdir(parents=True, exist_ok=True)
            trainer = _MedianOverSeeds(impl.launcher, Composer(context.config_loader, config), values, parent)
            impl.launcher = trainer
            logging.getLogger("optuna").setLevel(logging.WARNING)
            try:
                impl.sweep(trials)
            finally:  # now it is known what the search was of: also of runs that other studies had
                Store(first.tracking.uri).plan(parent, first.study, axes, trainer.fingerprints)
    except (StoreError, ConfigError, NotFiniteError) as error:
        raise SystemExit(str(error)) from None
    except ValueError as error:  # Optuna has no best trial
        raise SystemExit(f"none of {impl.n_trials} trials has a finite median loss: {error}") from None
    best = OmegaConf.load(Path(config.hydra.sweep.dir) / "optimization_results.yaml")
    log.info(
        "best of %d trials: %s, median validation loss %.3g",
        impl.n_trials,
        " ".join(f"{k}={v}" for k, v in best.best_params.items()),
        best.best_value,
    )


class _MedianOverSeeds(Launcher):
    """Launches each job once for every seed and gives the median of what they return."""

    def __init__(self, launcher: Launcher, composer: Composer, seeds: Sequence[object], parent: str) -> None:
        self.launcher, self.composer, self.seeds, self.parent = launcher, composer, seeds, parent
        self.fingerprints: list[str] = []

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Nothing: the launcher in here is set up."""

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> list[JobReturn]:
        """The median of each job, FAILED where it is no number."""
        from fcnn import resume
        from fcnn.jobs import fingerprint

        jobs = [[*job, f"{study.SEED}={seed}"] for job in job_overrides for seed in self.seeds]
        configs = [checked(self.composer.compose(job)) for job in jobs]
        self.fingerprints += [fingerprint(config) for config in configs]
        number = initial_job_idx * len(self.seeds)
        try:
            there = resume.finished(configs)
        except AwayError:
            there = {}  # the search goes on
        returns = launch(self.launcher, jobs, configs, there, self.parent, number)
        return [_median(job, returns[index * len(self.seeds) : (index + 1) * len(self.seeds)]) for index, job in enumerate(job_overrides)]


def _median(overrides: Sequence[str], returns: Sequence[JobReturn]) -> JobReturn:
    median = statistics.median(one._return_value if one.status == JobStatus.COMPLETED else math.inf for one in returns)
    if math.isfinite(median):
        return JobReturn(overrides=overrides, status=JobStatus.COMPLETED, _return_value=median)
    failures = next(str(one._return_value) for one in returns if one.status != JobStatus.COMPLETED)
    return JobReturn(overrides=overrides, status=JobStatus.FAILED, _return_value=NotFiniteError(failures))
