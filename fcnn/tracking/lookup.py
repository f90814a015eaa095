"""Looks things up that training has to know: which runs are finished, in whatever study, and how long runs take."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from mlflow.entities import Run
from mlflow.store.db.db_types import DATABASE_ENGINES
from mlflow.store.tracking.dbmodels.models import SqlExperiment, SqlLatestMetric, SqlRun, SqlTag
from sqlalchemy import create_engine, select

from fcnn.tracking.connection import NEWEST_FIRST, Connection, has, parts
from fcnn.tracking.names import FINGERPRINT, RUNS

READERS = 8
"""A server is asked for one thing at a time; most of that is waiting."""


@dataclass(frozen=True)
class Finished:
    """A finished run: its id and its last validation loss."""

    run_id: str
    loss: float


class Lookup(Connection):
    """A store open for looking things up."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.database = create_engine(uri) if uri.partition(":")[0].partition("+")[0] in DATABASE_ENGINES else None

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
            .where(SqlTag.key == FINGERPRINT, SqlTag.value.in_(fingerprints), SqlLatestMetric.key == "val_loss")
            .where(SqlRun.status == "FINISHED", SqlRun.lifecycle_stage == "active", SqlExperiment.lifecycle_stage == "active")
            .order_by(SqlRun.start_time)
        )
        assert self.database is not None
        with self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _finished_of_client(self, fingerprints: Sequence[str]) -> list[tuple[str, str, float]]:
        """As `_finished_in_database`, from a server."""
        everywhere = self.experiments()

        def find(fingerprint: str) -> list[Run]:
            wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}' and attributes.status = 'FINISHED'"
            return list(self.client.search_runs(everywhere, wanted, order_by=NEWEST_FIRST, max_results=1))

        with ThreadPoolExecutor(READERS) as pool:
            found = [run for runs in pool.map(find, fingerprints) for run in runs]
        return [(run.data.tags[FINGERPRINT], run.info.run_id, run.data.metrics["val_loss"]) for run in found]

    def pace(self) -> float | None:
        """Seconds a run in the largest of the newest finished sweeps; None where there is none that trained anything."""
        wanted = f"{has(RUNS)} and tags.`{RUNS}` != '0' and attributes.status = 'FINISHED'"
        sweeps = self.client.search_runs(self.experiments(), wanted, order_by=NEWEST_FIRST, max_results=10)
        if not sweeps:
            return None
        run = max(sweeps, key=lambda run: int(run.data.tags[RUNS]))
        return float(run.info.end_time - run.info.start_time) / 1000 / int(run.data.tags[RUNS])
