"""The options of our sweepers.

Apart from the sweepers, because Hydra executes plugin files once more when it looks for plugins:
a sweeper that a script has imported before would no longer fit its own base class.
"""

from dataclasses import dataclass, field
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING


@dataclass
class StudySweeperConf:
    """Options of `hydra/sweeper=study`."""

    _target_: str = "hydra_plugins.fcnn_sweeper.study_sweeper.StudySweeper"
    # Axes of the grid: config key -> comma-separated values, as on the command line.
    params: dict[str, Any] | None = None


@dataclass
class SearchSweeperConf(StudySweeperConf):
    """Options of `hydra/sweeper=optuna`; the samplers are those of Hydra's own Optuna sweeper."""

    _target_: str = "hydra_plugins.fcnn_sweeper.search_sweeper.SearchSweeper"
    defaults: list[Any] = field(default_factory=lambda: [{"sampler": "tpe"}])
    sampler: Any = MISSING
    n_trials: int = 20
    # Trials that are proposed, and trained, at once.
    n_jobs: int = 4


ConfigStore.instance().store(
    group="hydra/sweeper", name="study", node=StudySweeperConf, provider="fcnn"
)


def register_search() -> None:
    """Replace Hydra's own Optuna sweeper by our search; all plugins have to be loaded before."""
    ConfigStore.instance().store(
        group="hydra/sweeper", name="optuna", node=SearchSweeperConf, provider="fcnn"
    )
