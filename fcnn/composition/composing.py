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

from fcnn.composition.grid import expand_grid
from fcnn.config import Config, conf_dir, dump_yaml, parse
from fcnn.config.hydra_internals import ConfigLoaderImpl, create_config_search_path
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.messages import summarize
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.training.checks import check_arguments, parse_and_check

_VERSION_BASE = Version("1.3")
_OUR_LAUNCHER = "hydra_plugins.fcnn_population.population_launcher.PopulationLauncher"


@dataclass(frozen=True)
class ComposedGrid:
    """A grid ready to be trained: each job's override lines, config and YAML, in the grid's order.

    `launcher` has the options of `hydra/launcher=population`.
    """

    jobs: list[list[str]]
    configs: list[Config]
    config_yamls: list[str]
    swept_keys: list[str]
    launcher: dict[str, Any]


def compose_grid(overrides: Sequence[str]) -> ComposedGrid:
    """Compose and check every config of a grid, without training anything.

    Args:
        overrides: Lines as on the command line, several values of a key spanning an axis.

    Raises:
        ConfigError: A config cannot be composed or trained, with the line that the command prints.
    """
    with _compose_errors(), _version_base():
        check_arguments(overrides)
        loader = create_config_loader()
        cfg = loader.load_configuration("train", list(overrides), RunMode.MULTIRUN)
        launcher = _launcher_options(cfg)
        grid = expand_grid(cfg, overrides, loader)
        job_loader = CachingConfigLoader(loader)
        composed = [job_loader.load_sweep_config(cfg, job) for job in grid.jobs]
        return ComposedGrid(
            jobs=grid.jobs,
            configs=[parse_and_check(job) for job in composed],
            config_yamls=[dump_yaml(job) for job in composed],
            swept_keys=grid.swept_keys,
            launcher=launcher,
        )


def compose_single(overrides: Sequence[str] = ()) -> Config:
    """The config of one run with these overrides.

    Raises:
        ConfigError: It cannot be composed.
    """
    with _compose_errors(), _version_base():
        loader = create_config_loader()
        return parse(loader.load_configuration("train", list(overrides), RunMode.RUN))


def list_study_files() -> list[str]:
    """The names of the studies in `conf/study`, here and in the working folder."""
    return sorted(create_config_loader().get_group_options("study", ObjectType.CONFIG))


def create_config_loader() -> ConfigLoader:
    """A loader of its own over `conf/`, with the search path of the installed Hydra plugins."""
    search_path = create_config_search_path(str(conf_dir()))
    return ConfigLoaderImpl(config_search_path=search_path)


@contextmanager
def _version_base() -> Iterator[None]:
    """Compose by the rules of Hydra 1.3, whatever the app around us has chosen."""
    base = VersionBase.instance()
    before = base.version_base
    base.version_base = _VERSION_BASE
    try:
        yield
    finally:
        base.version_base = before


@contextmanager
def _compose_errors() -> Iterator[None]:
    """Raise what Hydra, OmegaConf and YAML object to as the one line that the commands print."""
    try:
        yield
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        raise ConfigError(printable(summarize(error))) from error


def _launcher_options(cfg: DictConfig) -> dict[str, Any]:
    """The options of our launcher.

    Raises:
        ConfigError: Another launcher or sweeper was chosen, which only the commands have.
    """
    options = {str(key): value for key, value in cfg.hydra.launcher.items()}
    choices = cfg.hydra.runtime.choices
    if options.pop("_target_") != _OUR_LAUNCHER:
        raise ConfigError(
            f"hydra/launcher={choices['hydra/launcher']}: a study trains in this process "
            "(population); scripts/train.py has other launchers"
        )
    if choices["hydra/sweeper"] != "study":
        raise ConfigError(
            f"hydra/sweeper={choices['hydra/sweeper']}: a study trains a grid; "
            "scripts/train.py searches"
        )
    return options
