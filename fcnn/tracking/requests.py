"""Writes a run through MLflow's client.

It is for servers, remote folders, and databases whose schema the bulk writer does not know.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlflow.entities import DatasetInput, Metric, Param, RunTag

from fcnn.errors import StoreRejectedError
from fcnn.tracking.client import StoreClient
from fcnn.tracking.mlflow_run import Changes, MlflowRun


def write_run(client: StoreClient, run: MlflowRun) -> None:
    """Write what is queued of a run, in as few requests as that takes.

    Raises:
        StoreError: The store does not take it, as in `Guard.translate_errors`.
    """
    # Whatever happens now, nothing is written twice.
    changes, run.changes = run.changes, Changes()
    params: list[Param] = []
    tags = changes.tags
    if changes.opening:
        opening = changes.opening
        experiment_id = run.experiment.experiment_id
        created = client.create_run(experiment_id, opening.started_ms, tags, opening.name)
        run.run_id = created.info.run_id
        params = [Param(key, value) for key, value in opening.params.items()]
        tags = {}
    assert run.run_id is not None
    client.log_batch(
        run.run_id,
        params=params,
        metrics=[
            Metric(point.key, point.value, point.logged_ms, point.step) for point in changes.points
        ],
        tags=[RunTag(key, value) for key, value in tags.items()],
    )
    if changes.opening:
        _log_dataset(client, run.run_id, changes.opening.dataset)
    if changes.files:
        _log_files(client, run.run_id, changes.files)
    if changes.termination:
        client.set_terminated(run.run_id, changes.termination.status, changes.termination.ended_ms)


def _log_dataset(client: StoreClient, run_id: str, dataset: DatasetInput) -> None:
    """Record what the run is trained on.

    Where another process records the same data at the same moment, MLflow fails once.
    """
    try:
        client.log_inputs(run_id, datasets=[dataset])
    except StoreRejectedError:
        client.log_inputs(run_id, datasets=[dataset])


def _log_files(client: StoreClient, run_id: str, files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        client.log_artifacts(run_id, folder)
