"""The options of `hydra/sweeper=optuna`, which the sweeper and the Python API share."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import MISSING, DictConfig

from fcnn.errors import ConfigError
from fcnn.training.search_space import SearchOptions


@dataclass
class RandomSampler:
    """Options of `hydra/sweeper/sampler=random`."""

    _target_: str = "optuna.samplers.RandomSampler"
    # The same seed proposes the same trials; null proposes others each time.
    seed: int | None = 0


@dataclass
class TPESampler(RandomSampler):
    """Options of `hydra/sweeper/sampler=tpe`."""

    _target_: str = "optuna.samplers.TPESampler"
    # Random trials before losses are modelled.
    n_startup_trials: int = 10
    multivariate: bool = False


@dataclass
class SearchSweeperConf:
    """Options of `hydra/sweeper=optuna`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.search_sweeper.SearchSweeper"
    # The sampler is left to `make_search_options`, which makes a new one for each search.
    _recursive_: bool = False
    defaults: list[Any] = field(default_factory=lambda: [{"sampler": "tpe"}])
    sampler: Any = MISSING
    n_trials: int = 20
    # Trials that are proposed, and trained, at once.
    n_jobs: int = 4
    # Axes of the space: config key -> values or a range, as on the command line.
    params: dict[str, Any] | None = None


def register_search() -> None:
    """Make `hydra/sweeper=optuna` known to Hydra.

    All plugins have to be loaded before: where Hydra's own Optuna sweeper is installed, it is
    replaced.
    """
    store = ConfigStore.instance().store
    store("optuna", SearchSweeperConf, group="hydra/sweeper", provider="fcnn")
    store("tpe", TPESampler, group="hydra/sweeper/sampler", provider="fcnn")
    store("random", RandomSampler, group="hydra/sweeper/sampler", provider="fcnn")


def make_search_options(n_trials: int, n_jobs: int, sampler: DictConfig) -> SearchOptions:
    """Check the options of a search.

    Raises:
        ConfigError: One is out of range, or Optuna has no such sampler.
    """
    for name, value in (("n_trials", n_trials), ("n_jobs", n_jobs)):
        if value < 1:
            raise ConfigError(f"hydra.sweeper.{name}={value}: should be at least 1")
    try:
        instantiate(sampler)
    except InstantiationException as error:
        lines = str(error).partition(", set env var")[0].splitlines()
        raise ConfigError(f"hydra.sweeper.sampler: {' '.join(lines[:2])}") from None
    return SearchOptions(n_trials, n_jobs, partial(instantiate, sampler))
