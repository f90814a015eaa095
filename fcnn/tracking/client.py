"""MLflow's client with translated errors, and what one call of it does not return."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from mlflow import MlflowClient
from mlflow.entities import Experiment, LoggedModel, LoggedModelStatus, Run

from fcnn.tracking.guard import Guard, guarded

MAX_THREADS = 8
"""A server answers one request at a time; most of the time of a request is latency."""
NEWEST_FIRST = ["attributes.start_time DESC"]
BATCH_SIZE = 500
"""Number of runs in one query."""

Item = TypeVar("Item")


class StoreClient:
    """The methods of `mlflow.MlflowClient` that the package uses.

    They take what MLflow's take, return what they return, and raise as `Guard.translate_errors`
    says. To use another one, add it here.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    create_experiment = guarded(MlflowClient.create_experiment)
    get_experiment = guarded(MlflowClient.get_experiment)
    get_experiment_by_name = guarded(MlflowClient.get_experiment_by_name)
    search_experiments = guarded(MlflowClient.search_experiments)
    rename_experiment = guarded(MlflowClient.rename_experiment)
    delete_experiment = guarded(MlflowClient.delete_experiment)
    set_experiment_tag = guarded(MlflowClient.set_experiment_tag)

    create_run = guarded(MlflowClient.create_run)
    get_run = guarded(MlflowClient.get_run)
    search_runs = guarded(MlflowClient.search_runs)
    set_terminated = guarded(MlflowClient.set_terminated)
    set_tag = guarded(MlflowClient.set_tag)
    delete_tag = guarded(MlflowClient.delete_tag)
    delete_run = guarded(MlflowClient.delete_run)

    log_batch = guarded(MlflowClient.log_batch)
    log_inputs = guarded(MlflowClient.log_inputs)
    get_metric_history = guarded(MlflowClient.get_metric_history)

    log_artifact = guarded(MlflowClient.log_artifact)
    log_artifacts = guarded(MlflowClient.log_artifacts)
    log_dict = guarded(MlflowClient.log_dict)
    list_artifacts = guarded(MlflowClient.list_artifacts)
    create_logged_model = guarded(MlflowClient.create_logged_model)
    search_logged_models = guarded(MlflowClient.search_logged_models)
    log_outputs = guarded(MlflowClient.log_outputs)
    log_model_artifacts = guarded(MlflowClient.log_model_artifacts)
    finalize_logged_model = guarded(MlflowClient.finalize_logged_model)
    delete_logged_model = guarded(MlflowClient.delete_logged_model)

    search_registered_models = guarded(MlflowClient.search_registered_models)
    create_registered_model = guarded(MlflowClient.create_registered_model)
    search_model_versions = guarded(MlflowClient.search_model_versions)
    create_model_version = guarded(MlflowClient.create_model_version)
    set_registered_model_alias = guarded(MlflowClient.set_registered_model_alias)


def read_pages(search: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
    """Return what a search of the client finds, on all its pages."""
    items: list[Any] = []
    token: str | None = None
    while True:
        page = search(*args, **kwargs, page_token=token)
        items += page
        token = page.token
        if not token:
            return items


def list_experiments(client: StoreClient) -> list[Experiment]:
    """Return all experiments that are not deleted."""
    return read_pages(client.search_experiments)


def list_runs(
    client: StoreClient, condition: str, experiment_ids: Sequence[str] | None = None
) -> list[Run]:
    """Return all runs that meet a condition, the latest first.

    Args:
        client: The open store.
        condition: A filter string of MLflow's.
        experiment_ids: The experiments to search, by default all.
    """
    if experiment_ids is None:
        experiment_ids = list_experiment_ids(client)
    return read_pages(client.search_runs, experiment_ids, condition, order_by=NEWEST_FIRST)


def list_experiment_ids(client: StoreClient) -> list[str]:
    """Return the ids of all experiments that are not deleted."""
    return [experiment.experiment_id for experiment in list_experiments(client)]


def list_models(client: StoreClient, run: Run) -> list[LoggedModel]:
    """Return the models of a run, also those that are stored in part, without deleted ones."""
    wanted = f"source_run_id = '{run.info.run_id}'"
    return list(client.search_logged_models([run.info.experiment_id], wanted))


def find_model_address(client: StoreClient, run_id: str) -> str | None:
    """Return where MLflow loads the model of a run from; None of a run without one."""
    for model in list_models(client, client.get_run(run_id)):
        # One whose process was killed meanwhile has no files.
        if model.status == LoggedModelStatus.READY:
            return f"models:/{model.model_id}"
    return None


def batched(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Return the items in batches that fit into one query."""
    return [items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE)]


def tag_filter(tag: str) -> str:
    """Return MLflow's filter string for runs that have a tag."""
    return f"tags.`{tag}` != ''"
