"""Trains a tracked run again, and compares the curves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.config.schema import Config
from fcnn.data import load_data
from fcnn.libraries.base import load_library
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.frames import METRICS
from fcnn.tracking.names import DIVERGED, ERROR
from fcnn.tracking.provenance import differences
from fcnn.tracking.reader import Reader
from fcnn.training.recorded import read_trainable


def rerun(uri: str, run_id: str, table: str | None = None) -> str:
    """Train the config of a run again without recording anything.

    Args:
        uri: Address of the store.
        run_id: Id of the run.
        table: Path of its table, by default the recorded one.

    Returns:
        The outcome, a line per metric: the same bits, or from which epoch on they differ.

    Raises:
        ConfigError: The store has no such run, its config can no longer be trained, or its table
            has other contents now.
        StoreError: There is no store, or it cannot be opened.
    """
    check_exists(uri)
    reader = Reader(uri)
    run = read_trainable(reader, run_id, table)
    curves = reader.curves([run_id], METRICS)
    if curves.empty:
        reason = run.tags.get(ERROR, run.status.lower())
        if DIVERGED in run.tags:
            reason = describe_divergence(int(run.tags[DIVERGED]))
        return f"no epoch of it is recorded: {reason}"
    lines, is_same = _compare(curves, _train(run.config))
    return "\n".join([*lines, *_explain(differences(run.tags), is_same)])


def _train(config: Config) -> dict[str, NDArray[np.float32]]:
    """The metrics of a config, (epochs,) each."""
    chunks = list(load_library(config.library).train([config], [load_data(config)]))
    return {
        metric: np.concatenate([chunk.metrics[metric][:, 0] for chunk in chunks])
        for metric in chunks[0].metrics
    }


def _compare(
    curves: pd.DataFrame, metrics: Mapping[str, NDArray[np.float32]]
) -> tuple[list[str], bool]:
    """Compare recorded curves with those of a new training, a line per metric."""
    lines, is_same = [], True
    for metric in [metric for metric in METRICS if metric in curves]:
        recorded = curves[metric].dropna().to_numpy(np.float32)
        n_epochs = min(len(recorded), len(metrics[metric]))
        now, then = metrics[metric][:n_epochs], recorded[:n_epochs]
        if (now == then).all():
            lines.append(f"{metric}: the same bits in all {n_epochs} epochs")
            continue
        is_same = False
        first = int(np.argmax(now != then))
        relative = np.abs(now - then) / np.maximum(np.abs(then), np.finfo(np.float32).tiny)
        lines.append(
            f"{metric}: differs from epoch {first + 1} on, by {relative[first]:.1g} there and "
            f"{relative.max():.1g} at most (relative)"
        )
    return lines, is_same


def _explain(changes: list[str], is_same: bool) -> list[str]:
    """Lines on what has changed since the run was made: versions, arithmetic, machine."""
    if changes:
        effect = "and changed nothing" if is_same else "which may be why"
        header = f"what it was made with differs, {effect}:"
        return [header, *(f"  {change}" for change in changes)]
    if is_same:
        return []
    return ["versions, arithmetic, commit and machine are those that it was made with"]
