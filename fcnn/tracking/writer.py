"""Opens runs and sweeps in a store, and closes those that others left open."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Dataset, DatasetInput, InputTag, Param
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from fcnn import study as study_words
from fcnn.config import Study
from fcnn.provenance import facts
from fcnn.tracking import process, store
from fcnn.tracking.connection import Connection
from fcnn.tracking.names import AXES, CONFIG_FILE, ERROR, FINGERPRINT, NOTE, PARENT, PLAN_FILE, PROCESS, RUNS, STUDY
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.recorder import Recorder, status_of
from fcnn.tracking.search import search
from fcnn.tracking.store import AwayError


@dataclass(frozen=True)
class Sweep:
    """What a job has to know of the sweep it belongs to."""

    runs: int
    axes: list[str]


class Store:
    """The store open for writing. All of it raises as `Connection` does."""

    def __init__(self, uri: str) -> None:
        self.connection = Connection(uri)
        self.client = self.connection.client
        self._experiments: dict[str, str] = {}

    def run(
        self,
        *,
        experiment: str,
        study: Study,
        name: str,
        params: Mapping[str, str],
        fingerprint: str,
        config: str,
        parent: str | None,
        provenance: Mapping[str, str] | None = None,
        began_at: int | None = None,
    ) -> Recorder:
        """Opens a run; `config` is its composed YAML, `parent` the run of its sweep.

        `provenance` and `began_at` (ms) are what it was made with and when it began, by default `facts()` and now.
        """
        tags = {STUDY: experiment, FINGERPRINT: fingerprint, **(provenance or facts())} | ({PARENT: parent} if parent else {})
        with self.connection.answering():
            recorder = self._open(experiment, study, name, tags, began_at)
            with _ended_on_error(recorder):
                self.client.log_batch(recorder.run_id, params=[Param(key, value) for key, value in params.items()])
                self.client.log_text(recorder.run_id, config, CONFIG_FILE)
                self.client.log_inputs(recorder.run_id, datasets=[_dataset(params)])
        return recorder

    @contextmanager
    def sweep(
        self, *, experiment: str, study: Study, axes: Mapping[str, Sequence[str]], fingerprints: Sequence[str], runs: int, outbox: Outbox
    ) -> Iterator[str]:
        """The parent run of a sweep of the runs `fingerprints`, of which `runs` are to be trained; gives its id.

        Where the server has gone away when the sweep ends, `outbox` keeps that it has ended.
        """
        grid = ["| hyperparameter | values |", "|---|---|", *(f"| {key} | {', '.join(values)} |" for key, values in axes.items())]
        tags = {STUDY: experiment, NOTE: "\n".join([study.description, "", *grid])}
        with self.connection.answering():
            recorder = self._open(experiment, study, f"sweep of {runs} runs", tags)
            run_id = recorder.run_id
            self.plan(run_id, study, axes, fingerprints)
            # The tags say that the plan is there.
            self.client.set_tag(run_id, RUNS, str(runs))
            self.client.set_tag(run_id, AXES, ",".join(axes))

        def end(error: BaseException | None) -> None:
            try:
                with self.connection.answering():
                    children = search(self.client, f"attributes.status = 'RUNNING' and tags.`{PARENT}` = '{run_id}'")
                for child in children:  # of workers that were killed on machines of their own
                    self.close(child.info.run_id, "KILLED", reason="its worker ended without a word")
                recorder.end(error)
            except AwayError:
                outbox.put_end(run_id, status_of(error), int(time.time() * 1000))

        try:
            yield run_id
        except BaseException as error:
            end(error)
            raise
        end(None)

    def plan(self, run_id: str, study: Study, axes: Mapping[str, Sequence[str]], fingerprints: Sequence[str]) -> None:
        """Writes down, with its parent run, what a sweep is of."""
        first = [axis for axis in (study.colour, study.style) if axis]
        with self.connection.answering():
            self.client.log_dict(run_id, {"first": first, "axes": dict(axes), "fingerprints": list(fingerprints)}, PLAN_FILE)

    def sweep_of(self, parent_run_id: str) -> Sweep:
        """Reads what the sweeper wrote on the parent run."""
        with self.connection.answering():
            run = self.client.get_run(parent_run_id)
        return Sweep(int(run.data.tags[RUNS]), [key for key in run.data.tags[AXES].split(",") if key])

    def close(self, run_id: str, status: str, ended_at: int | None = None, reason: str = "") -> str:
        """Ends a run that another process has begun, if it is there and RUNNING; gives the status that it had, of a deleted one DELETED."""
        with self.connection.answering():
            try:
                run = self.client.get_run(run_id)
            except MlflowException as error:
                if error.error_code != ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
                    raise
                return "DELETED"
            if run.info.lifecycle_stage != "active":
                return "DELETED"
            if run.info.status == "RUNNING":
                self.client.set_terminated(run_id, status, ended_at)
                if reason:
                    self.client.set_tag(run_id, ERROR, reason)
            return str(run.info.status)

    def close_left(self) -> int:
        """Ends as KILLED what processes of this machine left RUNNING when they were killed; gives how many runs."""
        with self.connection.answering():
            running = search(self.client, f"attributes.status = 'RUNNING' and tags.`{PROCESS}` != ''")
        left = [run.info.run_id for run in running if process.ended(run.data.tags[PROCESS])]
        # Looked at once more: the process may have ended them since.
        return sum(self.close(run_id, "KILLED", reason="its process ended without a word") == "RUNNING" for run_id in left)

    def _open(self, experiment: str, study: Study, name: str, tags: Mapping[str, str], began_at: int | None = None) -> Recorder:
        if experiment not in self._experiments:
            self._experiments[experiment] = store.experiment_id(self.client, self.connection.uri, experiment, study.description)
        identifier = self._experiments[experiment]
        run = self.client.create_run(identifier, began_at, dict(tags) | {PROCESS: process.mine()}, name)
        return Recorder(self.connection, identifier, run.info.run_id)


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
