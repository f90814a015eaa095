"""The rows of MLflow's tables that say what a run has to say."""

import math
from typing import Any
from uuid import uuid4

from mlflow.entities import DatasetInput

from fcnn.tracking.mlflow_internals import make_artifact_uri
from fcnn.tracking.mlflow_run import MlflowRun, Opening

MAX_FLOAT = 1.7976931348623157e308
"""What MLflow stores for infinity."""

Row = dict[str, Any]


def make_run_row(run_id: str, run: MlflowRun, opening: Opening) -> Row:
    """The row of a new run."""
    return {
        "run_uuid": run_id,
        "name": opening.name,
        "source_type": "UNKNOWN",
        "source_name": "",
        "entry_point_name": "",
        "user_id": "unknown",
        "status": "RUNNING",
        "start_time": opening.started_ms,
        "source_version": "",
        "lifecycle_stage": "active",
        "artifact_uri": make_artifact_uri(run.experiment.artifact_location, run_id),
        "experiment_id": int(run.experiment.experiment_id),
    }


def make_param_rows(run_id: str, opening: Opening) -> list[Row]:
    """The rows of its params."""
    return [
        {"run_uuid": run_id, "key": key, "value": opening.params[key]} for key in opening.params
    ]


def make_tag_rows(run_id: str, run: MlflowRun) -> list[Row]:
    """The rows of its tags; a new one has its name as a tag, too."""
    tags = run.changes.tags
    if run.changes.opening:
        tags = tags | {"mlflow.runName": run.changes.opening.name}
    return [{"run_uuid": run_id, "key": key, "value": value} for key, value in tags.items()]


def make_point_rows(run_id: str, run: MlflowRun) -> list[Row]:
    """The rows of its points, in the order of logging."""
    return [
        {
            "run_uuid": run_id,
            "key": point.key,
            "value": 0.0
            if math.isnan(point.value)
            else min(max(point.value, -MAX_FLOAT), MAX_FLOAT),
            "timestamp": point.logged_ms,
            "step": point.step,
            "is_nan": math.isnan(point.value),
        }
        for point in run.changes.points
    ]


def make_dataset_row(dataset_id: str, experiment_id: int, data: DatasetInput) -> Row:
    """The row of the data that runs of an experiment are trained on."""
    return {
        "dataset_uuid": dataset_id,
        "experiment_id": experiment_id,
        "name": data.dataset.name,
        "digest": data.dataset.digest,
        "dataset_source_type": data.dataset.source_type,
        "dataset_source": data.dataset.source,
        "dataset_schema": data.dataset.schema,
        "dataset_profile": data.dataset.profile,
    }


def make_input_row(run_id: str, dataset_id: str) -> Row:
    """The row that says on what a run is trained."""
    return {
        "input_uuid": uuid4().hex,
        "source_type": "DATASET",
        "source_id": dataset_id,
        "destination_type": "RUN",
        "destination_id": run_id,
        "step": 0,
    }
