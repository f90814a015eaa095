"""Runs with invented curves and weights, to measure the store without training."""

import itertools

import numpy as np

from fcnn.config.schema import Config, flatten_hyperparameters
from fcnn.network import initial_weights, name_weights
from fcnn.tracking.mlflow_run import MlflowRun
from fcnn.tracking.writer import Writer
from scripts.baselines import compose_configs

EPOCHS = 250
SIZES = (2, 16, 16, 1)
MAX_POPULATION = 32
"""Runs that are written together, as those of a population are."""


def record_simulated_runs(uri: str, n_seeds: int, study: str) -> None:
    """Record the six cells of `sgd_learning_rate` with `n_seeds` seeds each, without models."""
    rng = np.random.default_rng(0)
    configs = compose_configs("sgd_learning_rate", ["training.seed=0", f"study.name={study}"])
    writer = Writer(uri)
    grid = itertools.product(range(n_seeds), configs)
    while population := list(itertools.islice(grid, MAX_POPULATION)):
        runs = [_make_run(writer, config, seed) for seed, config in population]
        writer.write(runs)
        for run, (seed, config) in zip(runs, population, strict=True):
            steps = config.optimizer.learning_rate * np.arange(1, EPOCHS + 1)
            losses = np.exp(-5 * steps + rng.normal(0, 0.1, EPOCHS)).astype(np.float32)
            weights = initial_weights(SIZES, config.model.kernel_initializer, seed)
            run.log_points(1, {"loss": losses, "val_loss": losses})
            run.log_artifacts(name_weights(weights))
            run.end()
        writer.write(runs)


def _make_run(writer: Writer, config: Config, seed: int) -> MlflowRun:
    params = flatten_hyperparameters(config) | {
        "training.seed": str(seed),
        "dataset.seed": str(seed),
        "model.units": "2-16-16-1",
        "model.parameters": "337",
    }
    fingerprint = f"{config.study.name} {seed} {config.optimizer.learning_rate}"
    return writer.open_run(
        config, name="simulated", params=params, fingerprint=fingerprint, config_yaml=""
    )
