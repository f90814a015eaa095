"""The population launcher: Hydra's own serial launcher, to which jobs come that were trained together."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, cast

from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.config_loader import ConfigLoader
from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from hydra.types import HydraContext

from fcnn.config.command_line import exit_on_user_error
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.parsing import dump_yaml, parse
from fcnn.errors import ConfigError
from fcnn.signals import defer_signals
from fcnn.training.checks import check_installed


@dataclass
class PopulationLauncherConf:
    """Options of `hydra/launcher=population`."""

    _target_: str = "hydra_plugins.fcnn_population.population_launcher.PopulationLauncher"
    # Networks of a population at most: bounds the memory that they take.
    max_population: int = 32
    # Populations that are trained at once, each in a thread of its own; by default one for each core.
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    # `threads` of this process, or `ray`: each population is a task of a Ray cluster, of this machine or at `address`.
    backend: str = "threads"
    address: str | None = None


ConfigStore.instance().store(
    group="hydra/launcher", name="population", node=PopulationLauncherConf, provider="fcnn"
)


class PopulationLauncher(BasicLauncher):
    """Hydra's own serial launcher, which trains the jobs of our sweepers as a few populations."""

    def __init__(
        self, max_population: int, workers: int, backend: str, address: str | None
    ) -> None:
        super().__init__()
        self.max_population, self.workers, self.backend, self.address = (
            max_population,
            workers,
            backend,
            address,
        )

    def setup(self, *, hydra_context: HydraContext, **settings: Any) -> None:
        """Takes what Hydra gives to a launcher; its jobs are composed faster than one by one.

        Raises:
            SystemExit: an option is out of range.
        """
        composer = cast(ConfigLoader, CachingConfigLoader(hydra_context.config_loader))
        super().setup(hydra_context=HydraContext(composer, hydra_context.callbacks), **settings)
        with exit_on_user_error():
            for name in ("max_population", "workers"):
                if getattr(self, name) < 1:
                    raise ConfigError(
                        f"hydra.launcher.{name}={getattr(self, name)}: should be at least 1"
                    )
            if self.backend not in ("threads", "ray"):
                raise ConfigError(
                    f"hydra.launcher.backend={self.backend}: should be threads or ray"
                )
            check_installed(f"hydra.launcher.backend={self.backend}")

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Gives the returns of all jobs in the order of their overrides; a job that fails leaves the others whole."""
        # Only our sweepers say this. Their jobs do nothing but train their config, which was checked: they may train together.
        if not any(
            one.startswith("tracking.parent_run_id=") for job in job_overrides for one in job
        ):
            return super().launch(job_overrides, initial_job_idx)
        from fcnn.training import local
        from fcnn.training import ray_cluster as cluster  # MLflow takes seconds
        from fcnn.training.jobs import Job

        assert self.hydra_context is not None
        assert self.config is not None
        jobs = []
        for number, overrides in enumerate(job_overrides, initial_job_idx):
            cfg = self.hydra_context.config_loader.load_sweep_config(self.config, list(overrides))
            jobs.append(Job(parse(cfg), dump_yaml(cfg), number))
        if self.backend == "ray":
            trained = cluster.run(jobs, address=self.address, max_population=self.max_population)
        else:
            trained = local.run(jobs, workers=self.workers, max_population=self.max_population)
        returns: dict[int, JobReturn] = {}
        with closing(trained):
            for job, complete in trained:
                self.task_function = lambda cfg, complete=complete: complete()
                with defer_signals():
                    (returns[job.number],) = super().launch(
                        [job_overrides[job.number - initial_job_idx]], job.number
                    )
        return [returns[job.number] for job in jobs]
