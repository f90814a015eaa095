"""One run in MLflow: what it has to say is queued here, and written by its `Writer`."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from mlflow.entities import DatasetInput
from numpy.typing import NDArray

from fcnn.data.table_schema import TableSchema
from fcnn.tracking import npz
from fcnn.tracking.divergence import count_finite_epochs
from fcnn.tracking.names import (
    ARRAYS_FILE,
    DIVERGED,
    ERROR,
    INTERRUPTED,
    KEPT,
    TABLE_FILE,
)
from fcnn.tracking.redaction import redact

MAX_ERROR_LENGTH = 500
"""Characters of a reason that a run keeps as a tag."""


@dataclass(frozen=True)
class Experiment:
    """The MLflow experiment of a study.

    Attributes:
        experiment_id: Its id in MLflow.
        artifact_location: Where the files of its runs are.
        is_local: Whether its runs can be written by `fcnn.tracking.bulk`: to a database that this
            process has open, and to a folder of this machine.
    """

    experiment_id: str
    artifact_location: str
    is_local: bool


@dataclass(frozen=True)
class Opening:
    """What a run is created with, beside its tags. `started_ms` is in ms since the epoch."""

    name: str
    started_ms: int
    params: Mapping[str, str]
    dataset: DatasetInput


class Point(NamedTuple):
    """A value of a metric; its step is an epoch, and `logged_ms` in ms since the epoch."""

    key: str
    step: int
    value: float
    logged_ms: int


@dataclass(frozen=True)
class Termination:
    """MLflow's status of a run that has ended, and when it ended in ms since the epoch."""

    status: str
    ended_ms: int


@dataclass
class Changes:
    """What a run has to say and the store does not have yet, in the order of writing.

    `files` are the contents of artifacts by their names.
    """

    opening: Opening | None = None
    tags: dict[str, str] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    termination: Termination | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.opening or self.tags or self.points or self.files or self.termination)


class MlflowRun:
    """An MLflow run that is being written: each method queues, `RunWriter.write` writes.

    Runs that are written together cost a database one transaction.

    Attributes:
        run_id: Its id; None until it is in the store.
        fault: Why the store does not have all of it, if so; nothing more of it is written then.
        changes: What is queued.
        metric_keys: The metrics that the store has points of.
        ended_ms: When the run ended, in ms since the epoch, if that was not now.
    """

    def __init__(
        self, experiment: Experiment, changes: Changes, ended_ms: int | None = None
    ) -> None:
        self.experiment = experiment
        self.run_id: str | None = None
        self.fault: Exception | None = None
        self.changes = changes
        self.metric_keys: set[str] = set()
        self.ended_ms = ended_ms

    def log_points(self, first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
        """Log consecutive epochs up to the first that is not finite.

        Args:
            first_epoch: Epoch of the first value, counted from 1; the step of its point.
            metrics: One array of shape (epochs,) per metric.
        """
        n_epochs = count_finite_epochs(metrics)
        logged_ms = now_ms()
        self.changes.points += [
            Point(key, step, value, logged_ms)
            for key, values in metrics.items()
            for step, value in enumerate(values[:n_epochs].tolist(), first_epoch)
        ]

    def log_final(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Log metrics that a run has once, with its last epoch as their step."""
        logged_ms = now_ms()
        self.changes.points += [
            Point(key, epoch, float(value), logged_ms) for key, value in metrics.items()
        ]

    def log_artifacts(
        self, arrays: Mapping[str, NDArray[Any]], schema: TableSchema | None = None
    ) -> None:
        """Store arrays by name, for reports that need no library, and what a table's columns mean.

        Args:
            arrays: By name.
            schema: That of the run's table, if it has one.
        """
        self.changes.files[ARRAYS_FILE] = npz.dump(arrays)
        if schema is not None:
            self.changes.files[TABLE_FILE] = schema.to_json().encode()

    def tag_divergence(self, epoch: int) -> None:
        """Tag the run with the first epoch whose loss is not finite."""
        self.changes.tags[DIVERGED] = str(epoch)

    def tag_kept_epoch(self, epoch: int) -> None:
        """Tag the run with the epoch whose weights early stopping kept."""
        self.changes.tags[KEPT] = str(epoch)

    def end(self, error: BaseException | None = None) -> None:
        """End the run, with the reason as a tag.

        Args:
            error: None for FINISHED, an `Exception` for FAILED, any other for KILLED.
        """
        if error is not None:
            self.changes.tags[ERROR] = describe_error(error)
        ended_ms = self.ended_ms or now_ms()
        self.changes.termination = Termination(status_of(error), ended_ms)


def now_ms() -> int:
    """The time in ms since the epoch, as MLflow has it."""
    return int(time.time() * 1000)


def status_of(error: BaseException | None) -> str:
    """MLflow's status of a run that ended with this error."""
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def describe_error(error: BaseException) -> str:
    """The reason that a run keeps as a tag, without credentials."""
    if not isinstance(error, Exception):
        return INTERRUPTED
    return redact(str(error))[:MAX_ERROR_LENGTH] or type(error).__name__
