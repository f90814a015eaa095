"""The population launcher: trains the jobs of our sweepers as a few populations."""

import os
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from hydra.core.config_loader import ConfigLoader
from hydra.core.config_store import ConfigStore
from hydra.core.utils import configure_log, run_job, setup_globals
from hydra.types import HydraContext
from omegaconf import DictConfig

from fcnn.config.command_line import exit_on_user_error
from fcnn.config.loader import CachingConfigLoader
from fcnn.errors import ConfigError
from fcnn.signals import defer_signals
from fcnn.training.checks import check_installed
from fcnn.training.jobs import Job, OpenSweep, RunResult, log_result
from hydra_plugins._hydra import BasicLauncher

if TYPE_CHECKING:
    from hydra_plugins.fcnn_population.composed_job import ComposedJob


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


ConfigStore.instance().store(
    group="hydra/launcher", name="population", node=PopulationLauncherConf, provider="fcnn"
)


class PopulationLauncher(BasicLauncher):
    """Trains the jobs of our sweepers together; those of any other one after the other.

    Our sweepers call `train` with jobs that they have checked. Foreign sweepers know only
    `launch`, which is Hydra's own and calls the task function of the script.
    """

    def __init__(
        self, max_population: int, workers: int, backend: str, address: str | None
    ) -> None:
        super().__init__()
        self.max_population = max_population
        self.workers = workers
        self.backend = backend
        self.address = address

    def setup(self, *, hydra_context: HydraContext, **settings: Any) -> None:
        """Take what Hydra gives to a launcher; strings are composed by a faster loader.

        Raises:
            SystemExit: An option is out of range.
        """
        loader = cast(ConfigLoader, CachingConfigLoader(hydra_context.config_loader))
        super().setup(hydra_context=HydraContext(loader, hydra_context.callbacks), **settings)
        with exit_on_user_error():
            self._check_options()

    def train(self, jobs: "Sequence[ComposedJob]", sweep: OpenSweep) -> list[RunResult]:
        """Train the jobs of a sweep, and run a Hydra job for each result.

        Hydra's job makes the folder with `.hydra/*.yaml` and the log, and calls users' callbacks.

        Args:
            jobs: Jobs that the sweeper has composed and checked.
            sweep: The sweep, with its open store.

        Returns:
            The results, in no promised order; a job that fails leaves the others whole.
        """
        assert self.config is not None
        setup_globals()
        composed = {job.number: job for job in jobs}
        results = []
        with closing(self._train([job.without_cfg() for job in jobs], sweep)) as trained:
            for result in trained:
                with defer_signals():
                    self._run_hydra_job(composed[result.job.number].load_cfg(self.config), result)
                results.append(result)
        return results

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

    def _run_hydra_job(self, cfg: DictConfig, result: RunResult) -> None:
        """Run a Hydra job that has nothing to do but to report its result."""
        assert self.hydra_context is not None
        assert self.config is not None

        def report(_: DictConfig) -> float:
            log_result(result)
            if result.error:
                raise result.error
            return result.val_loss

        run_job(
            hydra_context=self.hydra_context,
            task_function=report,
            config=cfg,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)

    def _check_options(self) -> None:
        for option in ("max_population", "workers"):
            value = getattr(self, option)
            if value < 1:
                raise ConfigError(f"hydra.launcher.{option}={value}: should be at least 1")
        if self.backend not in ("threads", "ray"):
            raise ConfigError(f"hydra.launcher.backend={self.backend}: should be threads or ray")
        check_installed(f"hydra.launcher.backend={self.backend}")


def _import_summary() -> None:
    """Import what the end of a sweep takes, which it then need not wait for."""
    with suppress(Exception):  # it is said when it is needed
        import fcnn.report.closing  # noqa: F401
