"""The search sweeper: Optuna proposes what is trained, out of the space of a study."""

from typing import Any

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig

from fcnn.composition.search_options import make_search_options
from fcnn.composition.search_space import make_search_space
from fcnn.config.schema import Config
from fcnn.imports import importing
from fcnn.status import show_status
from hydra_plugins.fcnn_sweeper.study_sweeper import StudySweeper, TrainStudy


class SearchSweeper(StudySweeper):
    """Searches the space of a study instead of training its whole grid."""

    def __init__(
        self, sampler: DictConfig, n_trials: int, n_jobs: int, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(params)
        self._sampler, self._n_trials, self._n_jobs = sampler, n_trials, n_jobs

    def _prepare(self, overrides: list[Override]) -> tuple[Config, TrainStudy]:
        with show_status("starting Optuna"):
            options = make_search_options(self._n_trials, self._n_jobs, self._sampler)
        make_jobs = self._composer.make_jobs
        space = make_search_space(overrides, lambda lines: self._with_claims(make_jobs(lines)))

        def run(report_command: str) -> None:
            with show_status("starting MLflow"), importing():
                from fcnn.training.search import run_search

            run_search(space, options, make_jobs, self._train, report_command=report_command)

        return space.config, run
