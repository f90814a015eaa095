"""What a study trains, composed and checked as a whole: every job of its grid, or a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig

from fcnn.composition.grid import Grid, make_grid, parse_sweep
from fcnn.composition.search_space import make_search_space
from fcnn.composition.study_file import list_file_grid
from fcnn.composition.sweep_jobs import JobComposer
from fcnn.config.claims import Claim
from fcnn.config.parsing import read_claims
from fcnn.config.schema import Config
from fcnn.imports import importing
from fcnn.status import show_status
from fcnn.training.job_claims import check_job_claims
from fcnn.training.jobs import Job
from fcnn.training.search_space import MakeJobs, SearchOptions, SearchSpace

if TYPE_CHECKING:  # MLflow takes seconds to import
    from fcnn.training.sweep import Train


@dataclass(frozen=True)
class ComposedGrid:
    """A grid ready to be trained.

    Attributes:
        jobs: Its jobs, composed, checked and fingerprinted.
        grid: Their override lines, and the keys of the axes.
        launcher: The options of the launcher of their config.
    """

    jobs: list[Job]
    grid: Grid
    launcher: dict[str, Any]

    def __str__(self) -> str:
        return f"{len(self.jobs)} runs of {', '.join(self.grid.swept_keys)}"

    @property
    def config(self) -> Config:
        """The config of its first job."""
        return self.jobs[0].config

    def run(self, train: "Train", report_command: str) -> None:
        """Train what the store does not have; see `fcnn.training.sweep.run_sweep`."""
        with show_status("starting MLflow"), importing():
            from fcnn.training.sweep import run_sweep

        run_sweep(self.jobs, self.grid.axis_keys, train, report_command=report_command)


@dataclass(frozen=True)
class ComposedSearch:
    """A search ready to be run.

    Attributes:
        space: What is searched.
        options: How it is searched.
        make_jobs: Composes and checks the jobs of trials.
        launcher: The options of the launcher of their config.
    """

    space: SearchSpace
    options: SearchOptions
    make_jobs: MakeJobs
    launcher: dict[str, Any]

    def __str__(self) -> str:
        return f"search of {self.options.n_trials} trials of {', '.join(self.space.distributions)}"

    @property
    def jobs(self) -> list[Job]:
        """Samples of the space, composed, checked and fingerprinted."""
        return self.space.samples

    @property
    def config(self) -> Config:
        """The config of its first sample."""
        return self.space.config

    def run(self, train: "Train", report_command: str) -> None:
        """Train the trials that the store does not have; see `fcnn.training.search.run_search`."""
        with show_status("starting MLflow"), importing():
            from fcnn.training.search import run_search

        run_search(self.space, self.options, self.make_jobs, train, report_command=report_command)


ComposedStudy = ComposedGrid | ComposedSearch


class StudyComposer:
    """Composes a grid or a search of one config of a sweep.

    Args:
        loader: Hydra's.
        cfg: The config of the sweep.
        lines: The override lines that it was composed with.
        claims: What the study is expected to show; None for the claims of its config.

    Raises:
        ConfigError: An axis or a claim is wrong.
    """

    def __init__(
        self,
        loader: ConfigLoader,
        cfg: DictConfig,
        lines: Sequence[str],
        claims: Sequence[Claim] | None = None,
    ) -> None:
        self._loader, self._cfg, self._lines = loader, cfg, lines
        self._overrides = parse_sweep(cfg, lines, loader)
        self._claims = read_claims(cfg) if claims is None else claims
        self._launcher = {str(key): value for key, value in cfg.hydra.launcher.items()}
        self._jobs = JobComposer(loader, cfg)

    def compose_grid(self) -> ComposedGrid:
        """Compose and check every job of the grid.

        Raises:
            ConfigError: One of them cannot be trained, or a claim names what the study has not.
        """
        grid = make_grid(self._overrides)
        return ComposedGrid(self._make_jobs(grid.jobs), grid, self._launcher)

    def compose_search(self, options: SearchOptions) -> ComposedSearch:
        """Compose a search, and check samples of its space.

        Raises:
            ConfigError: As of a grid, or there is nothing to search.
        """
        space = make_search_space(self._overrides, self._make_jobs)
        return ComposedSearch(space, options, self._jobs.make_jobs, self._launcher)

    def load_cfg(self, overrides: Sequence[str]) -> DictConfig:
        """Return the config of a job, Hydra's own node included."""
        return self._jobs.load_cfg(overrides)

    def _make_jobs(self, command_lines: Sequence[Sequence[str]]) -> list[Job]:
        """Make jobs with the claims of their study."""
        jobs = self._jobs.make_jobs(command_lines)
        if not self._claims:
            return jobs
        file_grid = list_file_grid(self._cfg, self._lines, self._loader)
        return check_job_claims(jobs, self._claims, file_grid)
