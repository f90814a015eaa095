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
from fcnn.composition.grid import Grid, expand_grid
from fcnn.composition.study_file import list_file_grid
from fcnn.composition.sweep_jobs import JobComposer
from fcnn.config import Config, conf_dir, parse
from fcnn.config.claims import Claim, parse_claims
from fcnn.config.hydra_internals import ConfigLoaderImpl, create_config_search_path
from fcnn.config.messages import summarize
from fcnn.config.parsing import read_claims
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.training.checks import check_launcher_sizes
from fcnn.training.job_claims import check_job_claims
from fcnn.training.jobs import Job

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


def compose_grid(overrides: Sequence[str], claims: Sequence[Any] | None = None) -> ComposedGrid:
    """Compose and check every config of a grid, without training anything.

    Args:
        overrides: Lines as on the command line, several values of a key spanning an axis.
        claims: What the grid is expected to show; None for the claims of the study's file.

    Raises:
        ConfigError: A config cannot be composed or trained, with the line that the command prints.
    """
    with _composing():
        check_arguments(overrides)
        loader = create_config_loader()
        cfg = loader.load_configuration("train", list(overrides), RunMode.MULTIRUN)
        launcher = _launcher_options(cfg)
        grid = expand_grid(cfg, overrides, loader)
        typed_claims = read_claims(cfg) if claims is None else _parse_claims(claims)
        jobs = JobComposer(loader, cfg).make_jobs(grid.jobs)
        if typed_claims:
            jobs = check_job_claims(jobs, typed_claims, list_file_grid(cfg, overrides, loader))
        return ComposedGrid(jobs, grid, launcher)


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


def _launcher_options(cfg: DictConfig) -> dict[str, Any]:
    """The options of our launcher.

    Raises:
        ConfigError: An option is out of range, or only the commands have the chosen launcher,
            backend or sweeper.
    """
    options = {str(key): value for key, value in cfg.hydra.launcher.items()}
    options_by_group = cfg.hydra.runtime.choices
    for group, required in (("hydra/launcher", "population"), ("hydra/sweeper", "study")):
        if options_by_group[group] != required:
            raise ConfigError(
                f"{group}={options_by_group[group]}: should be {required} in Python; "
                "the command has others"
            )
    check_launcher_sizes(options["max_population"], options["workers"])
    if options["backend"] != "threads":
        raise ConfigError(
            f"hydra.launcher.backend={options['backend']}: should be threads in Python; "
            "the command has others"
        )
    return options
