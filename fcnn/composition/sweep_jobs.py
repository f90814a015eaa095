"""The jobs of a sweep, composed and checked; those that differ in plain values share the work."""

from collections.abc import Callable, Sequence

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig

from fcnn.config.loader import CachingConfigLoader
from fcnn.config.parsing import parse, validate_sections
from fcnn.config.sections import Sections
from fcnn.config.tables import TableDataset
from fcnn.config.template import Template
from fcnn.training.checks import check_config
from fcnn.training.jobs import Job, check_data_seeds, make_job

LoadCfg = Callable[[Sequence[str]], DictConfig]
"""Composes the config of a job, Hydra's own node included, from its overrides."""


class JobComposer:
    """Composes the jobs of one sweep, as Hydra does, and checks them.

    Args:
        loader: Hydra's.
        master: The config of the sweep.

    Example:
        >>> (job,) = JobComposer(loader, master).make_jobs([["training.seed=0"]])
        >>> job.config.training.seed
        0
    """

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        self._loader = CachingConfigLoader(loader)
        self._master = master
        self._templates: dict[tuple[str, ...], Template | None] = {}

    def load_cfg(self, overrides: Sequence[str]) -> DictConfig:
        """Return the config of a job, Hydra's own node included."""
        return self._loader.load_sweep_config(self._master, list(overrides))

    def make_jobs(self, command_lines: Sequence[Sequence[str]]) -> list[Job]:
        """Make the jobs of a grid.

        Args:
            command_lines: The overrides of each job.

        Raises:
            ConfigError: One of them cannot be trained.
            HydraException: Hydra cannot compose one of them.
        """
        jobs = [self._make_job(overrides) for overrides in command_lines]
        check_data_seeds(jobs)
        return jobs

    def _make_job(self, overrides: Sequence[str]) -> Job:
        """Make a job from its template, or from what Hydra composes, whose faults are named."""
        sections = self._fill(overrides)
        config = validate_sections(sections.resolved) if sections else None
        if sections is None or config is None:
            cfg = self.load_cfg(overrides)
            config, sections = parse(cfg), Sections.of(cfg)
        config = check_config(config)
        if isinstance(config.dataset, TableDataset):
            # All runs of a sweep are of the same contents, which their YAML names.
            sections.resolved["dataset"]["digest"] = config.dataset.digest
        return make_job(sections, config, overrides=overrides)

    def _fill(self, overrides: Sequence[str]) -> Sections | None:
        """Fill in the template of a job; None if it has none."""
        values = self._loader.find_values(overrides)
        if values is None:
            return None
        shared = self._loader.find_shared(overrides)
        if shared not in self._templates:
            self._templates[shared] = Template.make(self.load_cfg(overrides))
        template = self._templates[shared]
        return template.fill(values) if template else None
