"""Queries of MLflow's tables, for stores that are databases: one query where its API needs many."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import nan
from typing import Any, TypeVar

import pandas as pd
from mlflow.entities import LoggedModelStatus, Metric, Param, Run, RunData, RunInfo, RunTag
from sqlalchemy import Connection, Engine, and_, or_, select
from sqlalchemy.orm import aliased

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
from fcnn.tracking.names import COMPARABLE_LOSSES, DIVERGED, FINGERPRINT, SETTLED
from fcnn.tracking.plan import FinishedRun, make_finished_run

Entity = TypeVar("Entity")


def find_finished_runs(engine: Engine, fingerprints: Sequence[str]) -> dict[str, FinishedRun]:
    """Return the newest run of each fingerprint that has finished or diverged, in any experiment.

    A run that diverged in its first epoch has no validation loss.
    """
    diverged: Any = aliased(SqlTag)
    query: Any = (
        select(
            SqlTag.value,
            SqlTag.run_uuid,
            SqlLatestMetric.key,
            SqlLatestMetric.value,
            diverged.value,
        )
        .join(SqlRun, SqlRun.run_uuid == SqlTag.run_uuid)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .outerjoin(
            SqlLatestMetric,
            and_(
                SqlLatestMetric.run_uuid == SqlTag.run_uuid,
                SqlLatestMetric.key.in_([*COMPARABLE_LOSSES, SETTLED]),
            ),
        )
        .outerjoin(diverged, and_(diverged.run_uuid == SqlTag.run_uuid, diverged.key == DIVERGED))
        .where(
            SqlTag.key == FINGERPRINT,
            SqlTag.value.in_(fingerprints),
            or_(
                and_(SqlRun.status == "FINISHED", SqlLatestMetric.value.is_not(None)),
                and_(SqlRun.status.in_(["FINISHED", "FAILED"]), diverged.value.is_not(None)),
            ),
            SqlRun.lifecycle_stage == "active",
            SqlExperiment.lifecycle_stage == "active",
        )
        .order_by(SqlRun.start_time)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    losses = defaultdict[str, dict[str, float]](dict)
    for _, run_id, metric, loss, _ in rows:
        losses[run_id][metric] = loss
    # Oldest first: later rows replace earlier ones.
    return {
        fingerprint: make_finished_run(run_id, losses[run_id], diverged_epoch)
        for fingerprint, run_id, _, _, diverged_epoch in rows
    }


def list_finished_runs(engine: Engine, fingerprints: Sequence[str]) -> list[tuple[str, int, str]]:
    """Return fingerprint, start in ms and id of each finished run of these fingerprints."""
    query: Any = (
        select(SqlTag.value, SqlRun.start_time, SqlRun.run_uuid)
        .join(SqlRun, SqlRun.run_uuid == SqlTag.run_uuid)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .where(
            SqlTag.key == FINGERPRINT,
            SqlTag.value.in_(fingerprints),
            SqlRun.status == "FINISHED",
            SqlRun.lifecycle_stage == "active",
            SqlExperiment.lifecycle_stage == "active",
        )
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def read_runs(engine: Engine, experiment_id: str, tag: str) -> list[Run]:
    """Return the runs of an experiment that have a tag and are not deleted, the latest first.

    As MLflow's search does, which makes an object of every row; of metrics the timestamps are left
    out.
    """
    has_tag: Any = SqlRun.run_uuid.in_(select(SqlTag.run_uuid).where(SqlTag.key == tag))
    return _read_runs(engine, and_(SqlRun.experiment_id == int(experiment_id), has_tag))


def read_runs_by_id(engine: Engine, run_ids: Sequence[str]) -> list[Run]:
    """Return those of the runs that are not deleted, as `read_runs` does."""
    return _read_runs(engine, SqlRun.run_uuid.in_(run_ids))


def _read_runs(engine: Engine, is_wanted: Any) -> list[Run]:
    latest: Any = SqlLatestMetric
    latest_metrics = _select_values(latest).add_columns(latest.step, latest.is_nan)
    with engine.connect() as connection:
        # First, so that a run that is recorded meanwhile is left out, and not read without values.
        infos = _read_infos(connection, is_wanted)
        tags = _group(connection, _select_values(SqlTag).where(is_wanted), RunTag)
        params = _group(connection, _select_values(SqlParam).where(is_wanted), Param)
        metrics = _group(connection, latest_metrics.where(is_wanted), _make_metric)
    return [
        Run(info, RunData(metrics[info.run_id], params[info.run_id], tags[info.run_id]))
        for info in infos
    ]


def read_outlines(engine: Engine, tags: Sequence[str]) -> list[Run]:
    """Return all runs that are not deleted, the latest first, with no more of them than these tags.

    MLflow's own search also reads their params and metrics, which takes 2 ms a run.
    """
    query = _select_values(SqlTag).where(SqlTag.key.in_(tags))
    with engine.connect() as connection:
        infos = _read_infos(connection, SqlExperiment.lifecycle_stage == "active")
        values = _group(connection, query, RunTag)
    return [Run(info, RunData(tags=values[info.run_id])) for info in infos]


def _read_infos(connection: Connection, condition: Any) -> list[RunInfo]:
    columns: Any = (
        *(SqlRun.run_uuid, SqlRun.experiment_id, SqlRun.user_id, SqlRun.status),
        *(SqlRun.start_time, SqlRun.end_time, SqlRun.lifecycle_stage, SqlRun.artifact_uri),
        SqlRun.name,
    )
    query: Any = (
        select(*columns)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .where(SqlRun.lifecycle_stage == "active", condition)
        .order_by(SqlRun.start_time.desc(), SqlRun.run_uuid)
    )
    return [
        RunInfo(run_id, str(experiment_id), *values)
        for run_id, experiment_id, *values in connection.execute(query)
    ]


def find_runs_with_model(engine: Engine, run_ids: Sequence[str]) -> set[str]:
    """Return which runs have a model that is complete."""
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
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())


def _select_values(table: Any) -> Any:
    """Select the keys and values of runs, which are joined for a condition on them."""
    return select(table.run_uuid, table.key, table.value).join(
        SqlRun, SqlRun.run_uuid == table.run_uuid
    )


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


def read_points(engine: Engine, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
    """Return logged metric values, oldest first: `run_id`, `metric`, `epoch`, `value`."""
    query: Any = select(
        SqlMetric.run_uuid.label("run_id"),
        SqlMetric.key.label("metric"),
        SqlMetric.step.label("epoch"),
        SqlMetric.value,
        SqlMetric.timestamp,
        # With a condition on the metric, or an order, SQLite would scan the points of all runs.
    ).where(SqlMetric.run_uuid.in_(run_ids), SqlMetric.is_nan.is_(False))
    points = pd.read_sql_query(query, engine)
    points = points[points["metric"].isin(metrics)]
    return points.sort_values("timestamp", kind="stable").drop(columns="timestamp")
