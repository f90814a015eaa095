"""One run in MLflow: its points, artifacts, model and end."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from mlflow.entities import Metric
from numpy.typing import NDArray

from fcnn.config.fields import LibraryName
from fcnn.data import Data
from fcnn.data.table_schema import TableSchema
from fcnn.prediction import TablePredictor
from fcnn.tracking import models
from fcnn.tracking.connection import Connection
from fcnn.tracking.divergence import count_finite_epochs
from fcnn.tracking.names import (
    ARRAYS_FILE,
    DIVERGED,
    ERROR,
    INTERRUPTED,
    KEPT,
    MODEL,
    TABLE_FILE,
)
from fcnn.tracking.redaction import redact

MAX_ERROR_LENGTH = 500
"""Characters of a reason that a run keeps as a tag."""


class MlflowRun:
    """An MLflow run that is being written.

    As a context manager it ends as `end` describes. All methods raise the errors of
    `Connection.translate_errors`.
    """

    ended_ms: int | None = None
    """When the run ended, in ms since the epoch, if that was not now."""

    def __init__(self, connection: Connection, experiment_id: str, run_id: str) -> None:
        self.connection = connection
        self.client = connection.client
        self.experiment_id = experiment_id
        self.run_id = run_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(error)

    def log_points(self, first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
        """Log consecutive epochs up to the first that is not finite.

        Args:
            first_epoch: Epoch of the first value, counted from 1; the step of its point.
            metrics: One array of shape (epochs,) per metric.
        """
        n_epochs = count_finite_epochs(metrics)
        now_ms = int(time.time() * 1000)
        points = [
            Metric(key, float(value), now_ms, first_epoch + offset)
            for key, values in metrics.items()
            for offset, value in enumerate(values[:n_epochs])
        ]
        self.client.log_batch(self.run_id, metrics=points)

    def log_final(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Log metrics that a run has once, with its last epoch as their step."""
        now_ms = int(time.time() * 1000)
        points = [Metric(key, value, now_ms, epoch) for key, value in metrics.items()]
        self.client.log_batch(self.run_id, metrics=points)

    def log_artifacts(
        self, arrays: Mapping[str, NDArray[Any]], schema: TableSchema | None = None
    ) -> None:
        """Store arrays by name, for reports that need no library, and what a table's columns mean.

        Args:
            arrays: By name.
            schema: That of the run's table, if it has one.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARRAYS_FILE
            np.savez_compressed(path, allow_pickle=False, **arrays)
            if schema is not None:
                (Path(folder) / TABLE_FILE).write_text(schema.to_json(), encoding="utf-8")
                self.client.log_artifact(self.run_id, str(Path(folder) / TABLE_FILE))
            self.client.log_artifact(self.run_id, str(path))

    def log_model(
        self,
        library: LibraryName,
        model: Any,
        data: Data,
        name: str = "",
        predictor: TablePredictor | None = None,
    ) -> None:
        """Store a network that was trained on `data` in its library's MLflow flavour.

        Args:
            library: The library that `model` belongs to.
            model: The library's own object.
            data: What it was trained on.
            name: Name of the model, which may have any characters; by default `model`.
            predictor: The network with what the columns of its table mean.
        """
        # Created here, because MLflow would put it into its active experiment.
        logged = self.client.create_logged_model(
            self.experiment_id, name=models.clean_name(name), source_run_id=self.run_id
        )
        with self.connection.translate_errors():
            models.log_model(library, model, data, self.run_id, logged.model_id, predictor)

    def tag_model(self, fault: str) -> None:
        """Tag the run with what is wrong with its model."""
        self.client.set_tag(self.run_id, MODEL, fault)

    def tag_divergence(self, epoch: int) -> None:
        """Tag the run with the first epoch whose loss is not finite."""
        self.client.set_tag(self.run_id, DIVERGED, str(epoch))

    def tag_kept_epoch(self, epoch: int) -> None:
        """Tag the run with the epoch whose weights early stopping kept."""
        self.client.set_tag(self.run_id, KEPT, str(epoch))

    def end(self, error: BaseException | None = None) -> None:
        """End the run, with the reason as a tag.

        Args:
            error: None for FINISHED, an `Exception` for FAILED, any other for KILLED.
        """
        try:
            if error is not None:
                self.client.set_tag(self.run_id, ERROR, _describe(error))
        finally:
            self.client.set_terminated(self.run_id, status_of(error), self.ended_ms)


def status_of(error: BaseException | None) -> str:
    """MLflow's status of a run that ended with this error."""
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def _describe(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return INTERRUPTED
    return redact(str(error))[:MAX_ERROR_LENGTH] or type(error).__name__
