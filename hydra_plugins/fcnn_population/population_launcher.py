"""The population launcher: trains the jobs of our sweepers as a few populations."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from hydra.core.config_loader import ConfigLoader
from hydra.core.config_store import ConfigStore
from hydra.core.utils import configure_log, run_job, setup_globals
from hydra.experimental.callback import Callback
from hydra.types import HydraContext
from omegaconf import DictConfig

from fcnn.composition.sweep_jobs import LoadCfg
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.loader import CachingConfigLoader
from fcnn.errors import ConfigError
from fcnn.imports import importing
from fcnn.signals import defer_signals
from fcnn.training.checks import check_installed, check_launcher_sizes
from fcnn.training.jobs import Job, OpenSweep, RunResult, log_result
from hydra_plugins._hydra import BasicLauncher, returned_value
from hydra_plugins.fcnn_population.job_config import complete_cfg


@dataclass
class PopulationLauncherConf:
    """Options of `hydra/launcher=population`."""

    _target_: str = "hydra_plugins.fcnn_population.population_launcher.PopulationLauncher"
    # Networks of a population at most: bounds the memory that they take.
    max_population: int = 32
    # Populations that train at once, each in a thread of its own; by default one for each core.
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    # `threads` of this process, or `ray`: each population is a task of a Ray cluster.
    backend: str = "threads"
    # Of the Ray cluster; by default one of this machine.
    address: str | None = None
    # A sweep of more jobs has one folder `.hydra` and one log, instead of one for each job.
    max_job_folders: int = 20


ConfigStore.instance().store(
    group="hydra/launcher", name="population", node=PopulationLauncherConf, provider="fcnn"
)


class PopulationLauncher(BasicLauncher):
    """Trains the jobs of our sweepers together; those of any other one after the other.

    Our sweepers call `train` with jobs that they have checked. Foreign sweepers know only
    `launch`, which is Hydra's own and calls the task function of the script.
    """

    def __init__(
        self,
        max_population: int,
        workers: int,
        backend: str,
        address: str | None,
        max_job_folders: int,
    ) -> None:
        super().__init__()
        self.max_population = max_population
        self.workers = workers
        self.backend = backend
        self.address = address
        self.max_job_folders = max_job_folders

    def setup(self, *, hydra_context: HydraContext, **settings: Any) -> None:
        """Take what Hydra gives to a launcher; strings are composed by a faster loader.

        Raises:
            SystemExit: An option is out of range.
        """
        loader = cast(ConfigLoader, CachingConfigLoader(hydra_context.config_loader))
        super().setup(hydra_context=HydraContext(loader, hydra_context.callbacks), **settings)
        with exit_on_user_error():
            self._check_options()

    def train(self, jobs: Sequence[Job], sweep: OpenSweep, load_cfg: LoadCfg) -> list[RunResult]:
        """Train the jobs of a sweep, and log their results.

        A few jobs have a Hydra job each, which makes a folder with `.hydra/*.yaml` and the log, and
        calls users' callbacks. That takes 25 ms, so that many jobs share one, unless a callback
        wants to hear of each.

        Args:
            jobs: Jobs that the sweeper has composed and checked.
            sweep: The sweep, with its open store.
            load_cfg: Composes the config of a job once more.

        Returns:
            The results, in no promised order; a job that fails leaves the others whole.
        """
        setup_globals()
        with closing(self._train(jobs, sweep)) as trained:
            if len(jobs) > self.max_job_folders and not self._has_job_callbacks():
                return self._log_in_one_job(trained)
            return [self._log_in_own_job(result, load_cfg) for result in trained]

    def _train(self, jobs: Sequence[Job], sweep: OpenSweep) -> Generator[RunResult, None, None]:
        if self.backend == "ray":
            from fcnn.training.ray_cluster import train_on_ray

            return train_on_ray(
                jobs, sweep, address=self.address, max_population=self.max_population
            )
        from fcnn.training.local import train_in_threads

        return train_in_threads(
            jobs,
            sweep,
            workers=self.workers,
            max_population=self.max_population,
            meanwhile=_import_summary,
        )

    def _has_job_callbacks(self) -> bool:
        """Whether a callback that the user has configured is called for each job."""
        assert self.hydra_context is not None
        return any(
            getattr(type(callback), method) is not getattr(Callback, method)
            for callback in self.hydra_context.callbacks.callbacks
            for method in ("on_job_start", "on_job_end")
        )

    def _log_in_one_job(self, trained: Iterator[RunResult]) -> list[RunResult]:
        """Train all jobs as one job of Hydra's, in the folder of the sweep."""
        results = []

        def log_results(_: DictConfig) -> None:
            for result in trained:
                log_result(result)
                results.append(result)

        assert self.config is not None
        error = self._run_hydra_job(log_results, deepcopy(self.config), subdir_key=None)
        if isinstance(error, Exception):
            raise error
        return results

    def _log_in_own_job(self, result: RunResult, load_cfg: LoadCfg) -> RunResult:
        """Run a Hydra job that has nothing to do but to log its result."""

        def report(_: DictConfig) -> float:
            log_result(result)
            if result.error:
                raise result.error
            return result.val_loss

        with defer_signals():
            cfg = complete_cfg(load_cfg(result.job.overrides), result.job)
            self._run_hydra_job(report, cfg, subdir_key="hydra.sweep.subdir")
        return result

    def _run_hydra_job(
        self, task: Callable[[DictConfig], Any], cfg: DictConfig, *, subdir_key: str | None
    ) -> Any:
        """Run a job of Hydra's; return what the task returned, or the exception that it raised."""
        assert self.hydra_context is not None
        assert self.config is not None
        job_return = run_job(
            hydra_context=self.hydra_context,
            task_function=task,
            config=cfg,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key=subdir_key,
        )
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)
        return returned_value(job_return)

    def _check_options(self) -> None:
        check_launcher_sizes(self.max_population, self.workers)
        if self.max_job_folders < 0:
            raise ConfigError(
                f"hydra.launcher.max_job_folders={self.max_job_folders}: should be at least 0"
            )
        if self.backend not in ("threads", "ray"):
            raise ConfigError(f"hydra.launcher.backend={self.backend}: should be threads or ray")
        check_installed(f"hydra.launcher.backend={self.backend}")


def _import_summary() -> None:
    """Import what the end of a sweep takes, which it then need not wait for."""
    with suppress(Exception), importing():  # what fails is said when it is needed
        import fcnn.report.closing  # noqa: F401
