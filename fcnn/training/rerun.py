"""Trains a tracked run again, and compares the curves."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.config.parsing import parse_yaml
from fcnn.config.schema import Config, Tracking
from fcnn.config.tables import TableDataset
from fcnn.data import load_data
from fcnn.data.frame_file import is_kept_frame, write_frame
from fcnn.errors import ConfigError
from fcnn.libraries.base import load_library
from fcnn.params import DIGEST_KEY, PATH_KEY, config_params
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.frames import METRICS
from fcnn.tracking.names import DIVERGED, ERROR, PARENT
from fcnn.tracking.provenance import differences
from fcnn.tracking.reader import Reader
from fcnn.training.checks import check_installed


def rerun(uri: str, run_id: str, table: str | None = None) -> str:
    """Train the config of a run again without recording anything.

    Args:
        uri: Address of the store.
        run_id: Id of the run.
        table: Path of its table, by default the recorded one.

    Returns:
        The outcome, a line per metric: the same bits, or from which epoch on they differ.

    Raises:
        ConfigError: The store has no such run, or its config can no longer be trained.
        StoreError: There is no store, or it cannot be opened.
    """
    check_exists(uri)
    reader = Reader(uri)
    recorded = reader.get_run(run_id)
    if recorded is None:
        raise ConfigError(
            f"{run_id}: the store has no trained network with this id "
            "(the parent run of a sweep is not one)"
        )
    run, config_yaml = recorded
    try:
        config = parse_yaml(config_yaml, Tracking(uri=uri, save_model=False, parent_run_id=None))
    except ConfigError as error:
        raise ConfigError(f"{run_id}: {error}") from None
    check_installed(f"library={config.library}")
    if table is None:
        _restore_frame(reader, run.data.tags.get(PARENT), config)
    config = _locate_table(config, table)
    curves = reader.curves([run_id], METRICS)
    if curves.empty:
        reason = run.data.tags.get(ERROR, run.info.status.lower())
        if DIVERGED in run.data.tags:
            reason = describe_divergence(int(run.data.tags[DIVERGED]))
        return f"no epoch of it is recorded: {reason}"
    lines, is_same = _compare(curves, _train(config))
    changes = differences(run.data.tags)
    if config_params(config).get(DIGEST_KEY) != run.data.params.get(DIGEST_KEY):
        changes.append("the csv file has other contents")
    return "\n".join([*lines, *_explain(changes, is_same)])


def _locate_table(config: Config, table: str | None) -> Config:
    """Return the config with the path of its table as it is from here.

    Raises:
        ConfigError: The config has no path, or there is no file.
    """
    if not isinstance(config.dataset, TableDataset):
        if table is not None:
            raise ConfigError(f"{PATH_KEY}={table}: the run was not trained on a file")
        return config
    recorded = config.dataset.path
    if table is not None:
        return replace(config, dataset=replace(config.dataset, path=table))
    if not Path(recorded).exists():
        where = "" if Path(recorded).is_absolute() else f", seen from {Path.cwd()}"
        raise ConfigError(
            f"{PATH_KEY}={recorded}: there is no such file{where}; {PATH_KEY}=FILE says where it is"
        )
    return config


def _restore_frame(reader: Reader, parent_run_id: str | None, config: Config) -> None:
    """Fetch the data frame of a run's sweep, where another machine made it."""
    dataset = config.dataset
    if not isinstance(dataset, TableDataset) or not is_kept_frame(dataset.path):
        return
    path = Path(dataset.path)
    if parent_run_id and not path.exists():
        write_frame(path, reader.load_table(parent_run_id, path.name))


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
    """Lines on what has changed since the run was made: versions, arithmetic, machine, data."""
    if changes:
        effect = "and changed nothing" if is_same else "which may be why"
        header = f"what it was made with differs, {effect}:"
        return [header, *(f"  {change}" for change in changes)]
    if is_same:
        return []
    return ["versions, arithmetic, commit and machine are those that it was made with"]
