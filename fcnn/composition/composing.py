"""Composes the configs of a study as the command line does, in any process.

Hydra's `initialize` and `compose` keep one app per process in global state, and a notebook or a
program may be such an app itself. So this loader is a private one, and the version base, which
is global too, is put back after each use.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.object_type import ObjectType
from hydra.errors import HydraException
from hydra.types import RunMode
from hydra.version import VersionBase
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException
from packaging.version import Version
from yaml import YAMLError

from fcnn.composition.arguments import check_arguments
from fcnn.composition.grid import Grid, make_grid, parse_sweep
from fcnn.composition.search_options import make_search_options, register_search
from fcnn.composition.search_space import make_search_space
from fcnn.composition.study_file import list_file_grid
from fcnn.composition.sweep_jobs import JobComposer
from fcnn.config.claims import Claim, parse_claims
from fcnn.config.hydra_internals import ConfigLoaderImpl, create_config_search_path
from fcnn.config.locations import conf_dir
from fcnn.config.messages import summarize
from fcnn.config.parsing import parse, read_claims
from fcnn.config.schema import Config
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.training.checks import check_launcher_sizes
from fcnn.training.job_claims import check_job_claims
from fcnn.training.jobs import Job
from fcnn.training.search_space import MakeJobs, SearchOptions, SearchSpace

_VERSION_BASE = Version("1.3")


@dataclass(frozen=True)
class ComposedGrid:
    """A grid ready to be trained.

    Attributes:
        jobs: Its jobs, composed, checked and fingerprinted.
        grid: Their override lines, and the keys of the axes.
        launcher: The options of `hydra/launcher=population`.
    """

    jobs: list[Job]
    grid: Grid
    launcher: dict[str, Any]

    def __str__(self) -> str:
        return f"{len(self.jobs)} runs of {', '.join(dict.fromkeys(self.grid.swept_keys))}"


@dataclass(frozen=True)
class ComposedSearch:
    """A search ready to be run.

    Attributes:
        space: What is searched.
        options: How it is searched.
        make_jobs: Composes and checks the jobs of trials.
        launcher: The options of `hydra/launcher=population`.
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


def compose_grid(overrides: Sequence[str], claims: Sequence[Any] | None = None) -> ComposedGrid:
    """Compose and check every config of a grid, without training anything.

    Args:
        overrides: Lines as on the command line, several values of a key spanning an axis.
        claims: What the grid is expected to show; None for the claims of the study's file.

    Raises:
        ConfigError: A config cannot be composed or trained, with the line that the command prints.
    """
    with _composing():
        composer = _StudyComposer(overrides, claims, sweeper="study")
        grid = make_grid(composer.overrides)
        return ComposedGrid(composer.make_jobs(grid.jobs), grid, composer.launcher)


def compose_search(
    overrides: Sequence[str], n_trials: int, claims: Sequence[Any] | None = None
) -> ComposedSearch:
    """Compose a search, and check samples of its space; otherwise as `compose_grid`.

    Args:
        overrides: Lines as on the command line, several values or a range spanning an axis.
        n_trials: How many configs are tried.
        claims: As of a grid.
    """
    with _composing():
        search = ["hydra/sweeper=optuna", f"hydra.sweeper.n_trials={n_trials}"]
        composer = _StudyComposer([*overrides, *search], claims, sweeper="optuna")
        sweeper = composer.cfg.hydra.sweeper
        options = make_search_options(sweeper.n_trials, sweeper.n_jobs, sweeper.sampler)
        space = make_search_space(composer.overrides, composer.make_jobs)
        make_jobs = _composing()(composer.make_plain_jobs)
        return ComposedSearch(space, options, make_jobs, composer.launcher)


class _StudyComposer:
    """Composes the config of a sweep, and its jobs.

    Attributes:
        cfg: The config of the sweep.
        overrides: Its axes and fixed values.
        launcher: The options of `hydra/launcher=population`.
        make_plain_jobs: Makes jobs without the claims of their study.

    Raises:
        ConfigError: There is no such config.
    """

    def __init__(self, lines: Sequence[str], claims: Sequence[Any] | None, *, sweeper: str) -> None:
        check_arguments(lines)
        self._loader, self._lines = create_config_loader(), lines
        self.cfg = self._loader.load_configuration("train", list(lines), RunMode.MULTIRUN)
        self.launcher = _launcher_options(self.cfg, sweeper)
        self.overrides = parse_sweep(self.cfg, lines, self._loader)
        self._claims = read_claims(self.cfg) if claims is None else _parse_claims(claims)
        self.make_plain_jobs = JobComposer(self._loader, self.cfg).make_jobs

    def make_jobs(self, command_lines: Sequence[Sequence[str]]) -> list[Job]:
        """Make jobs, with the claims of their study.

        Raises:
            ConfigError: One of them cannot be trained, or a claim names what the study has not.
        """
        jobs = self.make_plain_jobs(command_lines)
        if not self._claims:
            return jobs
        file_grid = list_file_grid(self.cfg, self._lines, self._loader)
        return check_job_claims(jobs, self._claims, file_grid)


def compose_single(overrides: Sequence[str] = ()) -> Config:
    """Compose the config of one run.

    Raises:
        ConfigError: It cannot be composed.
    """
    with _composing():
        loader = create_config_loader()
        return parse(loader.load_configuration("train", list(overrides), RunMode.RUN))


def list_study_files() -> list[str]:
    """List the studies of `conf/study`, fcnn's own and those of the working folder."""
    with _composing():
        return sorted(create_config_loader().get_group_options("study", ObjectType.CONFIG))


def _parse_claims(claims: Sequence[Any]) -> tuple[Claim, ...]:
    """Return the typed claims of Python values.

    Raises:
        ConfigError: One of them is wrong.
    """
    try:
        return parse_claims(claims)
    except ValueError as error:
        raise ConfigError(printable(error)) from None


def create_config_loader() -> ConfigLoader:
    """A loader of its own over `conf/`, with the search path of the installed Hydra plugins."""
    search_path = create_config_search_path(str(conf_dir()))
    register_search()
    return ConfigLoaderImpl(config_search_path=search_path)


@contextmanager
def _composing() -> Iterator[None]:
    """Compose by the rules of Hydra 1.3, whatever the app around us has chosen.

    Raises:
        ConfigError: What Hydra, OmegaConf and YAML object to, as the line that the commands print.
    """
    base = VersionBase.instance()
    previous_version = base.version_base
    base.version_base = _VERSION_BASE
    try:
        yield
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        raise ConfigError(printable(summarize(error))) from error
    finally:
        base.version_base = previous_version


def _launcher_options(cfg: DictConfig, sweeper: str) -> dict[str, Any]:
    """The options of our launcher.

    Raises:
        ConfigError: An option is out of range, or only the commands have the chosen launcher,
            backend or sweeper.
    """
    options = {str(key): value for key, value in cfg.hydra.launcher.items()}
    for group, required in (("hydra/launcher", "population"), ("hydra/sweeper", sweeper)):
        choice = cfg.hydra.runtime.choices[group]
        if choice != required:
            others = "search=20 is a search" if choice == "optuna" else "the command has others"
            raise ConfigError(f"{group}={choice}: should be {required} in Python; {others}")
    check_launcher_sizes(options["max_population"], options["workers"])
    if options["backend"] != "threads":
        raise ConfigError(
            f"hydra.launcher.backend={options['backend']}: should be threads in Python; "
            "the command has others"
        )
    return options
