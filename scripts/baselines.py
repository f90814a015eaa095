"""What people use instead, on the same grids: the opponents of `scripts/benchmark.py`.

python scripts/peers.py loop|autolog|keras_tuner|jax|fcnn STUDY FOLDER [override ...]

loop          the original's notebook loop: plain `keras.Model.fit`, nothing tracked
autolog       Hydra's multirun, `keras.Model.fit`, `mlflow.tensorflow.autolog()` on a SQLite store
keras_tuner   KerasTuner's `GridSearch`
jax           all networks at once, hand-written in JAX with `vmap`; training only, nothing tracked
"""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hydra
from omegaconf import DictConfig

from fcnn.config.parsing import parse
from fcnn.config.schema import Config
from fcnn.data.datasets import load_dataset
from fcnn.network import batch_order, initial_weights, layer_sizes


def model_of(config: Config) -> Any:
    """The compiled Keras model of a regression's config."""
    import keras

    data = load_dataset(config.dataset, config.training.validation_points)
    sizes = layer_sizes(data, config.model)
    hidden = [
        keras.layers.Dense(units, config.model.activation) for units in config.model.hidden_units
    ]
    model = keras.Sequential([keras.Input((sizes[0],)), *hidden, keras.layers.Dense(sizes[-1])])
    model.set_weights(initial_weights(sizes, config.model.kernel_initializer, config.training.seed))
    optimizer = {
        "class_name": config.optimizer.name,
        "config": {"learning_rate": config.optimizer.learning_rate},
    }
    model.compile(keras.optimizers.get(optimizer), "mse")
    return model


def fit_arguments(config: Config) -> dict[str, Any]:
    """What `fit` and KerasTuner's `search` are called with."""
    data = load_dataset(config.dataset, config.training.validation_points)
    settings = {
        "batch_size": config.training.batch_size,
        "epochs": config.training.epochs,
        "verbose": 0,
    }
    return settings | {"x": data.x, "y": data.y, "validation_data": (data.x_val, data.y_val)}


def loop(configs: Sequence[Config], folder: Path) -> None:
    """Fits one after the other."""
    for config in configs:
        model_of(config).fit(**fit_arguments(config))


def keras_tuner(configs: Sequence[Config], folder: Path) -> None:
    """Searches the grid; all its runs have the same epochs and batches."""
    import keras_tuner

    tuner = keras_tuner.GridSearch(
        lambda hp: model_of(configs[hp.Choice("run", list(range(len(configs))))]),
        objective="val_loss",
        max_trials=len(configs),
        directory=folder,
    )
    tuner.search(**fit_arguments(configs[0]))


def jax(configs: Sequence[Config]) -> Any:
    """Networks of one shape with Adam, stacked by `vmap`, each epoch a `scan` over its batches; gives what trains them."""
    import jax
    import numpy as np
    from jax import numpy as jnp

    first = configs[0]
    data = load_dataset(first.dataset, first.training.validation_points)
    sizes = layer_sizes(data, first.model)
    activation = getattr(jax.nn, first.model.activation)
    points, validation = (
        (jnp.asarray(data.x), jnp.asarray(data.y)),
        (jnp.asarray(data.x_val), jnp.asarray(data.y_val)),
    )
    beta_1, beta_2, epsilon = 0.9, 0.999, 1e-7

    def loss(weights: Any, x: Any, y: Any) -> Any:
        for kernel, bias in zip(weights[0:-2:2], weights[1:-2:2], strict=True):
            x = activation(x @ kernel + bias)
        return jnp.mean((x @ weights[-2] + weights[-1] - y) ** 2)

    def step(state: Any, batch: Any, rate: Any) -> Any:
        weights, mean, square, t = state
        value, gradients = jax.value_and_grad(loss)(weights, points[0][batch], points[1][batch])
        t = t + 1
        mean = [beta_1 * old + (1 - beta_1) * new for old, new in zip(mean, gradients, strict=True)]
        square = [
            beta_2 * old + (1 - beta_2) * new**2 for old, new in zip(square, gradients, strict=True)
        ]
        rate = rate * jnp.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        weights = [
            w - rate * m / (jnp.sqrt(s) + epsilon)
            for w, m, s in zip(weights, mean, square, strict=True)
        ]
        return (weights, mean, square, t), value

    def epoch(state: Any, order: Any, rate: Any) -> Any:
        state, values = jax.lax.scan(lambda state, batch: step(state, batch, rate), state, order)
        return state, values.mean(), loss(state[0], *validation)

    train_epoch = jax.jit(jax.vmap(epoch))

    def train() -> tuple[float, float]:
        weights = [
            initial_weights(sizes, one.model.kernel_initializer, one.training.seed)
            for one in configs
        ]
        stacked = [jnp.asarray(np.stack(parts)) for parts in zip(*weights, strict=True)]
        state = (
            stacked,
            [jnp.zeros_like(one) for one in stacked],
            [jnp.zeros_like(one) for one in stacked],
            jnp.zeros(len(configs)),
        )
        rates = jnp.asarray([one.optimizer.learning_rate for one in configs])
        shape = (len(configs), -1, first.training.batch_size)
        for number in range(1, first.training.epochs + 1):
            order = np.stack(
                [batch_order(len(data.x), one.training.seed, number) for one in configs]
            ).reshape(shape)
            state, trained, validate_config = train_epoch(state, order, rates)
        return float(trained.mean()), float(validate_config.mean())

    return train


def fcnn(configs: Sequence[Config]) -> Any:
    """Ours, for comparison with `jax`: the launcher's populations and threads, nothing tracked; gives what trains the networks."""
    import numpy as np

    from fcnn.libraries.base import load_library
    from fcnn.training.pool import TrainingPool
    from fcnn.training.populations import group_into_populations
    from hydra_plugins.fcnn_population.population_launcher import PopulationLauncherConf

    options = PopulationLauncherConf()
    load_library(configs[0].library, options.workers)

    def train() -> tuple[float, float]:
        last: dict[int, Any] = {}
        trainers = TrainingPool(
            group_into_populations(configs, options.max_population), options.workers
        )
        for news in trainers:
            if news.error:
                raise news.error
            if news.chunks:
                last[news.number] = news.chunks[-1].metrics
        trainers.stop()
        loss, val_loss = (
            np.concatenate([metrics[key][-1] for metrics in last.values()])
            for key in ("loss", "val_loss")
        )
        return float(loss.mean()), float(val_loss.mean())

    return train


def training_alone(prepare: Callable[[Sequence[Config]], Any], configs: Sequence[Config]) -> None:
    """Prints the seconds that importing takes, training with compiling and training again, and the mean last losses."""
    began = time.perf_counter()
    train = prepare(configs)
    for what in ("importing", "compiling-and-training", "training-again"):
        losses = () if what == "importing" else train()
        print("seconds", what, time.perf_counter() - began, *losses)
        began = time.perf_counter()


def grid(study: str, overrides: Sequence[str]) -> list[Config]:
    """All configs of a study."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.override_parser.overrides_parser import OverridesParser

    with hydra.initialize(version_base="1.3", config_path="../conf"):
        params = hydra.compose(
            "train", [f"study={study}"], return_hydra_config=True
        ).hydra.sweeper.params
        parsed = OverridesParser.create().parse_overrides(
            [*(f"{key}={value}" for key, value in params.items()), *overrides]
        )
        (jobs,) = BasicSweeper.split_arguments(parsed, max_batch_size=None)
        return [parse(hydra.compose("train", [f"study={study}", *job])) for job in jobs]


@hydra.main(version_base="1.3", config_path="../conf", config_name="train")
def autolog(cfg: DictConfig) -> None:
    """One job of Hydra's own multirun."""
    import mlflow

    config = parse(cfg)
    mlflow.set_tracking_uri(config.tracking.uri)
    mlflow.set_experiment(config.experiment)
    mlflow.tensorflow.autolog()
    with mlflow.start_run():
        model_of(config).fit(**fit_arguments(config))


def main() -> None:
    """Runs the peer that the command line names."""
    peer, study, folder, *overrides = sys.argv[1:]
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    if peer == "autolog":
        store = f"tracking.uri=sqlite:///{folder}/mlflow.db"
        sys.argv[1:] = [
            f"study={study}",
            *overrides,
            store,
            "hydra/sweeper=basic",
            "hydra/launcher=basic",
            f"hydra.sweep.dir={folder}",
        ]
        autolog()
    else:
        configs = grid(study, overrides)
        if peer in ("jax", "fcnn"):
            training_alone({"jax": jax, "fcnn": fcnn}[peer], configs)
        else:
            {"loop": loop, "keras_tuner": keras_tuner}[peer](configs, Path(folder))


if __name__ == "__main__":
    main()
