"""Writes runs to a database in one transaction, as rows of MLflow's own table classes.

MLflow's client needs a dozen transactions a run, each of which reads what the others have written.
The rows are the same: `tests/tracking/test_bulk.py` compares them. A database of a revision that it
was not tested with is left to the client.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from mlflow import MlflowClient, MlflowException
from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from fcnn.tracking.mlflow_internals import (
    SqlDataset,
    SqlExperiment,
    SqlInput,
    SqlInputTag,
    SqlLatestMetric,
    SqlMetric,
    SqlParam,
    SqlRun,
    SqlTag,
    get_local_folder,
    get_sql_store,
    make_artifact_uri,
)
from fcnn.tracking.mlflow_run import Changes, MlflowRun, Opening
from fcnn.tracking.rows import (
    Row,
    make_dataset_row,
    make_input_row,
    make_param_rows,
    make_point_rows,
    make_run_row,
    make_tag_rows,
)

TESTED_REVISIONS = frozenset(
    {
        "da6fb0208061",  # MLflow 3.13
        "b7e4c1a90f23",  # 3.14
        "6f8d9c3b2a1e",  # 3.15
        "b7e2c1a4d9f3",  # 3.16
        "dc11669786a5",  # 3.17
    }
)
"""Revisions of MLflow's tables that the rows were compared in."""


def can_write(client: MlflowClient, artifact_location: str) -> bool:
    """Whether the runs of an experiment can be written by this module."""
    store = get_sql_store(client)
    if store is None or get_local_folder(artifact_location) is None:
        return False
    with store.engine.connect() as connection:
        revisions = connection.execute(text("select version_num from alembic_version")).scalars()
        return set(revisions) <= TESTED_REVISIONS


def write_runs(client: MlflowClient, runs: Sequence[MlflowRun]) -> None:
    """Write what is queued of runs, all of it or nothing.

    The files of a run are complete before the transaction that tells of them ends.

    Raises:
        MlflowException: MLflow's session fails, or a run or its experiment was deleted.
    """
    by_id = {run.run_id or uuid4().hex: run for run in runs}
    opened = [
        (run_id, run, run.changes.opening) for run_id, run in by_id.items() if run.changes.opening
    ]
    with get_sql_store(client).ManagedSessionMaker(read_only=False) as session:
        _check_active(session, by_id)
        _insert_openings(session, opened)
        _write_tags(session, by_id)
        _write_points(session, by_id)
        _update_ends(session, by_id)
        for run_id, run in by_id.items():
            _write_files(run_id, run)
    for run_id, run in by_id.items():
        run.run_id = run_id
        run.metric_keys.update(point.key for point in run.changes.points)
        run.changes = Changes()


def _check_active(session: Session, runs: Mapping[str, MlflowRun]) -> None:
    """Refuse to write to runs and experiments that were deleted, as MLflow does."""
    experiments = {int(run.experiment.experiment_id) for run in runs.values()}
    old = {run_id for run_id, run in runs.items() if not run.changes.opening}
    columns: Any = (
        ("experiment", SqlExperiment.experiment_id, SqlExperiment.lifecycle_stage, experiments),
        ("run", SqlRun.run_uuid, SqlRun.lifecycle_stage, old),
    )
    for kind, column, stage, ids in columns:
        active = session.execute(select(column).where(column.in_(ids), stage == "active"))
        deleted = ids - set(active.scalars())
        if deleted:
            raise MlflowException(f"{kind} {deleted.pop()} was deleted")


def _insert_openings(session: Session, opened: Sequence[tuple[str, MlflowRun, Opening]]) -> None:
    """Insert new runs with their params and what they are trained on."""
    if not opened:
        return
    _insert(session, SqlRun, [make_run_row(*item) for item in opened])
    _insert(
        session,
        SqlParam,
        [row for run_id, _, opening in opened for row in make_param_rows(run_id, opening)],
    )
    dataset_ids = _find_datasets(session, opened)
    datasets, inputs, tags = [], [], []
    for run_id, run, opening in opened:
        experiment_id, data = int(run.experiment.experiment_id), opening.dataset
        key = (experiment_id, data.dataset.name, data.dataset.digest)
        if key not in dataset_ids:
            dataset_ids[key] = uuid4().hex
            datasets.append(make_dataset_row(dataset_ids[key], experiment_id, data))
        row = make_input_row(run_id, dataset_ids[key])
        inputs.append(row)
        tags += [
            {"input_uuid": row["input_uuid"], "name": tag.key, "value": tag.value}
            for tag in data.tags
        ]
    _insert(session, SqlDataset, datasets)
    _insert(session, SqlInput, inputs)
    _insert(session, SqlInputTag, tags)


def _find_datasets(
    session: Session, opened: Sequence[tuple[str, MlflowRun, Opening]]
) -> dict[tuple[Any, ...], str]:
    """Find the data of runs that the store has: their ids by experiment, name and digest."""
    experiments = {int(run.experiment.experiment_id) for _, run, _ in opened}
    digests = {opening.dataset.dataset.digest for _, _, opening in opened}
    table = _table(SqlDataset).c
    query = select(table.experiment_id, table.name, table.digest, table.dataset_uuid).where(
        table.experiment_id.in_(experiments), table.digest.in_(digests)
    )
    return {tuple(key): dataset_id for *key, dataset_id in session.execute(query)}


def _write_tags(session: Session, runs: Mapping[str, MlflowRun]) -> None:
    """Set tags, also those that a run has already."""
    for run_id, run in runs.items():
        if run.changes.tags and not run.changes.opening:
            of_run: Any = SqlTag.run_uuid == run_id
            session.query(SqlTag).filter(of_run, SqlTag.key.in_(run.changes.tags)).delete()
    rows = [row for run_id, run in runs.items() for row in make_tag_rows(run_id, run)]
    _insert(session, SqlTag, rows)


def _write_points(session: Session, runs: Mapping[str, MlflowRun]) -> None:
    """Insert points, and keep the latest of each metric."""
    points: list[Row] = []
    first: list[Row] = []
    newer: list[Row] = []
    for run_id, run in runs.items():
        rows = make_point_rows(run_id, run)
        points += rows
        # Steps ascend, so the last point of a metric is its latest.
        for key, row in {row["key"]: row for row in rows}.items():
            (newer if key in run.metric_keys else first).append(row)
    _insert(session, SqlMetric, points)
    _insert(session, SqlLatestMetric, first)
    if newer:
        table = _table(SqlLatestMetric)
        same_key = table.c.key == bindparam("of_key")
        update = table.update().where(table.c.run_uuid == bindparam("of_run"), same_key)
        names = {"run_uuid": "of_run", "key": "of_key"}
        renamed = [{names.get(name, name): row[name] for name in row} for row in newer]
        session.execute(update, renamed)


def _update_ends(session: Session, runs: Mapping[str, MlflowRun]) -> None:
    ends = [
        {"of_run": run_id, "status": end.status, "end_time": end.ended_ms}
        for run_id, run in runs.items()
        if (end := run.changes.termination)
    ]
    table = _table(SqlRun)
    if ends:
        session.execute(table.update().where(table.c.run_uuid == bindparam("of_run")), ends)


def _insert(session: Session, table_class: Any, rows: Sequence[Row]) -> None:
    if rows:
        session.execute(_table(table_class).insert(), rows)


def _table(table_class: Any) -> Any:
    return table_class.__table__


def _write_files(run_id: str, run: MlflowRun) -> None:
    """Write the files of a run, each whole or not at all."""
    if not run.changes.files:
        return
    folder = get_local_folder(make_artifact_uri(run.experiment.artifact_location, run_id))
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in run.changes.files.items():
        part = folder / f"{name}.part"
        part.write_bytes(content)
        os.replace(part, folder / name)
