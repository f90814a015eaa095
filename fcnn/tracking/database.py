"""Queries of MLflow's tables, for stores that are databases: one query where its API needs many."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from fcnn.tracking.mlflow_internals import (
    SqlExperiment,
    SqlLatestMetric,
    SqlMetric,
    SqlRun,
    SqlTag,
)
from fcnn.tracking.names import FINGERPRINT
from fcnn.tracking.plan import FinishedRun


def find_finished_runs(engine: Engine, fingerprints: Sequence[str]) -> dict[str, FinishedRun]:
    """Return the newest finished run of each fingerprint that has one, in any experiment."""
    query: Any = (
        select(SqlTag.value, SqlTag.run_uuid, SqlLatestMetric.value)
        .join(SqlRun, SqlRun.run_uuid == SqlTag.run_uuid)
        .join(SqlExperiment, SqlExperiment.experiment_id == SqlRun.experiment_id)
        .join(SqlLatestMetric, SqlLatestMetric.run_uuid == SqlTag.run_uuid)
        .where(
            SqlTag.key == FINGERPRINT,
            SqlTag.value.in_(fingerprints),
            SqlLatestMetric.key == "val_loss",
            SqlRun.status == "FINISHED",
            SqlRun.lifecycle_stage == "active",
            SqlExperiment.lifecycle_stage == "active",
        )
        .order_by(SqlRun.start_time)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    # Oldest first: later rows replace earlier ones.
    return {fingerprint: FinishedRun(run_id, loss) for fingerprint, run_id, loss in rows}


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
