"""Runs with invented curves and weights, to measure the store without training."""

import itertools

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import Config, flatten_hyperparameters
from fcnn.network import Weights, initial_weights
from fcnn.tracking.writer import Writer
from scripts.baselines import compose_grid

EPOCHS = 250
SIZES = (2, 16, 16, 1)


def record_simulated_runs(uri: str, n_seeds: int, study: str) -> None:
    """Record the six cells of `sgd_learning_rate` with `n_seeds` seeds each, without models."""
    rng = np.random.default_rng(0)
    configs = compose_grid("sgd_learning_rate", ["training.seed=0", f"study.name={study}"])
    writer = Writer(uri)
    for seed, config in itertools.product(range(n_seeds), configs):
        steps = config.optimizer.learning_rate * np.arange(1, EPOCHS + 1)
        losses = np.exp(-5 * steps + rng.normal(0, 0.1, EPOCHS)).astype(np.float32)
        weights = initial_weights(SIZES, config.model.kernel_initializer, seed)
        _record(writer, config, seed, losses, weights)


def _record(
    writer: Writer,
    config: Config,
    seed: int,
    losses: NDArray[np.float32],
    weights: Weights,
) -> None:
    params = flatten_hyperparameters(config) | {
        "training.seed": str(seed),
        "dataset.seed": str(seed),
        "model.units": "2-16-16-1",
        "model.parameters": "337",
    }
    fingerprint = f"{config.study.name} {seed} {config.optimizer.learning_rate}"
    run = writer.open_run(
        config, name="simulated", params=params, fingerprint=fingerprint, config_yaml=""
    )
    run.log_points(1, {"loss": losses, "val_loss": losses})
    run.log_artifacts({f"weights_{index}": values for index, values in enumerate(weights)})
    run.end()
    run.write()
