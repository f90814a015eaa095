"""Data frames of what MLflow returns: one row for each run, one row an epoch."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import nan
from typing import Any

import pandas as pd
from mlflow.entities import Run

from fcnn.config.neutral import add_neutral
from fcnn.escaping import printable
from fcnn.tracking import process
from fcnn.tracking.names import (
    CONSTANT_LOSS,
    DIVERGED,
    ERROR,
    FINGERPRINT,
    KEPT,
    NOISE_FLOOR,
    PARENT,
    PROCESS,
)

METRICS = ("loss", "val_loss", "score", "val_score", "accuracy", "val_accuracy")
"""Metrics of every epoch."""
TEST_METRICS = ("test_loss", "test_accuracy")
"""Metrics that a run has once, at its end."""


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
        "diverged_epoch": float(data.tags[DIVERGED]) if has_diverged(run) else nan,
        "error": "" if has_diverged(run) else _get_error(run),
        "constant_loss": float(data.tags.get(CONSTANT_LOSS, "nan")),
        "noise_floor": float(data.tags.get(NOISE_FLOOR, "nan")),
        "kept_epoch": float(data.tags.get(KEPT, "nan")),
        **{f"final_{metric}": _get_final(run, metric) for metric in (*METRICS, *TEST_METRICS)},
        **{key: printable(value) for key, value in add_neutral(data.params).items()},
    }


def _get_final(run: Run, metric: str) -> float:
    """Return a metric at the epoch that early stopping kept, or at the last; NaN without any."""
    metrics = run.data.metrics
    return float(metrics.get(f"kept_{metric}", metrics.get(metric, nan)))


def get_status(run: Run) -> str:
    """Return the run's status, as this version would have recorded it.

    It is KILLED too where its process was killed and could not record it, and FINISHED of a run
    that diverged, which versions before 0.2.0 recorded as FAILED.
    """
    if has_diverged(run):
        return "FINISHED"
    is_orphaned = run.info.status == "RUNNING" and process.has_exited(
        run.data.tags.get(PROCESS, "")
    )
    return "KILLED" if is_orphaned else str(run.info.status)


def has_diverged(run: Run) -> bool:
    """Whether the training of a run that has ended diverged."""
    return DIVERGED in run.data.tags and run.info.status in ("FINISHED", "FAILED")


def has_result(run: Run) -> bool:
    """Whether a run need not be trained again: it has finished, or it diverged."""
    return run.info.status == "FINISHED" or has_diverged(run)


def count_statuses(runs: Iterable[Run], finished: Iterable[str]) -> Counter[str]:
    """Return how many networks have which status; of equal fingerprints one counts.

    A finished one counts, else the latest.

    Args:
        runs: Of a study, the latest first; parent runs are left out.
        finished: Fingerprints that count as finished.
    """
    statuses = dict.fromkeys(finished, "FINISHED")
    for run in runs:
        fingerprint, status = run.data.tags.get(FINGERPRINT), get_status(run)
        if fingerprint and (status == "FINISHED" or fingerprint not in statuses):
            statuses[fingerprint] = status
    return Counter(statuses.values())


def _get_error(run: Run) -> str:
    return printable(" ".join(run.data.tags.get(ERROR, "").splitlines()))


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
