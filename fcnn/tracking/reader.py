"""Looks runs up in MLflow, for training and for reports: which are finished, what they are, and their curves as data frames."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import nan
from typing import Any

import pandas as pd
from mlflow.artifacts import download_artifacts, load_dict, load_text
from mlflow.entities import Run
from mlflow.store.db.db_types import DATABASE_ENGINES
from mlflow.store.tracking.dbmodels.models import (
    SqlExperiment,
    SqlLatestMetric,
    SqlMetric,
    SqlRun,
    SqlTag,
)
from numpy.typing import NDArray
from sqlalchemy import create_engine, select

from fcnn.escaping import from_markdown, printable
from fcnn.params import sort_values
from fcnn.tracking import npz, process
from fcnn.tracking.connection import NEWEST_FIRST, Connection, has, parts
from fcnn.tracking.names import (
    ARRAYS_FILE,
    COMMAND,
    CONFIG_FILE,
    DIVERGED,
    ERROR,
    FINGERPRINT,
    NOTE,
    PARENT,
    PLAN_FILE,
    PROCESS,
    RUNS,
)
from fcnn.tracking.plan import Finished, command_of
from fcnn.tracking.plan import Plan as Plan
from fcnn.tracking.store import StoreError, StoreRejectedError

METRICS = ("loss", "val_loss", "accuracy", "val_accuracy")
READERS = 8
"""A server is asked for one thing at a time; most of that is waiting."""


class Reader(Connection):
    """A store open for looking things up."""

    def __init__(self, uri: str, waiting: bool = False) -> None:
        super().__init__(uri, waiting)
        self.database = (
            create_engine(uri)
            if uri.partition(":")[0].partition("+")[0] in DATABASE_ENGINES
            else None
        )

    def finished(self, fingerprints: Collection[str]) -> dict[str, Finished]:
        """The newest finished run of each fingerprint that has one, in whatever study."""
        find = self._finished_in_database if self.database else self._finished_of_client
        rows = [row for part in parts(list(fingerprints)) for row in find(part)]
        return {fingerprint: Finished(run_id, loss) for fingerprint, run_id, loss in rows}

    def _finished_in_database(self, fingerprints: Sequence[str]) -> list[tuple[str, str, float]]:
        """Fingerprint, run and loss, oldest first: one question instead of one for each."""
        query: Any = (
            select(SqlTag.value, SqlTag.run_uuid, SqlLatestMetric.value)
            .join(SqlRun, SqlRun.run_uuid == SqlTag.run_uuid)
            .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
            .join(SqlLatestMetric, SqlLatestMetric.run_uuid == SqlTag.run_uuid)
            .where(
                SqlTag.key == FINGERPRINT,
                SqlTag.value.in_(fingerprints),
                SqlLatestMetric.key == "val_loss",
            )
            .where(
                SqlRun.status == "FINISHED",
                SqlRun.lifecycle_stage == "active",
                SqlExperiment.lifecycle_stage == "active",
            )
            .order_by(SqlRun.start_time)
        )
        assert self.database is not None
        with self.translate_errors(), self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _finished_of_client(self, fingerprints: Sequence[str]) -> list[tuple[str, str, float]]:
        """As `_finished_in_database`, from a server."""
        everywhere = self.experiments()

        def find(fingerprint: str) -> list[Run]:
            wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}' and attributes.status = 'FINISHED'"
            return list(
                self.client.search_runs(everywhere, wanted, order_by=NEWEST_FIRST, max_results=1)
            )

        with ThreadPoolExecutor(READERS) as pool:
            found = [run for runs in pool.map(find, fingerprints) for run in runs]
        return [
            (run.data.tags[FINGERPRINT], run.info.run_id, run.data.metrics["val_loss"])
            for run in found
        ]

    def seconds_per_run(self) -> float | None:
        """Seconds a run in the largest of the newest finished sweeps; None where there is none that trained anything."""
        wanted = f"{has(RUNS)} and tags.`{RUNS}` != '0' and attributes.status = 'FINISHED'"
        sweeps = self.client.search_runs(
            self.experiments(), wanted, order_by=NEWEST_FIRST, max_results=10
        )
        if not sweeps:
            return None
        run = max(sweeps, key=lambda run: int(run.data.tags[RUNS]))
        return float(run.info.end_time - run.info.start_time) / 1000 / int(run.data.tags[RUNS])

    def studies(self) -> dict[str, Counter[str]]:
        """Of each experiment that holds runs of ours, in alphabetical order, how many have which status.

        Of those that are equal one counts: a finished one, else the newest.
        """
        names = sorted(experiment.name for experiment in self.client.search_experiments())
        frames = {name: self.runs(name, self.plan(name)) for name in names}
        return {
            name: Counter(latest_per_group(runs, ["fingerprint"])["status"])
            for name, runs in frames.items()
            if len(runs)
        }

    def description(self, name: str) -> str:
        """What the study says that it is about, printable; lines are its own."""
        experiment = self.client.get_experiment_by_name(name)
        note = str(experiment.tags.get(NOTE, "")) if experiment else ""
        return printable(from_markdown(note), newlines=True)

    def runs(self, name: str, plan: Plan | None) -> pd.DataFrame:
        """One row a run of the study, the newest of its own first, also of those that its `plan` found finished in another study.

        Columns: `run_id`, `name`, `status` (KILLED too where its process was killed and nobody has closed it), `started` (UTC), `seconds` (NaN while it runs), `sweep` (parent run or None),
        `fingerprint`, `diverged_epoch` (NaN where it did not), `error` (why it failed), `final_loss`, `final_val_loss` and so on for each
        metric, and a column of strings for each param, called by its key. Words of users in them are printable.
        """
        rows = [
            {
                "run_id": run.info.run_id,
                "name": printable(run.info.run_name),
                "status": _status(run),
                "started": pd.Timestamp(run.info.start_time, unit="ms", tz="UTC"),
                "seconds": (run.info.end_time - run.info.start_time) / 1000
                if run.info.end_time
                else nan,
                "sweep": run.data.tags.get(PARENT),
                "fingerprint": run.data.tags[FINGERPRINT],
                "diverged_epoch": float(run.data.tags.get(DIVERGED, "nan")),
                "error": printable(" ".join(run.data.tags.get(ERROR, "").splitlines())),
                **{f"final_{metric}": run.data.metrics.get(metric, nan) for metric in METRICS},
                **{key: printable(value) for key, value in run.data.params.items()},
            }
            for run in self._runs(name, plan)
        ]
        return pd.DataFrame(rows)

    def _runs(self, name: str, plan: Plan | None) -> list[Run]:
        own = self._search(name, FINGERPRINT)
        missing = (plan.ever if plan else set()) - {
            run.data.tags[FINGERPRINT] for run in own if run.info.status == "FINISHED"
        }
        shared = [one.run_id for one in self.finished(missing).values()]
        for part in parts(shared):
            own += self.search(
                f"attributes.run_id IN ({', '.join(repr(run_id) for run_id in part)})"
            )
        return own

    def curves(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """One row an epoch of a run: `run_id`, `epoch` (from 1) and a column a metric, NaN where a run has it not."""
        points = self._points_of_database if self.database else self._points_of_client
        return pd.concat(
            [_table(points(part, metrics)) for part in parts(run_ids)], ignore_index=True
        )

    def _points_of_database(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """`run_id`, `metric`, `epoch`, `value`, oldest first: one question of MLflow's own table instead of one for each curve.

        MLflow's client answers one curve a call, which takes minutes where this takes seconds.
        """
        columns = [
            SqlMetric.run_uuid.label("run_id"),
            SqlMetric.key.label("metric"),
            SqlMetric.step.label("epoch"),
            SqlMetric.value,
        ]
        # Asked for metrics or an order too, SQLite would look through those of all runs.
        wanted = SqlMetric.run_uuid.in_(run_ids), SqlMetric.is_nan.is_(False)
        with self.translate_errors():
            points = pd.read_sql_query(
                select(*columns, SqlMetric.timestamp).where(*wanted), self.database
            )
        return (
            points[points["metric"].isin(metrics)]
            .sort_values("timestamp", kind="stable")
            .drop(columns="timestamp")
        )

    def _points_of_client(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """As `_points_of_database`, from a server."""
        jobs = [(run_id, metric) for run_id in run_ids for metric in metrics]
        with ThreadPoolExecutor(READERS) as pool:
            histories = list(pool.map(lambda job: self.client.get_metric_history(*job), jobs))
        rows = [
            (*job, point.step, point.value)
            for job, history in zip(jobs, histories, strict=True)
            for point in history
        ]
        return pd.DataFrame(rows, columns=["run_id", "metric", "epoch", "value"])

    def plan(self, name: str) -> Plan | None:
        """What the study's sweeps planned; None where it has no sweep.

        Raises:
            StoreError: a plan is not where the store says.
        """
        sweeps = self._search(name, RUNS)
        if not sweeps:
            return None
        files = [self._kept(load_dict, run.info.run_id, PLAN_FILE) for run in sweeps]
        keys = dict.fromkeys(key for file in files for key in file["axes"])
        # The oldest sweep's order of words is the study's; what was added later comes after.
        axes = {
            key: sort_values(
                printable(value) for file in reversed(files) for value in file["axes"].get(key, [])
            )
            for key in keys
        }
        ever = {one for file in files for one in file["fingerprints"]}
        newest: list[str] = next(
            (file["fingerprints"] for file in files if file["fingerprints"]), []
        )  # a search plans none
        # A grid's axes have values; a search names its axes and nothing more.
        planned = {run.info.run_id: file for run, file in zip(sweeps, files, strict=True)}
        searches = {key for key, file in planned.items() if not all(file["axes"].values())}
        grids = [file["fingerprints"] for key, file in planned.items() if key not in searches]
        gridded = {one for fingerprints in grids for one in fingerprints}
        parent = sweeps[0]
        command = parent.data.tags.get(COMMAND) or command_of(name)
        first = files[0]["first"]
        return Plan(parent.info.run_id, first, axes, set(newest), ever, searches, gridded, command)

    def tracked(self, run_id: str) -> tuple[Run, str] | None:
        """A run of ours and its composed YAML; None where there is none of this id, or it keeps no config."""
        found = self.search(f"attributes.run_id = '{run_id}'") if run_id.isalnum() else []
        if not found or CONFIG_FILE not in [
            file.path for file in self.client.list_artifacts(run_id)
        ]:
            return None
        return found[0], self._kept(load_text, run_id, CONFIG_FILE)

    def arrays(self, run_id: str) -> dict[str, NDArray[Any]]:
        """The weights of a finished run as `weights_0`, `weights_1`, ...; of a table also `true`, `predicted`, `classes`."""
        path = self._kept(download_artifacts, run_id, ARRAYS_FILE)
        try:
            return npz.load(path)
        except npz.DamagedError as error:
            raise StoreError(f"tracking.uri: {ARRAYS_FILE} of run {run_id} {error}") from None

    def _kept(self, load: Callable[[str], Any], run_id: str, name: str) -> Any:
        """What is kept with a run.

        Raises:
            StoreError: it is not where the store says.
        """
        try:
            with self.translate_errors():
                return load(f"runs:/{run_id}/{name}")
        except StoreRejectedError:
            raise StoreError(
                f"tracking.uri: {name} of run {run_id} is not where the store says; was its folder mlruns moved?"
            ) from None
        except ValueError:
            raise StoreError(f"tracking.uri: {name} of run {run_id} cannot be read") from None

    def _search(self, name: str, tag: str) -> list[Run]:
        """The runs of an experiment that have a tag, newest first; none where there is no such experiment."""
        experiment = self.client.get_experiment_by_name(name)
        return self.search(has(tag), [experiment.experiment_id]) if experiment else []


def _status(run: Run) -> str:
    """What has become of the run, also where its process was killed and could not say so."""
    left = run.info.status == "RUNNING" and process.ended(run.data.tags.get(PROCESS, ""))
    return "KILLED" if left else str(run.info.status)


def latest_per_group(runs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of the runs that are equal in `keys` one: of frames with the newest first the newest that has finished, else the newest."""
    return runs.sort_values(
        "status", key=lambda status: status != "FINISHED", kind="stable"
    ).drop_duplicates(keys)


def _table(points: pd.DataFrame) -> pd.DataFrame:
    """A column a metric; of a value that was logged twice the last."""
    latest = points.drop_duplicates(["run_id", "metric", "epoch"], keep="last")
    return (
        latest.pivot(index=["run_id", "epoch"], columns="metric", values="value")
        .reset_index()
        .rename_axis(columns=None)
    )
