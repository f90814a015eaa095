"""Records runs in the store: many in one transaction of a database, side by side on a server."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from fcnn.config.schema import Config, Study
from fcnn.errors import DiskFullError, StoreError, StoreUnavailableError
from fcnn.params import DATASET_KEYS, format_label
from fcnn.tracking import bulk, process, requests, store
from fcnn.tracking.address import is_server
from fcnn.tracking.client import MAX_THREADS
from fcnn.tracking.descriptions import describe_dataset
from fcnn.tracking.experiment import Experiment
from fcnn.tracking.mlflow_run import Changes, MlflowRun, Opening
from fcnn.tracking.names import CONFIG_FILE, FINGERPRINT, PARENT, PROCESS, STUDY
from fcnn.tracking.provenance import environment_tags
from fcnn.tracking.reader import Reader


class RunWriter(Reader):
    """A store whose runs can be recorded."""

    def __init__(self, uri: str, allow_unavailable: bool = False) -> None:
        super().__init__(uri, allow_unavailable)
        self._experiments: dict[str, Experiment] = {}

    def open_run(
        self,
        config: Config,
        *,
        name: str,
        params: Mapping[str, str],
        fingerprint: str,
        config_yaml: str,
        tags: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        started_ms: int | None = None,
        ended_ms: int | None = None,
        dataset: str | None = None,
    ) -> MlflowRun:
        """Make a run, which is in the store once it is written.

        Args:
            config: Names the experiment and the parent run.
            name: Name of the run.
            params: Its params, by config key.
            fingerprint: Hash of all that can change its result.
            config_yaml: The YAML that it keeps.
            tags: Further tags of the run.
            environment: Tags of versions, commit and machine; by default those of this process.
            started_ms: When it started, in ms; by default now.
            ended_ms: When it ended, in ms, if that was not now.
            dataset: Name of its data set; by default from its params.
        """
        parent_run_id = config.tracking.parent_run_id
        all_tags = {STUDY: config.experiment, FINGERPRINT: fingerprint, **(tags or {})}
        all_tags |= environment or environment_tags()
        if parent_run_id:
            all_tags[PARENT] = parent_run_id
        data = describe_dataset(dataset or format_label(params, DATASET_KEYS), params)
        opening = Opening(name, started_ms or int(time.time() * 1000), params, data)
        changes = Changes(
            opening, all_tags | self.process_tag, files={CONFIG_FILE: config_yaml.encode()}
        )
        experiment = self.open_experiment(config.experiment, config.study)
        return MlflowRun(self.write, experiment, changes, ended_ms)

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
            experiment_id = store.get_or_create_experiment(
                self.client, self.uri, name, study.description
            )
            location = str(self.client.get_experiment(experiment_id).artifact_location)
            with self.guard.translate_errors() as client:
                is_local = bulk.can_write(client, location)
            self._experiments[name] = Experiment(experiment_id, location, is_local)
        return self._experiments[name]


def _note_fault(write: Callable[[MlflowRun], None], run: MlflowRun) -> None:
    """Write a run, and keep with it why the store does not take it."""
    try:
        write(run)
    except OSError as error:  # the folder of temporary files, which may be full
        run.fault = StoreError(f"it cannot be recorded: {error}")
    except Exception as error:  # the others are to be written
        run.fault = error
