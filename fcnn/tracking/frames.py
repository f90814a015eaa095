"""Data frames of what MLflow returns: one row for each run, one row an epoch."""

from collections.abc import Sequence
from math import nan
from typing import Any

import pandas as pd
from mlflow.entities import Run

from fcnn.config.neutral import add_neutral_values
from fcnn.escaping import printable
from fcnn.tracking import process
from fcnn.tracking.names import DIVERGED, ERROR, FINGERPRINT, PARENT, PROCESS

METRICS = ("loss", "val_loss", "accuracy", "val_accuracy")


def make_runs_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return one row for each run, in the same order; see `Reader.runs` for the columns."""
    return pd.DataFrame([_make_row(run) for run in runs])


def _make_row(run: Run) -> dict[str, Any]:
    info, data = run.info, run.data
    seconds = (info.end_time - info.start_time) / 1000 if info.end_time else nan
    return {
        "run_id": info.run_id,
        "name": printable(info.run_name),
        "status": get_status(run),
        "started": pd.Timestamp(info.start_time, unit="ms", tz="UTC"),
        "seconds": seconds,
        "sweep": data.tags.get(PARENT),
        "fingerprint": data.tags[FINGERPRINT],
        "diverged_epoch": float(data.tags.get(DIVERGED, "nan")),
        "error": printable(" ".join(data.tags.get(ERROR, "").splitlines())),
        **{f"final_{metric}": data.metrics.get(metric, nan) for metric in METRICS},
        **{key: printable(value) for key, value in add_neutral_values(data.params).items()},
    }


def get_status(run: Run) -> str:
    """Return the run's status; KILLED too where its process was killed and could not record it."""
    is_orphaned = run.info.status == "RUNNING" and process.has_exited(
        run.data.tags.get(PROCESS, "")
    )
    return "KILLED" if is_orphaned else str(run.info.status)


def latest_per_group(runs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one run of each group of equal `keys`: the latest finished one, else the latest.

    Args:
        runs: Runs, the latest first, with a column `status`.
        keys: The columns that define a group.
    """
    finished_first = runs.sort_values(
        "status", key=lambda status: status != "FINISHED", kind="stable"
    )
    return finished_first.drop_duplicates(keys)


def make_curves_frame(points: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each epoch of a run, with a column for each metric.

    Args:
        points: `run_id`, `metric`, `epoch`, `value`, oldest first; of values logged twice for the
            same epoch, the last counts.
    """
    latest = points.drop_duplicates(["run_id", "metric", "epoch"], keep="last")
    table = latest.pivot(index=["run_id", "epoch"], columns="metric", values="value")
    return table.reset_index().rename_axis(columns=None)
