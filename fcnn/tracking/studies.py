"""The studies of a store: what each takes, who needs its runs, and what may be done to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mlflow.entities import Experiment, LoggedModel, Run

from fcnn.errors import ConfigError
from fcnn.tracking.artifact_files import delete_files, measure_files
from fcnn.tracking.client import list_experiments, read_pages
from fcnn.tracking.frames import get_status
from fcnn.tracking.links import format_link, ui_address
from fcnn.tracking.mlflow_internals import erase, is_database
from fcnn.tracking.names import FINGERPRINT, INTERRUPTED, RUNS, STUDY
from fcnn.tracking.writer import Writer

MLFLOW_DEFAULT_ID = "0"
"""The experiment that MLflow itself makes, and does not do without."""


@dataclass(frozen=True)
class StudySummary:
    """What the store has of a study.

    Attributes:
        name: Name of the study.
        statuses: How many of its own runs have which status, attempts at the same config included.
        latest_ms: When the latest of them started, in ms since the epoch.
        n_bytes: Size of its files; None where they are not on this machine.
        needed_by: Other studies whose plans name finished runs of this one, which they lack.
    """

    name: str
    statuses: Counter[str]
    latest_ms: int
    n_bytes: int | None
    needed_by: list[str]


@dataclass(frozen=True)
class Deletion:
    """What goes when a study is deleted, and what stays.

    Attributes:
        experiment: The experiment of the study.
        runs: The runs that go, parent runs of sweeps included.
        models: The models of these runs.
        n_kept: Runs that stay.
        needed_by: The studies that need these.
    """

    experiment: Experiment
    runs: list[Run]
    models: list[LoggedModel]
    n_kept: int
    needed_by: list[str]

    @property
    def n_networks(self) -> int:
        """How many of the runs are networks."""
        return sum(FINGERPRINT in run.data.tags for run in self.runs)

    @property
    def n_bytes(self) -> int | None:
        """Size of what goes."""
        return measure_files(self.runs, self.models)


class StudyManager:
    """Lists, renames, deletes and closes the studies of a store.

    Example:
        >>> manager = StudyManager(Writer("sqlite:///mlflow.db"))
        >>> manager.delete(manager.plan_deletion("depth"))
    """

    def __init__(self, store: Writer) -> None:
        self._store = store
        self._client = store.client
        experiments = list_experiments(self._client)
        self._experiments = {experiment.name: experiment for experiment in experiments}
        self._runs = store.outlines(experiments)

    def summaries(self) -> list[StudySummary]:
        """The studies that have runs, by name."""
        needed = self._find_needed()
        return [self._summarize(name, needed) for name, runs in sorted(self._runs.items()) if runs]

    def links(self, address: str | None) -> dict[str, str]:
        """The link to each study that has runs in the UI at an address, by default the store's."""
        address = address or ui_address(self._store.uri)
        return {
            name: format_link(address, self._experiments[name].experiment_id)
            for name, runs in sorted(self._runs.items())
            if runs
        }

    def rename(self, name: str, new_name: str) -> int:
        """Give a study another name.

        Returns:
            How many runs it has.

        Raises:
            ConfigError: There is no such study, it is being trained, or the name is taken.
        """
        experiment = self._find(name)
        # Also of those that are deleted, whose names MLflow keeps.
        if self._client.get_experiment_by_name(new_name) is not None:
            raise ConfigError(f"{new_name}: the store has an experiment of this name")
        self._client.rename_experiment(experiment.experiment_id, new_name)
        for run in self._runs[name]:
            self._client.set_tag(run.info.run_id, STUDY, new_name)
        return sum(FINGERPRINT in run.data.tags for run in self._runs[name])

    def plan_deletion(self, name: str) -> Deletion:
        """Find out what goes with a study: the runs that no other study needs.

        Raises:
            ConfigError: There is no such study, or it is being trained.
        """
        experiment = self._find(name)
        needed = self._find_needed()
        kept = [run for run in self._runs[name] if self._users(name, run, needed)]
        kept_ids = {run.info.run_id for run in kept}
        runs = [run for run in self._runs[name] if run.info.run_id not in kept_ids]
        users = {user for run in kept for user in self._users(name, run, needed)}
        return Deletion(experiment, runs, self._find_models(runs), len(kept), sorted(users))

    def delete(self, deletion: Deletion) -> bool:
        """Delete runs, their models and files, and the experiment if nothing else is in it.

        Returns:
            Whether they are erased; a server keeps what was deleted until it is told to erase it.
        """
        for model in deletion.models:
            self._client.delete_logged_model(model.model_id)
        for run in deletion.runs:
            self._client.delete_run(run.info.run_id)
        if not is_database(self._store.uri):
            return False
        experiment_id = str(deletion.experiment.experiment_id)
        is_empty = not deletion.n_kept and experiment_id != MLFLOW_DEFAULT_ID
        if is_empty:
            self._client.delete_experiment(experiment_id)
        delete_files(deletion.runs, deletion.models)
        with self._store.guard.translate_errors() as client:
            erase(
                client,
                model_ids=[model.model_id for model in deletion.models],
                run_ids=[run.info.run_id for run in deletion.runs],
                experiment_id=experiment_id if is_empty else None,
            )
        return True

    def find_running(self, name: str) -> list[Run]:
        """Return the runs of a study that are RUNNING, parent runs of sweeps included.

        Raises:
            ConfigError: There is no such study, or none of its runs is.
        """
        running = self._list_running(name)
        if not running:
            raise ConfigError(f"{name}: none of its runs is RUNNING")
        return running

    def close(self, runs: Iterable[Run]) -> None:
        """End runs that are still RUNNING as KILLED, without what they have stored half."""
        for run in runs:
            reason = f"{INTERRUPTED}: closed by hand"
            self._store.close_run(run.info.run_id, "KILLED", reason=reason)

    def _list_running(self, name: str) -> list[Run]:
        if not self._runs.get(name):
            names = ", ".join(sorted(name for name, runs in self._runs.items() if runs))
            raise ConfigError(f"{name}: should be one of {names or 'no study at all'}")
        return [run for run in self._runs[name] if get_status(run) == "RUNNING"]

    def _find(self, name: str) -> Experiment:
        """The experiment of a study that nobody trains.

        Raises:
            ConfigError: There is none, or it is being trained.
        """
        if n_running := len(self._list_running(name)):
            raise ConfigError(
                f"{name}: {n_running} of its runs are running; wait for them, or `close {name}` "
                "ends them if nothing trains them any more"
            )
        return self._experiments[name]

    def _find_needed(self) -> dict[str, set[str]]:
        """The fingerprints that each study plans, and has no finished run of."""
        needed = {}
        for name, runs in self._runs.items():
            if not any(RUNS in run.data.tags for run in runs):
                continue
            finished = {
                run.data.tags.get(FINGERPRINT) for run in runs if run.info.status == "FINISHED"
            }
            needed[name] = self._store.planned_fingerprints(runs) - finished
        return needed

    def _users(self, name: str, run: Run, needed: Mapping[str, set[str]]) -> list[str]:
        """The other studies that need a run."""
        if run.info.status != "FINISHED":
            return []
        fingerprint = run.data.tags.get(FINGERPRINT)
        return [user for user, wanted in needed.items() if user != name and fingerprint in wanted]

    def _summarize(self, name: str, needed: Mapping[str, set[str]]) -> StudySummary:
        runs = self._runs[name]
        networks = [run for run in runs if FINGERPRINT in run.data.tags]
        return StudySummary(
            name=name,
            statuses=Counter(get_status(run) for run in networks),
            latest_ms=max(run.info.start_time for run in runs),
            n_bytes=measure_files(runs, self._find_models(runs)),
            needed_by=sorted({user for run in networks for user in self._users(name, run, needed)}),
        )

    def _find_models(self, runs: Iterable[Run]) -> list[LoggedModel]:
        """The models of runs of one experiment."""
        run_ids = {run.info.run_id for run in runs}
        experiment_ids = sorted({run.info.experiment_id for run in runs})
        if not experiment_ids:
            return []
        models = read_pages(self._client.search_logged_models, experiment_ids)
        return [model for model in models if model.source_run_id in run_ids]
