"""Queries of MLflow's tables, for stores that are databases: one query where its API needs many."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd
from mlflow.entities import LoggedModelStatus, Run, RunData, RunInfo, RunTag
from sqlalchemy import Engine, and_, or_, select
from sqlalchemy.orm import aliased

from fcnn.tracking.mlflow_internals import (
    SqlExperiment,
    SqlInput,
    SqlLatestMetric,
    SqlLoggedModel,
    SqlMetric,
    SqlRun,
    SqlTag,
)
from fcnn.tracking.names import COMPARABLE_LOSSES, DIVERGED, FINGERPRINT, SETTLED
from fcnn.tracking.plan import FinishedRun, make_finished_run


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


def read_outlines(engine: Engine, tags: Sequence[str]) -> list[Run]:
    """Return all runs that are not deleted, the latest first, with no more of them than these tags.

    MLflow's own search also reads their params and metrics, which takes 2 ms a run.
    """
    columns: Any = (
        *(SqlRun.run_uuid, SqlRun.experiment_id, SqlRun.user_id, SqlRun.status),
        *(SqlRun.start_time, SqlRun.end_time, SqlRun.lifecycle_stage, SqlRun.artifact_uri),
        SqlRun.name,
    )
    runs: Any = (
        select(*columns)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .where(SqlRun.lifecycle_stage == "active", SqlExperiment.lifecycle_stage == "active")
        .order_by(SqlRun.start_time.desc(), SqlRun.run_uuid)
    )
    values: Any = select(SqlTag.run_uuid, SqlTag.key, SqlTag.value).where(SqlTag.key.in_(tags))
    tags_of_run = defaultdict[str, list[RunTag]](list)
    with engine.connect() as connection:
        for run_id, key, value in connection.execute(values):
            tags_of_run[run_id].append(RunTag(key, value))
        rows = connection.execute(runs).all()
    return [
        Run(
            RunInfo(run_id, str(experiment_id), *values),
            RunData(tags=tags_of_run[run_id]),
        )
        for run_id, experiment_id, *values in rows
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
