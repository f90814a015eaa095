"""Hydra's view of the population launcher: its name, its options, its class."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn

from fcnn.config import ConfigError, extras
from fcnn.config.refusals import refusing


@dataclass
class PopulationLauncherConf:
    """Options of `hydra/launcher=population`."""

    _target_: str = "hydra_plugins.fcnn_population.PopulationLauncher"
    # Networks of a population at most: bounds the memory that they take.
    max_population: int = 32
    # Populations that are trained at once, each in a thread of its own; by default one for each core.
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    # `threads` of this process, or `ray`: each population is a task of a Ray cluster, of this machine or at `address`.
    backend: str = "threads"
    address: str | None = None


ConfigStore.instance().store(group="hydra/launcher", name="population", node=PopulationLauncherConf, provider="fcnn")


class PopulationLauncher(BasicLauncher):
    """Hydra's own serial launcher, which trains the jobs of our sweepers as a few populations."""

    def __init__(self, max_population: int, workers: int, backend: str, address: str | None) -> None:
        super().__init__()
        self.max_population, self.workers, self.backend, self.address = max_population, workers, backend, address

    def setup(self, **settings: Any) -> None:
        """Takes what Hydra gives to a launcher.

        Raises:
            SystemExit: an option is out of range.
        """
        super().setup(**settings)
        with refusing():
            for name in ("max_population", "workers"):
                if getattr(self, name) < 1:
                    raise ConfigError(f"hydra.launcher.{name}={getattr(self, name)}: should be at least 1")
            if self.backend not in ("threads", "ray"):
                raise ConfigError(f"hydra.launcher.backend={self.backend}: should be threads or ray")
            extras.check(f"hydra.launcher.backend={self.backend}")

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Runs the jobs; see `_core.launch`."""
        # Only our sweepers say this. Their jobs do nothing but train their config, which was checked: they may train together.
        if not any(one.startswith("tracking.parent_run_id=") for job in job_overrides for one in job):
            return super().launch(job_overrides, initial_job_idx)
        from hydra_plugins.fcnn_population import _core

        return _core.launch(self, job_overrides, initial_job_idx)
