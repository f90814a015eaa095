"""Queries through MLflow's client, for servers: many requests, side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
from mlflow.entities import Run

from fcnn.tracking.client import (
    MAX_THREADS,
    NEWEST_FIRST,
    StoreClient,
    find_model_address,
    list_experiment_ids,
    list_runs,
    tag_filter,
)
from fcnn.tracking.names import DIVERGED, FINGERPRINT
from fcnn.tracking.plan import FinishedRun, make_finished_run

HAS_RESULT = (
    "attributes.status = 'FINISHED'",
    f"attributes.status = 'FAILED' and tags.`{DIVERGED}` != ''",
)
"""Conditions on runs that have finished; versions before 0.2.0 recorded a divergence as FAILED."""
MINUTES_OF_CLOCKS = 60
"""By how much the clocks of machines that train into one store may differ."""


class ServerQueries:
    """What is asked of many runs at once, for servers.

    `DatabaseQueries` has the same methods. Those that take runs or fingerprints take one of the
    batches of `batched`, `list_finished_runs` any number. Deleted runs are left out, and those of
    deleted experiments. All raise as `Guard.translate_errors` says.
    """

    def __init__(self, client: StoreClient) -> None:
        self._client = client

    def find_finished_runs(self, fingerprints: Sequence[str]) -> dict[str, FinishedRun]:
        """Return the newest run of each fingerprint that has finished or diverged.

        A run that diverged in its first epoch has no validation loss.
        """
        experiment_ids = list_experiment_ids(self._client)

        def find_newest(fingerprint: str) -> list[Run]:
            wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}'"
            for condition in HAS_RESULT:
                runs = self._client.search_runs(
                    experiment_ids,
                    f"{wanted} and {condition}",
                    order_by=NEWEST_FIRST,
                    max_results=1,
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

    def list_finished_runs(
        self, fingerprints: Sequence[str], since_ms: int
    ) -> list[tuple[str, int, str]]:
        """Return fingerprint, start in ms and id of each FINISHED run of these fingerprints.

        Those that ended before `since_ms` (ms since the epoch) may be left out.
        """
        ended_ms = since_ms - MINUTES_OF_CLOCKS * 60_000
        wanted = f"attributes.status = 'FINISHED' and attributes.end_time > {ended_ms}"
        return [
            (run.data.tags[FINGERPRINT], run.info.start_time, run.info.run_id)
            for run in list_runs(self._client, f"{wanted} and {tag_filter(FINGERPRINT)}")
            if run.data.tags[FINGERPRINT] in fingerprints
        ]

    def read_runs(self, experiment_id: str, tag: str) -> list[Run]:
        """Return the runs of an experiment that have a tag, the latest first.

        Their metrics may lack timestamps.
        """
        return list_runs(self._client, tag_filter(tag), [experiment_id])

    def read_runs_by_id(self, run_ids: Sequence[str]) -> list[Run]:
        """Return runs by their ids, as `read_runs` does."""
        listed = ", ".join(f"'{run_id}'" for run_id in run_ids)
        return list_runs(self._client, f"attributes.run_id IN ({listed})")

    def read_outlines(self, experiment_ids: Sequence[str]) -> list[Run]:
        """Return all runs of experiments, the latest first.

        They may lack params, metrics, and all tags but those of `names.OUTLINE`.
        """
        return list_runs(self._client, "", experiment_ids)

    def find_runs_with_model(self, run_ids: Sequence[str]) -> set[str]:
        """Return which runs have a model that is complete."""
        with ThreadPoolExecutor(MAX_THREADS) as pool:
            addresses = pool.map(lambda run_id: find_model_address(self._client, run_id), run_ids)
            return {run_id for run_id, address in zip(run_ids, addresses, strict=True) if address}

    def read_points(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """Return logged metric values, oldest first: `run_id`, `metric`, `epoch`, `value`."""
        curves = [(run_id, metric) for run_id in run_ids for metric in metrics]

        def read_history(curve: tuple[str, str]) -> list[tuple[Any, ...]]:
            points = self._client.get_metric_history(*curve)
            return [(*curve, point.step, point.value) for point in points]

        with ThreadPoolExecutor(MAX_THREADS) as pool:
            rows = [row for history in pool.map(read_history, curves) for row in history]
        return pd.DataFrame(rows, columns=["run_id", "metric", "epoch", "value"])
