"""What people use instead, on the same grids: the alternatives that `benchmark.py` measures.

    python scripts/baselines.py NAME STUDY FOLDER [override ...]

loop          the loop of the original notebook: plain `keras.Model.fit`, nothing tracked
autolog       Hydra's multirun, `keras.Model.fit`, `mlflow.tensorflow.autolog()` on a SQLite store
keras_tuner   KerasTuner's `GridSearch`

Training only:

fcnn          the populations of fcnn's launcher
fit           `keras.Model.fit`, one network after the other
jax           all networks at once, written by hand in JAX with `vmap`
torch         the same in PyTorch, with `vmap` and `torch.compile`
"""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import hydra
from omegaconf import DictConfig

from fcnn.composition.composing import compose_grid
from fcnn.config.parsing import parse
from fcnn.config.schema import Config
from fcnn.data import load_data
from fcnn.network import initial_weights_of, layer_sizes

TrainFunction = Callable[[], tuple[float, float]]
"""Trains all networks and returns the means of their last losses and validation losses."""
PrepareFunction = Callable[[Sequence[Config]], TrainFunction]
"""Imports what training takes."""


def compile_model(config: Config) -> Any:
    """Build and compile the Keras model of a config, which must be a regression."""
    import keras

    sizes = layer_sizes(load_data(config), config.model)
    hidden = [
        keras.layers.Dense(units, config.model.activation) for units in config.model.hidden_units
    ]
    model = keras.Sequential([keras.Input((sizes[0],)), *hidden, keras.layers.Dense(sizes[-1])])
    model.set_weights(initial_weights_of(config, sizes))
    optimizer = {
        "class_name": config.optimizer.name,
        "config": {"learning_rate": config.optimizer.learning_rate},
    }
    model.compile(keras.optimizers.get(optimizer), "mse")
    return model


def fit_arguments(config: Config) -> dict[str, Any]:
    """Return the arguments of `fit` and of KerasTuner's `search`."""
    data = load_data(config)
    return {
        "x": data.x,
        "y": data.y,
        "validation_data": (data.x_val, data.y_val),
        "batch_size": config.training.batch_size,
        "epochs": config.training.epochs,
        "verbose": 0,
    }


def run_loop(configs: Sequence[Config], folder: Path) -> None:
    """Fit one config after the other."""
    for config in configs:
        compile_model(config).fit(**fit_arguments(config))


def run_keras_tuner(configs: Sequence[Config], folder: Path) -> None:
    """Search a grid whose runs have the same epochs and batch size."""
    import keras_tuner

    def build_trial(hyperparameters: Any) -> Any:
        run = hyperparameters.Choice("run", list(range(len(configs))))
        return compile_model(configs[run])

    tuner = keras_tuner.GridSearch(
        build_trial, objective="val_loss", max_trials=len(configs), directory=folder
    )
    tuner.search(**fit_arguments(configs[0]))


def prepare_by_hand(library: str, configs: Sequence[Config]) -> TrainFunction:
    """Prepare training in JAX or PyTorch, which is imported here."""
    prepared: TrainFunction = import_module(f"scripts.{library}_baseline").prepare_training(configs)
    return prepared


def prepare_fit(configs: Sequence[Config]) -> TrainFunction:
    """Prepare training by `keras.Model.fit`."""
    import keras  # noqa: F401
    import numpy as np

    def train() -> tuple[float, float]:
        curves = [compile_model(config).fit(**fit_arguments(config)).history for config in configs]
        loss, val_loss = (
            float(np.mean([curve[name][-1] for curve in curves])) for name in ("loss", "val_loss")
        )
        return loss, val_loss

    return train


def prepare_fcnn(configs: Sequence[Config]) -> TrainFunction:
    """Prepare training with the launcher's populations and threads, without tracking."""
    import numpy as np

    from fcnn.libraries.base import load_library
    from fcnn.training.pool import TrainingPool
    from fcnn.training.populations import group_into_populations
    from hydra_plugins.fcnn_population.population_launcher import PopulationLauncherConf

    options = PopulationLauncherConf()
    load_library(configs[0].library, options.workers)

    def train() -> tuple[float, float]:
        last_metrics: dict[int, Any] = {}
        pool = TrainingPool(
            group_into_populations(configs, options.max_population, workers=options.workers),
            options.workers,
        )
        for update in pool:
            if update.error:
                raise update.error
            if update.chunks:
                last_metrics[update.number] = update.chunks[-1].metrics
        pool.stop()
        loss, val_loss = (
            np.concatenate([metrics[name][-1] for metrics in last_metrics.values()])
            for name in ("loss", "val_loss")
        )
        return float(loss.mean()), float(val_loss.mean())

    return train


TRAINING_ONLY: dict[str, PrepareFunction] = {
    "fcnn": prepare_fcnn,
    "fit": prepare_fit,
    "jax": partial(prepare_by_hand, "jax"),
    "torch": partial(prepare_by_hand, "torch"),
}


def time_training(prepare: PrepareFunction, configs: Sequence[Config]) -> None:
    """Print the seconds of importing, of training with compilation and of training again.

    Each is followed by the seconds of all cores together, which other work on the machine delays
    less.
    """
    started = time.perf_counter(), time.process_time()
    train = prepare(configs)
    for phase in ("importing", "compiling-and-training", "training-again"):
        losses = () if phase == "importing" else train()
        ended = time.perf_counter(), time.process_time()
        for name, start, end in zip((phase, f"{phase},CPU"), started, ended, strict=True):
            print("seconds", name, end - start, *losses)
        started = time.perf_counter(), time.process_time()


def compose_configs(study: str, overrides: Sequence[str]) -> list[Config]:
    """Compose all configs of a study."""
    return [job.config for job in compose_grid([f"study={study}", *overrides]).jobs]


@hydra.main(version_base="1.3", config_path="../conf", config_name="train")
def run_autolog_job(cfg: DictConfig) -> None:
    """Run one job of Hydra's own multirun with MLflow's autologging."""
    import mlflow

    config = parse(cfg)
    mlflow.set_tracking_uri(config.tracking.uri)
    mlflow.set_experiment(config.experiment)
    mlflow.tensorflow.autolog()
    with mlflow.start_run():
        compile_model(config).fit(**fit_arguments(config))


def run_autolog(study: str, folder: str, overrides: Sequence[str]) -> None:
    """Run a study with Hydra's own sweeper and launcher, and MLflow's autologging."""
    sys.argv[1:] = [
        f"study={study}",
        *overrides,
        f"tracking.uri=sqlite:///{folder}/mlflow.db",
        "hydra/sweeper=basic",
        "hydra/launcher=basic",
        f"hydra.sweep.dir={folder}",
    ]
    run_autolog_job()


def main() -> None:
    """Run the baseline that the command line names."""
    baseline, study, folder, *overrides = sys.argv[1:]
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    if baseline == "autolog":
        run_autolog(study, folder, overrides)
        return
    configs = compose_configs(study, overrides)
    if baseline in TRAINING_ONLY:
        time_training(TRAINING_ONLY[baseline], configs)
    else:
        {"loop": run_loop, "keras_tuner": run_keras_tuner}[baseline](configs, Path(folder))


if __name__ == "__main__":
    main()
