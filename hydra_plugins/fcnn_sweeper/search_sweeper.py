"""The search sweeper: Optuna proposes what is trained, out of the space of a study."""

from typing import Any

from omegaconf import DictConfig

from fcnn.composition.search_options import make_search_options
from fcnn.composition.study_composer import ComposedSearch
from fcnn.status import show_status
from hydra_plugins.fcnn_sweeper.study_sweeper import StudySweeper


class SearchSweeper(StudySweeper):
    """Searches the space of a study instead of training its whole grid."""

    def __init__(
        self, sampler: DictConfig, n_trials: int, n_jobs: int, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(params)
        self._sampler, self._n_trials, self._n_jobs = sampler, n_trials, n_jobs

    def _compose(self) -> ComposedSearch:
        with show_status("starting Optuna"):
            options = make_search_options(self._n_trials, self._n_jobs, self._sampler)
        return self._composer.compose_search(options)
