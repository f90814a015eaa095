"""Records runs in the store: many in one transaction of a database, side by side on a server."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from fcnn.config.schema import Config, Study
from fcnn.errors import DiskFullError, StoreError, StoreUnavailableError
from fcnn.escaping import markdown
from fcnn.tracking import bulk, process, requests
from fcnn.tracking.address import is_server
from fcnn.tracking.client import MAX_THREADS
from fcnn.tracking.descriptions import describe_dataset
from fcnn.tracking.experiments import get_or_create_experiment
from fcnn.tracking.mlflow_run import Changes, Experiment, MlflowRun, Opening, now_ms
from fcnn.tracking.names import (
    CONFIG_FILE,
    CONSTANT_LOSS,
    FINGERPRINT,
    NOISE_FLOOR,
    NOTE,
    PARENT,
    PROCESS,
    STUDY,
)
from fcnn.tracking.provenance import environment_tags
from fcnn.tracking.reader import Reader


@dataclass(frozen=True, kw_only=True)
class RunDescription:
    """All that a run records of itself when it opens.

    `config` names the experiment and the parent run, `config_yaml` is the YAML that the run keeps,
    `fingerprint` the hash of all that can change its result. `params` are its params by config key,
    `dataset` the name of its data, `environment` the versions, commit and machine as tags, `number`
    its place in the sweep. `constant_loss` and `noise_floor` are the losses that its own is judged
    by. `started_ms` and `ended_ms` are in ms since the epoch, the latter None unless the run ended
    in the past, as one from the outbox did. `notes` say what was decided.
    """

    config: Config
    config_yaml: str
    fingerprint: str
    name: str
    dataset: str
    params: Mapping[str, str]
    number: int = 0
    environment: Mapping[str, str] = field(default_factory=environment_tags)
    started_ms: int = field(default_factory=now_ms)
    ended_ms: int | None = None
    constant_loss: float | None = None
    noise_floor: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """The tags of those reference losses that are known and finite, and a note for people."""
        losses = {CONSTANT_LOSS: self.constant_loss, NOISE_FLOOR: self.noise_floor}
        tags = {
            tag: repr(loss)
            for tag, loss in losses.items()
            if loss is not None and math.isfinite(loss)
        }
        note = "\n".join(f"- {markdown(note)}" for note in self.notes)
        return tags | {NOTE: note} if note else tags


class RunWriter(Reader):
    """A store whose runs can be recorded."""

    def __init__(self, uri: str, allow_unavailable: bool = False) -> None:
        super().__init__(uri, allow_unavailable)
        self._experiments: dict[str, Experiment] = {}

    def open_run(self, description: RunDescription) -> MlflowRun:
        """Make a run, which is in the store once it is written.

        Raises:
            StoreError: Its experiment cannot be opened.
        """
        config = description.config
        tags = {
            STUDY: config.experiment,
            FINGERPRINT: description.fingerprint,
            **description.tags,
            **description.environment,
            **self.process_tag,
        }
        if config.tracking.parent_run_id:
            tags[PARENT] = config.tracking.parent_run_id
        params = description.params
        dataset = describe_dataset(description.dataset, params)
        opening = Opening(description.name, description.started_ms, params, dataset)
        files = {CONFIG_FILE: description.config_yaml.encode()}
        experiment = self.open_experiment(config.experiment, config.study)
        return MlflowRun(experiment, Changes(opening, tags, files=files), description.ended_ms)

    def write(self, runs: Sequence[MlflowRun]) -> None:
        """Write what is queued of runs: to a database together, to a server side by side.

        A run that the store does not take has its `fault` afterwards; the others are written.
        """
        pending = [run for run in runs if not run.changes.is_empty and run.fault is None]
        if all(run.experiment.is_local for run in pending):
            self._write_together(pending)
        elif is_server(self.uri):
            with ThreadPoolExecutor(MAX_THREADS) as pool:
                list(pool.map(lambda run: _note_fault(self._send, run), pending))
        else:
            for run in pending:
                _note_fault(self._send, run)

    def _write_together(self, runs: Sequence[MlflowRun]) -> None:
        if not runs:
            return
        try:
            self._write_rows(*runs)
        except (StoreUnavailableError, DiskFullError) as error:
            for run in runs:
                run.fault = error
        except Exception:  # of one of them, or two processes have recorded the same data
            for run in runs:
                _note_fault(self._write_rows, run)

    def _write_rows(self, *runs: MlflowRun) -> None:
        with self.guard.translate_errors() as client:
            bulk.write_runs(client, runs)

    def _send(self, run: MlflowRun) -> None:
        requests.write_run(self.client, run)

    @cached_property
    def process_tag(self) -> dict[str, str]:
        """The tag by which others find out whether this process still runs."""
        return {PROCESS: process.current_process()}

    def open_experiment(self, name: str, study: Study) -> Experiment:
        """Return the experiment of a study, which is created if it does not exist."""
        if name not in self._experiments:
            stored = get_or_create_experiment(self.client, self.uri, name, study.description)
            location = str(stored.artifact_location)
            with self.guard.translate_errors() as client:
                is_local = bulk.can_write(client, location)
            self._experiments[name] = Experiment(str(stored.experiment_id), location, is_local)
        return self._experiments[name]


def _note_fault(write: Callable[[MlflowRun], None], run: MlflowRun) -> None:
    """Write a run, and keep with it why the store does not take it."""
    try:
        write(run)
    except OSError as error:  # the folder of temporary files, which may be full
        run.fault = StoreError(f"it cannot be recorded: {error}")
    except Exception as error:  # the others are to be written
        run.fault = error
