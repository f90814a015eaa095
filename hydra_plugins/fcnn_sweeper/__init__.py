"""Hydra's view of the study sweeper and of the search: their names, their options, their classes."""

from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.plugins.sweeper import Sweeper


@dataclass
class StudySweeperConf:
    """Options of `hydra/sweeper=study`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.StudySweeper"
    # Axes of the grid: config key -> comma-separated values, as on the command line.
    params: dict[str, Any] | None = field(default=None)


@dataclass
class SearchSweeperConf:
    """Options of `hydra/sweeper=optuna` where Optuna is not installed: what a study and people set."""

    _target_: str = "hydra_plugins.fcnn_sweeper.SearchSweeper"
    n_trials: int = 20
    params: dict[str, Any] | None = None


ConfigStore.instance().store(group="hydra/sweeper", name="study", node=StudySweeperConf, provider="fcnn")


def register_search() -> None:
    """Puts our search in the place of Hydra's own Optuna sweeper, whose options it has; all plugins have to be loaded."""
    known = ConfigStore.instance().repo["hydra"]["sweeper"]
    if "optuna.yaml" not in known:
        ConfigStore.instance().store(group="hydra/sweeper", name="optuna", node=SearchSweeperConf, provider="fcnn")
        return
    node = known["optuna.yaml"].node
    node._target_ = SearchSweeperConf._target_
    node.n_jobs = 4  # trials that are proposed, and trained, at once
    node.max_failure_rate = 1.0  # trials whose median is no number are failures; the search goes on


class StudySweeper(BasicSweeper):
    """Hydra's own grid sweeper, which also checks every config before the first job and records the sweep as a parent run."""

    def __init__(self, params: dict[str, Any] | None = None) -> None:
        super().__init__(max_batch_size=None, params=params)

    def sweep(self, arguments: list[str]) -> Any:
        """Runs the grid; see `_core.sweep`."""
        from hydra_plugins.fcnn_sweeper import _core

        return _core.sweep(self, arguments)


class SearchSweeper(Sweeper):
    """Searches a study's space with Optuna; the median over seeds is the objective."""

    def __init__(self, **options: Any) -> None:
        self.options, self.settings = options, dict[str, Any]()

    def setup(self, **settings: Any) -> None:
        """Takes what Hydra gives to a sweeper."""
        self.settings = settings

    def sweep(self, arguments: list[str]) -> Any:
        """Runs the search; see `_search.sweep`."""
        from hydra_plugins.fcnn_sweeper import _search

        return _search.sweep(self.options, self.settings, arguments)
