"""What MLflow's UI shows of the parent run of a sweep: what its runs share, and what came of it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mlflow.entities import Metric, Param, Run

from fcnn.config.data_seed import DATA_SEED_KEY
from fcnn.config.schema import Config
from fcnn.params import (
    DIGEST_KEY,
    MAX_PARAM_LENGTH,
    SEED_KEY,
    cell_id,
    config_params,
    format_label,
    truncate_with_hash,
    validation_params,
)
from fcnn.tracking.client import StoreClient
from fcnn.tracking.mlflow_run import now_ms
from fcnn.tracking.names import BEST_CELL, SETTLED, TABLES_FOLDER, TEST_LOSS


def log_grid(
    client: StoreClient, run_id: str, first: Config, axes: Mapping[str, Sequence[str]]
) -> None:
    """Log as params of a parent run what its runs share, and the values of each axis.

    Seeds are none of them: a tag has the rule of the data's.

    Args:
        client: The open store.
        run_id: The parent run.
        first: The config of one of its runs.
        axes: The keys that differ, with their values.
    """
    # Another optimizer has other hyperparameters, so those of this one are not shared.
    swept_groups = {key.partition(".")[0] for key in axes if key.endswith(".name")}
    shared = {
        key: value
        for key, value in config_params(first).items()
        if key.partition(".")[0] not in swept_groups
        and key not in (SEED_KEY, DATA_SEED_KEY, DIGEST_KEY)
    }
    grid = {key: ", ".join(values) for key, values in axes.items() if values}
    params = {key: value for key, value in shared.items() if key not in axes} | grid
    client.log_batch(
        run_id,
        params=[
            Param(key, truncate_with_hash(value, MAX_PARAM_LENGTH)) for key, value in params.items()
        ],
    )


def log_tables(client: StoreClient, run_id: str, paths: Iterable[str]) -> None:
    """Keep the files of tables that only this machine has with a parent run."""
    for path in paths:
        client.log_artifact(run_id, path, TABLES_FOLDER)


def log_outcome(client: StoreClient, run_id: str, runs: Sequence[Run], axes: Iterable[str]) -> None:
    """Log as metrics of a parent run how many runs are done, and the losses of the best cell.

    The best cell is named where all losses are measured on the same data, and all runs of a cell
    have settled somewhere.

    Args:
        client: The open store.
        run_id: The parent run.
        runs: The finished runs that the sweep planned.
        axes: The keys that differ.
    """
    metrics = {"runs_done": float(len(runs))}
    best = find_best_cell(runs)
    if best:
        for name in (SETTLED, TEST_LOSS):
            values = [run.data.metrics.get(name, math.nan) for run in best]
            if all(value > 0 for value in values):
                metrics[f"best_{name}"] = _geometric_mean(values)
        client.set_tag(run_id, BEST_CELL, format_label(best[0].data.params, axes))
    logged_ms = now_ms()
    client.log_batch(run_id, metrics=[Metric(*item, logged_ms, 0) for item in metrics.items()])


def find_best_cell(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of the cell with the smallest settled loss; none where that cannot be told.

    Args:
        runs: Finished runs.
    """
    cells: dict[str, list[Run]] = defaultdict(list)
    samples = set()
    for run in runs:
        cells[cell_id(run.data.params)].append(run)
        samples.add(str(sorted(validation_params(run.data.params).items())))
    settled = [
        cell for cell in cells.values() if all(run.data.metrics.get(SETTLED, 0) > 0 for run in cell)
    ]
    if len(samples) != 1 or not settled:
        return []
    return min(settled, key=lambda cell: _geometric_mean(run.data.metrics[SETTLED] for run in cell))


def _geometric_mean(values: Iterable[float]) -> float:
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms))
