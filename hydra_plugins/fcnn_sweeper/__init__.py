"""Hydra's view of the study sweeper and of the search: their names, their options, their classes."""

from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.plugins.sweeper import Sweeper

try:
    from hydra_plugins.hydra_optuna_sweeper.config import OptunaSweeperConf
except ImportError:

    @dataclass
    class OptunaSweeperConf:  # type: ignore[no-redef]
        """What a study and people set; without Optuna the sweeper says how to install it."""

        n_trials: int = 20
        params: dict[str, Any] | None = None


@dataclass
class StudySweeperConf:
    """Options of `hydra/sweeper=study`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.StudySweeper"
    # Axes of the grid: config key -> comma-separated values, as on the command line.
    params: dict[str, Any] | None = field(default=None)


@dataclass
class SearchSweeperConf(OptunaSweeperConf):
    """Options of `hydra/sweeper=optuna`: those of Hydra's own Optuna sweeper, in whose place this one comes."""

    _target_: str = "hydra_plugins.fcnn_sweeper.SearchSweeper"
    # Trials that are proposed, and trained, at once.
    n_jobs: int = 4
    # Trials whose median is no number are failures; the search goes on.
    max_failure_rate: float = 1.0


for name, node in (("study", StudySweeperConf), ("optuna", SearchSweeperConf)):
    ConfigStore.instance().store(group="hydra/sweeper", name=name, node=node, provider="fcnn")


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
