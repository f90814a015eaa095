"""What recording a run of 100 epochs costs: in one transaction for many, alone, by the client."""

import time
from collections import defaultdict
from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
import pandas as pd

from fcnn.config.schema import Config, flatten_hyperparameters
from fcnn.network import initial_weights, name_weights
from fcnn.tracking import bulk
from fcnn.tracking.mlflow_run import MlflowRun
from fcnn.tracking.writer import Writer
from scripts.baselines import compose_configs

EPOCHS = 100
SIZES = (2, 16, 16, 1)
ROADS = {"32 runs at a time": 32, "one run at a time": 1, "MLflow's client": 32}
"""How many runs are written together."""


def time_recording(uri: str, repeats: int) -> pd.DataFrame:
    """Record 32 runs by each road in turn, without models.

    Args:
        uri: Address of the store.
        repeats: How many rounds.

    Returns:
        A row for each road: milliseconds for a run.
    """
    (config, *_) = compose_configs("sgd_learning_rate", ["training.seed=0"])
    milliseconds = defaultdict[str, list[float]](list)
    for number in range(repeats + 1):
        for road, n_together in ROADS.items():
            revisions = frozenset() if road == "MLflow's client" else bulk.TESTED_REVISIONS
            with patch.object(bulk, "TESTED_REVISIONS", revisions):
                seconds = _record(Writer(uri), config, n_together)
            if number:  # the first round warms up
                milliseconds[road].append(1000 * seconds)
    return pd.DataFrame(milliseconds).agg(["min", "median", "max"]).T


def _record(store: Writer, config: Config, n_together: int) -> float:
    """Return the seconds of a run, of which `n_together` are written together."""
    started = time.perf_counter()
    for first in range(0, 32, n_together):
        _write(store, [_open_run(store, config, first + place) for place in range(n_together)])
    return (time.perf_counter() - started) / 32


def _open_run(store: Writer, config: Config, seed: int) -> MlflowRun:
    params = flatten_hyperparameters(config) | {"training.seed": str(seed)}
    fingerprint = f"{seed:016x}"
    return store.open_run(
        config, name=f"run {seed}", params=params, fingerprint=fingerprint, config_yaml="a: 1\n"
    )


def _write(store: Writer, runs: Sequence[MlflowRun]) -> None:
    """Write runs as a population does: when they open, and when they end."""
    rng = np.random.default_rng(0)
    store.write(runs)
    for seed, run in enumerate(runs):
        losses = rng.random(EPOCHS, dtype=np.float32)
        weights = initial_weights(SIZES, "glorot_uniform", seed)
        run.log_points(1, {"loss": losses, "val_loss": losses})
        run.log_final(EPOCHS, {"settled_val_loss": 0.1, "parameters": 337.0, "best_epoch": 90.0})
        run.log_artifacts(name_weights(weights))
        run.end()
    store.write(runs)
    for run in runs:
        if run.fault:
            raise run.fault
