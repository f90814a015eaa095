"""MLflow's private API, gathered here because MLflow may change it in any release.

Nothing public does the same:

- The table classes: MLflow's client returns one curve a call, which takes minutes where one query
  takes seconds.
- `create_tables`: a client creates the tables while it opens a file, which leaves half a store
  when it is killed.
- `erase`: what a client deletes stays in the database, and keeps its name; `mlflow gc`, which
  erases it, erases everything else that was ever deleted, too.
- `get_engine`: the timeout of a locked file, and connections to a file that was replaced, belong
  to MLflow's own engine.
- `save_example`: flavours save an example of the input of their own, which for PyTorch is a tensor.

`tests/tracking/test_mlflow_internals.py` notices when one of them changes.
"""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient
from mlflow.models import Model
from mlflow.models.utils import _save_example
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.store.db.db_types import DATABASE_ENGINES
from mlflow.store.db.utils import _initialize_tables
from mlflow.store.tracking.dbmodels.models import (
    SqlExperiment,
    SqlLatestMetric,
    SqlMetric,
    SqlParam,
    SqlRun,
    SqlTag,
)
from sqlalchemy import Engine

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "SqlExperiment",
    "SqlLatestMetric",
    "SqlMetric",
    "SqlParam",
    "SqlRun",
    "SqlTag",
    "create_tables",
    "delete_artifacts",
    "erase",
    "get_engine",
    "is_database",
    "save_example",
]


def is_database(uri: str) -> bool:
    """Whether the store is a database that MLflow opens itself, not a server."""
    return uri.partition(":")[0].partition("+")[0] in DATABASE_ENGINES


def create_tables(engine: Engine) -> None:
    """Create MLflow's tables in an empty database."""
    _initialize_tables(engine)  # type: ignore[no-untyped-call]


def erase(
    client: MlflowClient,
    *,
    model_ids: Sequence[str],
    run_ids: Sequence[str],
    experiment_id: str | None,
) -> None:
    """Erase from a database what was deleted before, as `mlflow gc` does.

    Args:
        client: Client of a database.
        model_ids: Logged models.
        run_ids: Runs.
        experiment_id: An experiment without other runs, or None.
    """
    tracking_client: Any = client._tracking_client
    store = tracking_client.store
    for model_id in model_ids:
        store._hard_delete_logged_model(model_id)
    for run_id in run_ids:
        store._hard_delete_run(run_id)
    if experiment_id is not None:
        store._hard_delete_experiment(experiment_id)


def delete_artifacts(uri: str) -> None:
    """Delete the files of a run or a model, wherever they are."""
    repository: Any = get_artifact_repository(uri)
    repository.delete_artifacts()


def get_engine(client: MlflowClient) -> Any:
    """Return the engine through which a client talks to its database."""
    tracking_client: Any = client._tracking_client
    return tracking_client.store.engine


def save_example(model: Model, example: "pd.DataFrame", path: str) -> None:
    """Save an example of a model's input beside it, which only flavours of MLflow's own can."""
    with warnings.catch_warnings():
        # MLflow compares the names of columns with a range.
        warnings.simplefilter("ignore", DeprecationWarning)
        _save_example(model, example, path)
