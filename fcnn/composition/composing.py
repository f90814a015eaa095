"""Composes the configs of a study as the command line does, in any process.

Hydra's `initialize` and `compose` keep one app per process in global state, and a notebook or a
program may be such an app itself. So this loader is a private one, and the version base, which
is global too, is put back after each use.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
from fcnn.composition.search_options import make_search_options, register_search
from fcnn.composition.study_composer import (
    ComposedGrid,
    ComposedSearch,
    ComposedStudy,
    StudyComposer,
)
from fcnn.config.claims import Claim, parse_claims
from fcnn.config.hydra_internals import ConfigLoaderImpl, create_config_search_path
from fcnn.config.locations import conf_dir
from fcnn.config.messages import summarize
from fcnn.config.parsing import parse
from fcnn.config.schema import Config
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.training.checks import check_installed, check_launcher_sizes

_VERSION_BASE = Version("1.3")


def compose_study(
    lines: Sequence[str], search: int | None = None, claims: Sequence[Any] | None = None
) -> ComposedStudy:
    """Compose a grid, or a search, without training anything.

    Args:
        lines: Overrides as on the command line, several values or a range spanning an axis.
        search: How many configs a search tries; None for a grid.
        claims: What the study is expected to show; None for the claims of its file.

    Raises:
        ConfigError: A config cannot be composed or trained, with the line that the command prints,
            or what a search needs is missing.
    """
    return compose_grid(lines, claims) if search is None else compose_search(lines, search, claims)


def compose_grid(lines: Sequence[str], claims: Sequence[Any] | None = None) -> ComposedGrid:
    """Compose and check every config of a grid; see `compose_study`."""
    with _composing():
        composer, _ = _make_composer(lines, claims, sweeper="study")
        return composer.compose_grid()


def compose_search(
    lines: Sequence[str], n_trials: int, claims: Sequence[Any] | None = None
) -> ComposedSearch:
    """Compose a search, and check samples of its space; see `compose_study`."""
    if isinstance(n_trials, bool) or not isinstance(n_trials, int) or n_trials < 1:
        raise ConfigError(f"search={n_trials!r}: should be a number of trials, at least 1")
    check_installed("hydra/sweeper=optuna", f"search={n_trials}")
    search = ["hydra/sweeper=optuna", f"hydra.sweeper.n_trials={n_trials}"]
    with _composing():
        composer, cfg = _make_composer([*lines, *search], claims, sweeper="optuna")
        sweeper = cfg.hydra.sweeper
        options = make_search_options(sweeper.n_trials, sweeper.n_jobs, sweeper.sampler)
        composed = composer.compose_search(options)
        return replace(composed, make_jobs=_composing()(composed.make_jobs))


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


def _make_composer(
    lines: Sequence[str], claims: Sequence[Any] | None, *, sweeper: str
) -> tuple[StudyComposer, DictConfig]:
    """Compose the config of a sweep; return it with what composes its jobs.

    Raises:
        ConfigError: There is no such config, or only the commands have what it chooses.
    """
    check_arguments(lines)
    loader = create_config_loader()
    cfg = loader.load_configuration("train", list(lines), RunMode.MULTIRUN)
    _check_launcher(cfg, sweeper)
    typed_claims = None if claims is None else _parse_claims(claims)
    return StudyComposer(loader, cfg, lines, typed_claims), cfg


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


def _check_launcher(cfg: DictConfig, sweeper: str) -> None:
    """Check that Python has what a config chooses.

    Raises:
        ConfigError: An option of the launcher is out of range, or only the commands have the chosen
            launcher, backend or sweeper.
    """
    for group, required in (("hydra/launcher", "population"), ("hydra/sweeper", sweeper)):
        choice = cfg.hydra.runtime.choices[group]
        if choice != required:
            others = "search=20 is a search" if choice == "optuna" else "the command has others"
            raise ConfigError(f"{group}={choice}: should be {required} in Python; {others}")
    launcher = cfg.hydra.launcher
    check_launcher_sizes(launcher.max_population, launcher.workers)
    if launcher.backend != "threads":
        raise ConfigError(
            f"hydra.launcher.backend={launcher.backend}: should be threads in Python; "
            "the command has others"
        )
