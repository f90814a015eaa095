"""What is searched, and how: plain values, without Hydra, Optuna or MLflow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fcnn.config.schema import Config
from fcnn.training.jobs import Job

if TYPE_CHECKING:
    import optuna

MakeJobs = Callable[[Sequence[Sequence[str]]], list[Job]]
"""Composes and checks the jobs of override lines: `fcnn.composition.sweep_jobs.JobComposer`'s."""


@dataclass(frozen=True)
class SearchSpace:
    """What a search varies, and what it holds fixed.

    Attributes:
        distributions: Optuna's distribution of each axis, by its key.
        fixed: The override lines of everything else.
        seeds: The override line of each seed.
        samples: Jobs of the space that were checked; what they share all trials share.
    """

    distributions: dict[str, Any]
    fixed: list[str]
    seeds: list[str]
    samples: list[Job]

    @property
    def config(self) -> Config:
        """One of the configs of the space."""
        return self.samples[0].config

    def list_lines(self, trial: "optuna.Trial") -> list[list[str]]:
        """List the override lines of the runs of a trial, one run for each seed."""
        proposal = [f"{key}={value}" for key, value in trial.params.items()]
        return [[*self.fixed, *proposal, seed] for seed in self.seeds]


@dataclass(frozen=True)
class SearchOptions:
    """How a search proposes its trials.

    Attributes:
        n_trials: How many.
        n_jobs: How many are proposed, and trained, at once.
        make_sampler: Makes a sampler of Optuna's, which begins anew: each search takes its own.
    """

    n_trials: int
    n_jobs: int
    make_sampler: Callable[[], Any]
