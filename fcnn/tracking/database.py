"""Queries of MLflow's tables, for stores that are databases: one query where its API needs many."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import nan
from typing import Any, TypeVar

import pandas as pd
from mlflow.entities import LoggedModelStatus, Metric, Param, Run, RunData, RunInfo, RunTag
from sqlalchemy import Connection, NullPool, and_, create_engine, or_, select
from sqlalchemy.orm import aliased

from fcnn.tracking.client import batched
from fcnn.tracking.guard import Guard
from fcnn.tracking.mlflow_internals import (
    SqlExperiment,
    SqlInput,
    SqlLatestMetric,
    SqlLoggedModel,
    SqlMetric,
    SqlParam,
    SqlRun,
    SqlTag,
)
from fcnn.tracking.names import COMPARABLE_LOSSES, DIVERGED, FINGERPRINT, OUTLINE, SETTLED
from fcnn.tracking.plan import FinishedRun, make_finished_run

Entity = TypeVar("Entity")

_IS_ACTIVE: Any = and_(
    SqlRun.lifecycle_stage == "active", SqlExperiment.lifecycle_stage == "active"
)


class DatabaseQueries:
    """What is asked of many runs at once, for databases; see `ServerQueries` for the methods."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        # Not pooled: nothing closes the connections of a pool.
        self.engine = create_engine(guard.uri, poolclass=NullPool)

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._guard.translate_errors(), self.engine.connect() as connection:
            yield connection

    def find_finished_runs(self, fingerprints: Sequence[str]) -> dict[str, FinishedRun]:
        """Join the tags, losses and divergence of the runs."""
        diverged: Any = aliased(SqlTag)
        columns: Any = SqlTag.value, SqlTag.run_uuid, SqlLatestMetric.key, SqlLatestMetric.value
        has_loss = and_(
            SqlLatestMetric.run_uuid == SqlTag.run_uuid,
            SqlLatestMetric.key.in_([*COMPARABLE_LOSSES, SETTLED]),
        )
        has_diverged = and_(diverged.run_uuid == SqlTag.run_uuid, diverged.key == DIVERGED)
        query: Any = (
            _join_run(select(*columns, diverged.value), SqlTag)
            .outerjoin(SqlLatestMetric, has_loss)
            .outerjoin(diverged, has_diverged)
            .where(
                SqlTag.key == FINGERPRINT,
                SqlTag.value.in_(fingerprints),
                or_(
                    and_(SqlRun.status == "FINISHED", SqlLatestMetric.value.is_not(None)),
                    and_(SqlRun.status.in_(["FINISHED", "FAILED"]), diverged.value.is_not(None)),
                ),
                _IS_ACTIVE,
            )
            .order_by(SqlRun.start_time)
        )
        with self._connect() as connection:
            rows = connection.execute(query).all()
        losses = defaultdict[str, dict[str, float]](dict)
        for _, run_id, metric, loss, _ in rows:
            losses[run_id][metric] = loss
        # Oldest first: later rows replace earlier ones.
        return {
            fingerprint: make_finished_run(run_id, losses[run_id], diverged_epoch)
            for fingerprint, run_id, _, _, diverged_epoch in rows
        }

    def list_finished_runs(
        self, fingerprints: Sequence[str], since_ms: int
    ) -> list[tuple[str, int, str]]:
        """Return all of them, whenever they ended."""
        columns: Any = SqlTag.value, SqlRun.start_time, SqlRun.run_uuid
        query = _join_run(select(*columns), SqlTag).where(
            SqlTag.key == FINGERPRINT, SqlRun.status == "FINISHED", _IS_ACTIVE
        )
        rows: list[tuple[str, int, str]] = []
        with self._connect() as connection:
            for batch in batched(fingerprints):
                rows += map(tuple, connection.execute(query.where(SqlTag.value.in_(batch))))
        return rows

    def read_runs(self, experiment_id: str, tag: str) -> list[Run]:
        """As MLflow's search does, which makes an object of every row."""
        has_tag: Any = SqlRun.run_uuid.in_(select(SqlTag.run_uuid).where(SqlTag.key == tag))
        return self._read_runs(and_(SqlRun.experiment_id == int(experiment_id), has_tag))

    def read_runs_by_id(self, run_ids: Sequence[str]) -> list[Run]:
        """Read them as `read_runs` does."""
        return self._read_runs(SqlRun.run_uuid.in_(run_ids))

    def _read_runs(self, is_wanted: Any) -> list[Run]:
        latest: Any = SqlLatestMetric
        latest_metrics = _select_values(latest).add_columns(latest.step, latest.is_nan)
        with self._connect() as connection:
            # First, so that a run that is recorded meanwhile is left out, and not read without
            # values.
            infos = _read_infos(connection, is_wanted)
            tags = _group(connection, _select_values(SqlTag).where(is_wanted), RunTag)
            params = _group(connection, _select_values(SqlParam).where(is_wanted), Param)
            metrics = _group(connection, latest_metrics.where(is_wanted), _make_metric)
        return [
            Run(info, RunData(metrics[info.run_id], params[info.run_id], tags[info.run_id]))
            for info in infos
        ]

    def read_outlines(self, experiment_ids: Sequence[str]) -> list[Run]:
        """Leave out params and metrics, with which MLflow's own search takes 2 ms a run."""
        is_wanted: Any = SqlRun.experiment_id.in_(map(int, experiment_ids))
        tags = _select_values(SqlTag).where(is_wanted, SqlTag.key.in_(OUTLINE))
        with self._connect() as connection:
            infos = _read_infos(connection, is_wanted)
            values = _group(connection, tags, RunTag)
        return [Run(info, RunData(tags=values[info.run_id])) for info in infos]

    def find_runs_with_model(self, run_ids: Sequence[str]) -> set[str]:
        """Join the outputs of runs with their models."""
        is_model_of_run: Any = and_(
            SqlInput.source_type == "RUN_OUTPUT",
            SqlInput.source_id.in_(run_ids),
            SqlLoggedModel.status == LoggedModelStatus.READY.to_int(),
        )
        query: Any = (
            select(SqlInput.source_id)
            .join(SqlLoggedModel, SqlLoggedModel.model_id == SqlInput.destination_id)
            .where(is_model_of_run, SqlLoggedModel.lifecycle_stage == "active")
        )
        with self._connect() as connection:
            return set(connection.execute(query).scalars())

    def read_points(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """Read the points of all metrics, and select afterwards."""
        query: Any = select(
            SqlMetric.run_uuid.label("run_id"),
            SqlMetric.key.label("metric"),
            SqlMetric.step.label("epoch"),
            SqlMetric.value,
            SqlMetric.timestamp,
            # With a condition on the metric, or an order, SQLite would scan the points of all runs.
        ).where(SqlMetric.run_uuid.in_(run_ids), SqlMetric.is_nan.is_(False))
        with self._connect() as connection:
            points = pd.read_sql_query(query, connection)
        points = points[points["metric"].isin(metrics)]
        return points.sort_values("timestamp", kind="stable").drop(columns="timestamp")


def _join_run(query: Any, table: Any) -> Any:
    """Join the run of each row of a table, and the experiment of the run."""
    of_run = query.join(SqlRun, SqlRun.run_uuid == table.run_uuid)
    return of_run.join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)


def _select_values(table: Any) -> Any:
    """Select the keys and values of runs, which are joined for a condition on them."""
    columns = table.run_uuid, table.key, table.value
    return select(*columns).join(SqlRun, SqlRun.run_uuid == table.run_uuid)


def _read_infos(connection: Connection, is_wanted: Any) -> list[RunInfo]:
    columns: Any = (
        *(SqlRun.run_uuid, SqlRun.experiment_id, SqlRun.user_id, SqlRun.status),
        *(SqlRun.start_time, SqlRun.end_time, SqlRun.lifecycle_stage, SqlRun.artifact_uri),
        SqlRun.name,
    )
    query: Any = (
        select(*columns)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .where(_IS_ACTIVE, is_wanted)
        .order_by(SqlRun.start_time.desc(), SqlRun.run_uuid)
    )
    return [
        RunInfo(run_id, str(experiment_id), *values)
        for run_id, experiment_id, *values in connection.execute(query)
    ]


def _group(
    connection: Connection, query: Any, make: Callable[..., Entity]
) -> defaultdict[str, list[Entity]]:
    """Make an entity of each row, and group them by the run, which is the first column."""
    by_run = defaultdict[str, list[Entity]](list)
    for run_id, *values in connection.execute(query):
        by_run[run_id].append(make(*values))
    return by_run


def _make_metric(key: str, value: float, step: int, is_nan: bool) -> Metric:
    return Metric(key, nan if is_nan else value, timestamp=0, step=step)
