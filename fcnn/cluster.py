"""Trains a sweep on a Ray cluster: each population is a task, which records its runs itself."""

import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from functools import partial

from fcnn import experiment
from fcnn.config import ConfigError
from fcnn.jobs import Job
from fcnn.populations import populations
from fcnn.progress import SweepProgress

SECONDS_TO_CLOSE = 60
"""For the tasks to end their runs when a sweep is left."""


class TaskError(Exception):
    """A run failed in a task. The message says why."""


Outcome = tuple[int, float, str]
"""Number of a job in the task, its last validation loss, and why it failed, if it did."""


def run(jobs: Sequence[Job], *, address: str | None, max_population: int) -> Generator[tuple[Job, Callable[[], float]], None, None]:
    """As `experiment.run`, with one task of one core for each population on the cluster at `address`, by default one of this machine.

    Raises:
        ConfigError: the cluster cannot be reached.
    """
    import ray
    from ray.exceptions import RayError

    logging.getLogger("ray").setLevel(logging.ERROR)
    # Given to each task and not to Ray's environments, which it writes down: there may be a password among them.
    environment = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
    try:
        ray.init(
            address=address,
            ignore_reinit_error=True,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ConfigError(f"hydra.launcher.address={address}: {str(error).splitlines()[0]}") from None
    train = ray.remote(num_cpus=1, max_retries=0)(_train)
    tasks = {}
    for population in populations([job.config for job in jobs], max_population):
        mine = [jobs[index] for index, _ in population.runs]
        tasks[train.remote(mine, environment)] = mine
    with SweepProgress([job.config.training.epochs for job in jobs], len(jobs), 0) as progress:
        try:
            while tasks:
                (task,), _ = ray.wait(list(tasks), num_returns=1)
                mine = tasks[task]
                try:
                    outcomes: list[Outcome] = ray.get(task)
                except RayError as error:  # the worker is gone, or its store
                    why = str(getattr(error, "cause", None) or f"its worker failed: {str(error).splitlines()[0]}")
                    outcomes = [(place, 0.0, why) for place in range(len(mine))]
                del tasks[task]
                for place, loss, failure in outcomes:
                    job = mine[place]
                    progress.advanced(f"run {job.number}", job.config.training.epochs)
                    progress.ended(f"run {job.number}", failure or f"loss {loss:.3g}")
                    yield job, partial(_outcome, loss, failure)
        finally:
            for task in tasks:
                ray.cancel(task)
            ray.wait(list(tasks), num_returns=len(tasks), timeout=SECONDS_TO_CLOSE) if tasks else None


def _train(jobs: Sequence[Job], environment: Mapping[str, str]) -> list[Outcome]:
    """In a task: trains jobs of one population and records them, with the driver's `MLFLOW_` variables."""
    os.environ.update(environment)
    places = {job.number: place for place, job in enumerate(jobs)}
    outcomes = []
    with closing(experiment.run(jobs, max_population=len(jobs))) as trained:
        for job, complete in trained:
            try:
                outcomes.append((places[job.number], complete(), ""))
            except Exception as error:  # of this run alone
                outcomes.append((places[job.number], 0.0, str(error) or type(error).__name__))
    return outcomes


def _outcome(loss: float, failure: str) -> float:
    if failure:
        raise TaskError(failure)
    return loss
