"""Opens runs and sweeps in a store, and closes those that others left open."""

import hashlib
import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mlflow import MlflowException
from mlflow.artifacts import load_dict
from mlflow.entities import Dataset, DatasetInput, InputTag, Param

from fcnn.config.schema import SECTIONS, Config, Study
from fcnn.errors import StoreRejectedError, StoreUnavailableError
from fcnn.escaping import markdown, printable
from fcnn.network import NUMERICS_VERSION
from fcnn.params import (
    DATASET_KEYS,
    DERIVED_KEYS,
    DIGEST_KEY,
    MAX_LABEL_LENGTH,
    NUMERICS_OF_0_1_0,
    PATH_KEY,
    fingerprint_of_params,
    format_label,
    truncate_with_hash,
)
from fcnn.tracking import process, store
from fcnn.tracking.client import StoreClient
from fcnn.tracking.connection import tag_filter
from fcnn.tracking.names import (
    COMMAND,
    CONFIG_FILE,
    DIVERGED,
    ERROR,
    FINGERPRINT,
    INTERRUPTED,
    NOTE,
    PARENT,
    PLAN_FILE,
    PROCESS,
    RUNS,
    STUDY,
)
from fcnn.tracking.outbox import Outbox, PendingTermination
from fcnn.tracking.provenance import command, environment_tags
from fcnn.tracking.reader import Reader
from fcnn.tracking.recorder import Recorder, status_of


@dataclass(frozen=True)
class Sweep:
    """What a job has to know of the sweep it belongs to."""

    runs: int
    axes: list[str]
    tables: dict[str, str] = field(default_factory=dict)
    """What its csv files are called, by digest."""


class Writer(Reader):
    """The store open for writing, by those who look first what is there."""

    def run(
        self,
        config: Config,
        *,
        name: str,
        params: Mapping[str, str],
        fingerprint: str,
        source: str,
        provenance: Mapping[str, str] | None = None,
        began_at: int | None = None,
        dataset: str | None = None,
    ) -> Recorder:
        """Opens a run; `source` is the YAML that it keeps, `dataset` what its data set is called, by default as its params say.

        `provenance` and `began_at` (ms) are what it was made with and when it began, by default `facts()` and now.
        """
        parent = config.tracking.parent_run_id
        tags = {
            STUDY: config.experiment,
            FINGERPRINT: fingerprint,
            **(provenance or environment_tags()),
        } | ({PARENT: parent} if parent else {})
        recorder = self._open(config.experiment, config.study, name, tags, began_at)
        try:
            self.client.log_batch(
                recorder.run_id, params=[Param(key, value) for key, value in params.items()]
            )
            self.client.log_text(recorder.run_id, source, CONFIG_FILE)
            name = dataset or format_label(params, DATASET_KEYS)
            self._log_dataset(recorder.run_id, name, params)
        except BaseException as error:
            recorder.end(error)
            raise
        return recorder

    @contextmanager
    def sweep(
        self,
        first: Config,
        axes: Mapping[str, Sequence[str]],
        fingerprints: Sequence[str],
        runs: int,
        tables: Mapping[str, str] | None = None,
    ) -> Iterator[str]:
        """The parent run of a sweep of the runs `fingerprints`, of which `runs` are to be trained, `first` among them; gives its id.

        `tables` are what its csv files are called, by digest. Where the store has gone away when the sweep ends, the outbox
        keeps that it has ended.
        """
        experiment = first.sweep_experiment
        grid = [
            "| hyperparameter | values |",
            "|---|---|",
            *(
                f"| {markdown(key)} | "
                f"{markdown(', '.join(truncate_with_hash(printable(value), MAX_LABEL_LENGTH) for value in values))} |"
                for key, values in axes.items()
            ),
        ]
        note = "\n".join([markdown(first.study.description), "", *grid])
        tags = {STUDY: experiment, NOTE: note, COMMAND: command()}
        recorder = self._open(experiment, first.study, f"sweep of {runs} runs", tags)
        self.write_plan(recorder.run_id, first.study, axes, fingerprints, tables)
        self.client.set_tag(recorder.run_id, RUNS, str(runs))  # which says that the plan is there
        outcome: BaseException | None = None
        try:
            yield recorder.run_id
        except BaseException as error:
            outcome = error
            raise
        finally:
            try:
                # Children of workers that were killed on machines of their own.
                for child in self.search(
                    f"attributes.status = 'RUNNING' and tags.`{PARENT}` = '{recorder.run_id}'"
                ):
                    self.close(
                        child.info.run_id, "KILLED", reason=f"{INTERRUPTED}: its worker was killed"
                    )
                recorder.end(outcome)
            except (StoreUnavailableError, StoreRejectedError):
                end = PendingTermination(
                    run_id=recorder.run_id, status=status_of(outcome), ended=int(time.time() * 1000)
                )
                Outbox(first.tracking).put(end, recorder.run_id)

    def write_plan(
        self,
        run_id: str,
        study: Study,
        axes: Mapping[str, Sequence[str]],
        fingerprints: Sequence[str],
        tables: Mapping[str, str] | None = None,
    ) -> None:
        """Writes down, with its parent run, what a sweep is of."""
        first = [axis for axis in (study.colour, study.style) if axis]
        self.client.log_dict(
            run_id,
            {
                "first": first,
                "axes": dict(axes),
                "fingerprints": list(fingerprints),
                "tables": dict(tables or {}),
            },
            PLAN_FILE,
        )

    def sweep_of(self, parent_run_id: str) -> Sweep | None:
        """Reads what the sweeper wrote with the parent run; None where the store has no such run."""
        found = self.search(f"attributes.run_id = '{parent_run_id}'")
        if not found or RUNS not in found[0].data.tags:
            return None
        plan = self._load_artifact(load_dict, parent_run_id, PLAN_FILE)
        return Sweep(int(found[0].data.tags[RUNS]), list(plan["axes"]), plan.get("tables", {}))

    def recorded(self, fingerprint: str, began_at: int) -> bool:
        """Whether the training that began at `began_at` (ms) is there with how it ended."""
        wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}' and attributes.start_time = {began_at}"
        return any(
            run.info.status == "FINISHED"
            or (run.info.status == "FAILED" and DIVERGED in run.data.tags)
            for run in self.search(wanted)
        )

    def former_fingerprints(self, digests: Collection[str]) -> dict[str, str]:
        """What finished runs of 0.1.0 on these csv files go by, by the fingerprint that they would have now.

        There the path of the file was part of it, however it was typed and wherever the file lay.
        """
        if NUMERICS_VERSION != NUMERICS_OF_0_1_0:
            return {}
        former: dict[str, str] = {}
        for digest in digests:
            for run in self.search(
                f"params.`{DIGEST_KEY}` = '{digest}' and attributes.status = 'FINISHED' and {tag_filter(FINGERPRINT)}"
            ):
                params = {
                    key: value
                    for key, value in run.data.params.items()
                    if key.partition(".")[0] in SECTIONS and key not in DERIVED_KEYS
                }
                now, then = fingerprint_of_params(params), run.data.tags[FINGERPRINT]
                if now != then:
                    former.setdefault(now, then)
        return former

    def close(self, run_id: str, status: str, ended_at: int | None = None, reason: str = "") -> str:
        """Ends a run that another process has begun, if it is there and RUNNING; gives the status that it had, of a deleted one DELETED."""
        for run in self.search(f"attributes.run_id = '{run_id}'"):
            if run.info.status == "RUNNING":
                self.client.set_terminated(run_id, status, ended_at)
                if reason:
                    self.client.set_tag(run_id, ERROR, reason)
            return str(run.info.status)
        return "DELETED"

    def close_orphaned_runs(self) -> int:
        """Ends as KILLED what processes of this machine left RUNNING when they were killed; gives how many runs."""
        running = self.search(f"attributes.status = 'RUNNING' and {tag_filter(PROCESS)}")
        left = [run.info.run_id for run in running if process.has_exited(run.data.tags[PROCESS])]
        # Looked at once more: the process may have ended them since.
        return sum(
            self.close(run_id, "KILLED", reason=f"{INTERRUPTED}: its process was killed")
            == "RUNNING"
            for run_id in left
        )

    def _log_dataset(self, run_id: str, name: str, params: Mapping[str, str]) -> None:
        """Says what the run is trained on. Where another process says so of the same data at the same moment, MLflow fails once."""
        datasets = [_dataset(name, params)]
        try:
            self.client.log_inputs(run_id, datasets=datasets)
        except (MlflowException, StoreRejectedError):
            self.client.log_inputs(run_id, datasets=datasets)

    def _open(
        self,
        experiment: str,
        study: Study,
        name: str,
        tags: Mapping[str, str],
        began_at: int | None = None,
    ) -> Recorder:
        identifier = store.get_or_create_experiment(
            self.client, self.uri, experiment, study.description
        )
        run = self.client.create_run(
            identifier, began_at, dict(tags) | {PROCESS: process.current_process()}, name
        )
        return Recorder(self, identifier, run.info.run_id)


def _dataset(name: str, params: Mapping[str, str]) -> DatasetInput:
    """What MLflow shows of the data that a run was trained on; equal data have equal digests, wherever their file lies."""
    source = {key: value for key, value in params.items() if key.startswith("dataset.")}
    same = source if DIGEST_KEY not in source else source | {PATH_KEY: ""}
    digest = hashlib.sha256(json.dumps(same).encode()).hexdigest()[:8]
    data = Dataset(name, digest, source_type="fcnn", source=json.dumps(source))
    return DatasetInput(data, [InputTag("mlflow.data.context", "training")])


_BEST = "\n\n**Best run:** "


def log_report(client: StoreClient, run_id: str, files: Sequence[Path], best: str) -> None:
    """Stores a report's files with the parent run of the sweep, where MLflow's UI shows them.

    The run's note says which run is the `best`, as plain text.
    """
    for file in files:
        client.log_artifact(run_id, str(file), artifact_path="report")
    note = client.get_run(run_id).data.tags.get(NOTE, "").partition(_BEST)[0]
    client.set_tag(
        run_id,
        NOTE,
        f"{note}{_BEST}{markdown(best)}. Figures and tables: Artifacts, folder `report`.",
    )
