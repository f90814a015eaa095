"""The MLflow experiment of a study."""

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Experiment

from fcnn.errors import StoreError, StoreRejectedError
from fcnn.tracking.address import sqlite_path
from fcnn.tracking.client import StoreClient
from fcnn.tracking.descriptions import format_experiment_note
from fcnn.tracking.names import NOTE
from fcnn.tracking.permissions import make_private_folder


def get_or_create_experiment(
    client: MlflowClient | StoreClient, uri: str, name: str, description: str = ""
) -> Experiment:
    """Return a study's experiment, which is created if it does not exist.

    A SQLite store keeps artifacts in `mlruns` next to it whatever the working directory is; a
    server decides for itself.

    Args:
        client: Client of the open store.
        uri: Address of the store.
        name: Name of the study.
        description: What the study is about.

    Raises:
        StoreError: The experiment was deleted, or its folder cannot be made.
    """
    experiment: Experiment | None = client.get_experiment_by_name(name)
    if experiment is None:
        return _create(client, uri, name, description)
    if experiment.lifecycle_stage != "active":
        restore = f"mlflow experiments restore -x {experiment.experiment_id}"
        raise StoreError(f"study={name}: its experiment was deleted; `{restore}` brings it back")
    return experiment


def _create(
    client: MlflowClient | StoreClient, uri: str, name: str, description: str
) -> Experiment:
    path = sqlite_path(uri)
    folder = path.parent / "mlruns" if path else None
    if folder:
        try:
            make_private_folder(folder)
        except OSError as error:
            raise StoreError(f"tracking.uri: {folder}: {error.strerror}") from None
    location = (folder / name).as_uri() if folder else None
    tags = {NOTE: format_experiment_note(description)}
    try:
        return client.get_experiment(client.create_experiment(name, location, tags))
    except (MlflowException, StoreRejectedError):
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            raise  # the reason is not that another process has created it meanwhile
        return experiment
