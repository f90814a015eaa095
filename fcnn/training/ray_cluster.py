"""Trains a sweep on a Ray cluster: each population is a task, which records its runs itself."""

import logging
import math
import os
import platform
import signal
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from functools import partial

from fcnn.errors import ConfigError, FcnnError
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.redaction import redact
from fcnn.training import local
from fcnn.training.jobs import Job
from fcnn.training.populations import populations
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

SECONDS_TO_CLOSE = 60
"""For the tasks to end their runs when a sweep is left."""


Outcome = tuple[Job, float, str | None]
"""A job, its last validation loss, and why it failed, None where it did not."""


def run(
    jobs: Sequence[Job], *, address: str | None, max_population: int
) -> Generator[tuple[Job, Callable[[], float]], None, None]:
    """As `local.run`, with one task of one core for each population on the cluster at `address`, by default one of this machine.

    Raises:
        ConfigError: the cluster cannot be reached.
    """
    import ray
    from ray.exceptions import RayError

    logging.getLogger("ray").setLevel(logging.ERROR)
    # Given to each task and not to Ray's environments, which it writes down: there may be a password among them.
    environment = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address,
            ignore_reinit_error=True,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"hydra.launcher.address={address}: {str(error).splitlines()[0]}"
        ) from None
    signal.signal(signal.SIGTERM, terminate)  # Ray has taken it for itself
    train = ray.remote(num_cpus=1, max_retries=0)(_train)
    tasks, before = {}, jobs[0].number  # those of a search that came before
    for population in populations([job.config for job in jobs], max_population):
        mine = [jobs[index] for index, _ in population.runs]
        tasks[train.remote(mine, environment)] = mine
    with SweepProgress(
        [job.config.training.epochs for job in jobs], before + len(jobs), before
    ) as progress:
        try:
            while tasks:
                (task,), _ = ray.wait(list(tasks), num_returns=1)
                try:
                    outcomes, kept = ray.get(task)
                    if kept:
                        log.warning("%s until the store answers; a call there delivers them", kept)
                except RayError as error:  # the worker is gone, or its store
                    outcomes = [(job, math.nan, redact(_reason(error))) for job in tasks[task]]
                del tasks[task]
                for job, loss, failure in outcomes:
                    progress.advanced(f"run {job.number}", job.config.training.epochs)
                    progress.ended(f"run {job.number}", failure or f"loss {loss:.3g}")
                    yield job, partial(_outcome, loss, failure)
        finally:
            for task in tasks:
                ray.cancel(task)
            ray.wait(
                list(tasks), num_returns=len(tasks), timeout=SECONDS_TO_CLOSE
            ) if tasks else None


def _train(jobs: Sequence[Job], environment: Mapping[str, str]) -> tuple[list[Outcome], str]:
    """In a task: trains jobs of one population and records them, with the driver's `MLFLOW_` variables."""
    os.environ.update(environment)
    outcomes: list[Outcome] = []
    with closing(local.run(jobs, max_population=len(jobs))) as trained:
        for job, complete in trained:
            try:
                outcomes.append((job, complete(), None))
            except Exception as error:  # of this run alone
                outcomes.append((job, math.nan, redact(str(error)) or type(error).__name__))
    waiting = Outbox(jobs[0].config.tracking).networks()
    return (
        outcomes,
        f"{len(waiting)} runs wait in {waiting[0].parent} on {platform.node()}" if waiting else "",
    )


def _reason(error: Exception) -> str:
    cause = getattr(error, "cause", None)
    return (
        str(cause) or type(cause).__name__
        if cause
        else f"its worker failed: {str(error).splitlines()[0]}"
    )


def _outcome(loss: float, failure: str | None) -> float:
    if failure is not None:
        raise FcnnError(failure)
    return loss
