"""MLflow's client with translated errors, and what it is asked in parallel."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd
from mlflow import MlflowClient, MlflowException
from mlflow.entities import LoggedModel, Run
from sqlalchemy.exc import SQLAlchemyError

from fcnn.tracking.names import DIVERGED, FINGERPRINT
from fcnn.tracking.plan import FinishedRun, make_finished_run

MAX_THREADS = 8
"""A server answers one request at a time; most of the time of a request is latency."""
HAS_RESULT = (
    "attributes.status = 'FINISHED'",
    f"attributes.status = 'FAILED' and tags.`{DIVERGED}` != ''",
)
"""Conditions on runs that have finished; versions before 0.2.0 recorded a divergence as FAILED."""
NEWEST_FIRST = ["attributes.start_time DESC"]

P = ParamSpec("P")
R = TypeVar("R")


class UnreadableAnswerError(Exception):
    """The client could not read what the store has answered, such as a proxy's own page."""


def _guard(
    method: Callable[Concatenate[MlflowClient, P], R],
) -> Callable[Concatenate["StoreClient", P], R]:
    """Return a method that calls the same method of the open client, with translated errors."""
    name = method.__name__

    @wraps(method)
    def call(self: "StoreClient", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._open_client() as client:
            try:
                return cast(R, getattr(client, name)(*args, **kwargs))
            except (MlflowException, SQLAlchemyError, OSError):
                raise
            except Exception as error:
                raise UnreadableAnswerError(f"{type(error).__name__}: {error}") from error

    return call


class StoreClient:
    """The methods of `mlflow.MlflowClient` that the package uses.

    They take what MLflow's take, return what they return, and raise as
    `Connection.translate_errors` says. To use another one, add it here.
    """

    def __init__(self, open_client: Callable[[], AbstractContextManager[MlflowClient]]) -> None:
        self._open_client = open_client

    create_experiment = _guard(MlflowClient.create_experiment)
    get_experiment = _guard(MlflowClient.get_experiment)
    get_experiment_by_name = _guard(MlflowClient.get_experiment_by_name)
    search_experiments = _guard(MlflowClient.search_experiments)
    rename_experiment = _guard(MlflowClient.rename_experiment)
    delete_experiment = _guard(MlflowClient.delete_experiment)
    set_experiment_tag = _guard(MlflowClient.set_experiment_tag)

    create_run = _guard(MlflowClient.create_run)
    get_run = _guard(MlflowClient.get_run)
    search_runs = _guard(MlflowClient.search_runs)
    set_terminated = _guard(MlflowClient.set_terminated)
    set_tag = _guard(MlflowClient.set_tag)
    delete_tag = _guard(MlflowClient.delete_tag)
    delete_run = _guard(MlflowClient.delete_run)

    log_batch = _guard(MlflowClient.log_batch)
    log_inputs = _guard(MlflowClient.log_inputs)
    get_metric_history = _guard(MlflowClient.get_metric_history)

    log_artifact = _guard(MlflowClient.log_artifact)
    log_artifacts = _guard(MlflowClient.log_artifacts)
    log_dict = _guard(MlflowClient.log_dict)
    list_artifacts = _guard(MlflowClient.list_artifacts)
    create_logged_model = _guard(MlflowClient.create_logged_model)
    search_logged_models = _guard(MlflowClient.search_logged_models)
    log_outputs = _guard(MlflowClient.log_outputs)
    log_model_artifacts = _guard(MlflowClient.log_model_artifacts)
    finalize_logged_model = _guard(MlflowClient.finalize_logged_model)
    delete_logged_model = _guard(MlflowClient.delete_logged_model)

    search_registered_models = _guard(MlflowClient.search_registered_models)
    create_registered_model = _guard(MlflowClient.create_registered_model)
    search_model_versions = _guard(MlflowClient.search_model_versions)
    create_model_version = _guard(MlflowClient.create_model_version)
    set_registered_model_alias = _guard(MlflowClient.set_registered_model_alias)


def list_models(client: StoreClient, run: Run) -> list[LoggedModel]:
    """Return the models of a run, also those that are stored in part, without deleted ones."""
    wanted = f"source_run_id = '{run.info.run_id}'"
    return list(client.search_logged_models([run.info.experiment_id], wanted))


def find_finished_runs(
    client: StoreClient, experiment_ids: list[str], fingerprints: Sequence[str]
) -> dict[str, FinishedRun]:
    """As `database.find_finished_runs`, for servers."""

    def find_newest(fingerprint: str) -> list[Run]:
        wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}'"
        for condition in HAS_RESULT:
            runs = client.search_runs(
                experiment_ids, f"{wanted} and {condition}", order_by=NEWEST_FIRST, max_results=1
            )
            if runs:
                return list(runs)
        return []

    with ThreadPoolExecutor(MAX_THREADS) as pool:
        runs = [run for newest in pool.map(find_newest, fingerprints) for run in newest]
    return {
        run.data.tags[FINGERPRINT]: make_finished_run(
            run.info.run_id, run.data.metrics, run.data.tags.get(DIVERGED)
        )
        for run in runs
    }


def read_points(
    client: StoreClient, run_ids: Sequence[str], metrics: Sequence[str]
) -> pd.DataFrame:
    """As `database.read_points`, for servers."""
    curves = [(run_id, metric) for run_id in run_ids for metric in metrics]

    def read_history(curve: tuple[str, str]) -> list[tuple[Any, ...]]:
        points = client.get_metric_history(*curve)
        return [(*curve, point.step, point.value) for point in points]

    with ThreadPoolExecutor(MAX_THREADS) as pool:
        rows = [row for history in pool.map(read_history, curves) for row in history]
    return pd.DataFrame(rows, columns=["run_id", "metric", "epoch", "value"])
