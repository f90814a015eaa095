"""Writes runs and sweeps to MLflow."""

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param
from numpy.typing import NDArray

from fcnn import study as study_words
from fcnn.choices import LibraryName
from fcnn.config import Study
from fcnn.provenance import facts
from fcnn.tracking import models, store
from fcnn.tracking.names import ARRAYS_FILE, AXES, CONFIG_FILE, DIVERGED, ERROR, FINGERPRINT, NOTE, PARENT, PLAN_FILE, RUNS, STUDY
from fcnn.truths import Task


class DivergedError(Exception):
    """The loss is not finite from `epoch` (from 1) on."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"diverged at epoch {epoch}: the loss is not finite")
        self.epoch = epoch


@dataclass(frozen=True)
class Sweep:
    """What a job has to know of the sweep it belongs to."""

    runs: int
    axes: list[str]


class Recorder:
    """One MLflow run being written. As a context it ends as `end` says."""

    def __init__(self, client: MlflowClient, experiment_id: str, run_id: str) -> None:
        self.client, self.experiment_id, self.run_id = client, experiment_id, run_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(error)

    def end(self, error: BaseException | None = None) -> None:
        """Closes the run as FINISHED, as FAILED (an exception; its reason becomes a tag) or as KILLED (anything else)."""
        status = "FINISHED" if error is None else "FAILED" if isinstance(error, Exception) else "KILLED"
        try:
            if isinstance(error, DivergedError):
                self.client.set_tag(self.run_id, DIVERGED, str(error.epoch))
            if isinstance(error, Exception):
                self.client.set_tag(self.run_id, ERROR, store.redact(str(error))[:500] or type(error).__name__)
        finally:
            self.client.set_terminated(self.run_id, status)

    def log(self, first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
        """Logs consecutive epochs, one array of shape (epochs,) a metric, up to the first that is not finite.

        Raises:
            DivergedError: a value is not finite; what came before it is logged.
        """
        finite = np.all([np.isfinite(values) for values in metrics.values()], axis=0)
        end = len(finite) if finite.all() else int(np.argmin(finite))
        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id,
            metrics=[
                Metric(key, float(value), now, first_epoch + offset)
                for key, values in metrics.items()
                for offset, value in enumerate(values[:end])
            ],
        )
        if end < len(finite):
            raise DivergedError(first_epoch + end)

    def log_model(self, library: LibraryName, model: Any, task: Task, n_inputs: int, n_outputs: int) -> None:
        """Stores the trained network in its library's MLflow flavour."""
        # Made here, because MLflow would put it into its active experiment, which is not the run's.
        logged = self.client.create_logged_model(self.experiment_id, name=models.NAME, source_run_id=self.run_id)
        models.log(library, model, task, n_inputs, n_outputs, self.run_id, logged.model_id)

    def log_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Stores arrays by name, for reports that want no library."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ARRAYS_FILE
            np.savez_compressed(path, allow_pickle=False, **arrays)
            self.client.log_artifact(self.run_id, str(path))


class Store:
    """The store open for writing."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.client = store.connect(uri)
        self._experiments: dict[str, str] = {}

    def run(
        self, *, experiment: str, study: Study, name: str, params: Mapping[str, str], fingerprint: str, config: str, parent: str | None
    ) -> Recorder:
        """Opens a run; `config` is its composed YAML, `parent` the run of its sweep."""
        tags = {STUDY: experiment, FINGERPRINT: fingerprint} | facts() | ({PARENT: parent} if parent else {})
        recorder = self._open(experiment, study, name, tags)
        with _ended_on_error(recorder):
            self.client.log_batch(recorder.run_id, params=[Param(key, value) for key, value in params.items()])
            self.client.log_text(recorder.run_id, config, CONFIG_FILE)
            self.client.log_inputs(recorder.run_id, datasets=[_dataset(params)])
        return recorder

    @contextmanager
    def sweep(self, *, experiment: str, study: Study, axes: Mapping[str, Sequence[str]], fingerprints: Sequence[str]) -> Iterator[str]:
        """The parent run of a sweep; gives its id."""
        grid = ["| hyperparameter | values |", "|---|---|", *(f"| {key} | {', '.join(values)} |" for key, values in axes.items())]
        tags = {STUDY: experiment, NOTE: "\n".join([study.description, "", *grid])}
        with self._open(experiment, study, f"sweep of {len(fingerprints)} runs", tags) as recorder:
            run_id = recorder.run_id
            first = [axis for axis in (study.colour, study.style) if axis]
            self.client.log_dict(run_id, {"first": first, "axes": dict(axes), "fingerprints": list(fingerprints)}, PLAN_FILE)
            # The tags say that the plan is there.
            self.client.set_tag(run_id, RUNS, str(len(fingerprints)))
            self.client.set_tag(run_id, AXES, ",".join(axes))
            yield run_id

    def sweep_of(self, parent_run_id: str) -> Sweep:
        """Reads what the sweeper wrote on the parent run."""
        run = self.client.get_run(parent_run_id)
        return Sweep(int(run.data.tags[RUNS]), [key for key in run.data.tags[AXES].split(",") if key])

    def _open(self, experiment: str, study: Study, name: str, tags: Mapping[str, str]) -> Recorder:
        if experiment not in self._experiments:
            self._experiments[experiment] = store.experiment_id(self.client, self.uri, experiment, study.description)
        identifier = self._experiments[experiment]
        return Recorder(self.client, identifier, self.client.create_run(identifier, tags=dict(tags), run_name=name).info.run_id)


@contextmanager
def _ended_on_error(recorder: Recorder) -> Iterator[None]:
    """Leaves the run open, unless the body fails."""
    try:
        yield
    except BaseException as error:
        recorder.end(error)
        raise


def _dataset(params: Mapping[str, str]) -> DatasetInput:
    """What MLflow shows of the data that a run was trained on; equal data have equal digests."""
    source = json.dumps({key: value for key, value in params.items() if key.startswith("dataset.")})
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    data = Dataset(study_words.label(params, study_words.DATASET), digest, source_type="fcnn", source=source)
    return DatasetInput(data, [InputTag("mlflow.data.context", "training")])


_BEST = "\n\n**Best run:** "


def log_report(client: MlflowClient, run_id: str, files: Sequence[Path], best: str) -> None:
    """Stores a report's files with the parent run of the sweep, where MLflow's UI shows them, and says which run is the best."""
    for file in files:
        client.log_artifact(run_id, str(file), artifact_path="report")
    note = client.get_run(run_id).data.tags.get(NOTE, "").partition(_BEST)[0]
    client.set_tag(run_id, NOTE, f"{note}{_BEST}{best}. Figures and tables: Artifacts, folder `report`.")
