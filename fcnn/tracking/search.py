"""Searches the runs of a store, all of them however many there are."""

from collections.abc import Sequence

from mlflow import MlflowClient
from mlflow.entities import Run

NEWEST_FIRST = ["attributes.start_time DESC"]


def search(client: MlflowClient, wanted: str, experiments: Sequence[str] | None = None) -> list[Run]:
    """The runs of which MLflow's filter `wanted` is true, newest first; `experiments` are ids, by default those of all."""
    if experiments is None:
        experiments = all_experiments(client)
    found: list[Run] = []
    token: str | None = None
    while True:
        page = client.search_runs(list(experiments), wanted, order_by=NEWEST_FIRST, max_results=1000, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def all_experiments(client: MlflowClient) -> list[str]:
    """Ids of the experiments that are not deleted."""
    return [experiment.experiment_id for experiment in client.search_experiments()]


def has(tag: str) -> str:
    """MLflow's filter for runs that have a tag."""
    return f"tags.`{tag}` != ''"
