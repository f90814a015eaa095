"""Writes one run to MLflow."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from mlflow.entities import Metric
from numpy.typing import NDArray

from fcnn.config.errors import FcnnError
from fcnn.config.fields import LibraryName
from fcnn.data import Data
from fcnn.tracking import models, store
from fcnn.tracking.connection import Connection
from fcnn.tracking.names import ARRAYS_FILE, DIVERGED, ERROR, INTERRUPTED, MODEL


class DivergedError(FcnnError):
    """The loss is not finite from `epoch` (from 1) on."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)  # and not its words: workers send it as what it was made of
        self.epoch = epoch

    def __str__(self) -> str:
        return f"diverged at epoch {self.epoch}: the loss is not finite"


class Recorder:
    """One MLflow run being written. As a context it ends as `end` says. All of it raises as `Connection.answering` does."""

    ended_at: int | None = None
    """When the run ended, in ms, where that is not now."""

    def __init__(self, connection: Connection, experiment_id: str, run_id: str) -> None:
        self.connection, self.client, self.experiment_id, self.run_id = (
            connection,
            connection.client,
            experiment_id,
            run_id,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(error)

    def end(self, error: BaseException | None = None) -> None:
        """Closes the run as FINISHED, as FAILED (an exception) or as KILLED (anything else); the reason becomes a tag."""
        try:
            if isinstance(error, DivergedError):
                self.client.set_tag(self.run_id, DIVERGED, str(error.epoch))
            if isinstance(error, Exception):
                self.client.set_tag(
                    self.run_id, ERROR, store.redact(str(error))[:500] or type(error).__name__
                )
            elif error is not None:
                self.client.set_tag(self.run_id, ERROR, INTERRUPTED)
        finally:
            self.client.set_terminated(self.run_id, status_of(error), self.ended_at)

    def log(self, first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
        """Logs consecutive epochs, one array of shape (epochs,) a metric, up to the first that is not finite."""
        end, now = _finite_epochs(metrics), int(time.time() * 1000)
        points = [
            Metric(key, float(value), now, first_epoch + offset)
            for key, values in metrics.items()
            for offset, value in enumerate(values[:end])
        ]
        self.client.log_batch(self.run_id, metrics=points)

    def log_model(self, library: LibraryName, model: Any, data: Data) -> None:
        """Stores a network that was trained on `data` in its library's MLflow flavour."""
        # Made here, because MLflow would put it into its active experiment, which is not the run's.
        logged = self.client.create_logged_model(
            self.experiment_id, name=models.NAME, source_run_id=self.run_id
        )
        with self.connection.translate_errors():
            models.log(library, model, data, self.run_id, logged.model_id)

    def tag_model(self, fault: str) -> None:
        """Says with the run what is wrong with its model."""
        self.client.set_tag(self.run_id, MODEL, fault)

    def log_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Stores arrays by name, for reports that want no library."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARRAYS_FILE
            np.savez_compressed(path, allow_pickle=False, **arrays)
            self.client.log_artifact(self.run_id, str(path))


def status_of(error: BaseException | None) -> str:
    """What a run has become that ended with this error."""
    return "FINISHED" if error is None else "FAILED" if isinstance(error, Exception) else "KILLED"


def check_finite(first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
    """Looks through consecutive epochs, one array of shape (epochs,) a metric.

    Raises:
        DivergedError: a value is not finite.
    """
    end = _finite_epochs(metrics)
    if end < len(metrics["loss"]):
        raise DivergedError(first_epoch + end)


def _finite_epochs(metrics: Mapping[str, NDArray[np.float32]]) -> int:
    finite = np.all([np.isfinite(values) for values in metrics.values()], axis=0)
    return len(finite) if finite.all() else int(np.argmin(finite))
