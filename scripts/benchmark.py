"""Times one tracked run against what people use today, in one process and on the same config.

    python scripts/benchmark.py [--repeats 5] [override ...]

The peer is plain `keras.Model.fit` under `mlflow.tensorflow.autolog()`. Both write to one SQLite store in a temporary folder, both keep the
model; imports and the making of the store are done before the clock starts. The two take turns, so that a machine that slows down slows
both.
"""

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mlflow
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from rich.console import Console
from rich.table import Table

from fcnn import datasets, experiment
from fcnn.config import CHECKOUT, Config
from fcnn.libraries import keras as ours
from fcnn.libraries.runtime import keras
from fcnn.network import initial_weights, layer_sizes
from fcnn.parsing import parse


def fit_with_autolog(config: Config) -> None:
    """The same network, data and settings through `model.fit`."""
    data = datasets.load(config.dataset, config.training.validation_points)
    sizes = layer_sizes(data.n_inputs, config.model.hidden_units, data.n_outputs)
    hidden = [keras.layers.Dense(units, config.model.activation.value) for units in config.model.hidden_units]
    model = keras.Sequential([keras.Input((sizes[0],)), *hidden, keras.layers.Dense(sizes[-1])])
    model.set_weights(initial_weights(sizes, config.model.kernel_initializer, config.training.seed))
    model.compile(ours.keras_optimizer(config.optimizer, config.optimizer.learning_rate), "mse")
    with mlflow.start_run():
        model.fit(
            data.x,
            data.y,
            batch_size=config.training.batch_size,
            epochs=config.training.epochs,
            validation_data=(data.x_val, data.y_val),
            verbose=0,
        )


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Prints minimum, median and maximum of each, and the ratios of the medians."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("overrides", nargs="*", help="as for scripts/train.py, e.g. training.epochs=50")
    given = arguments.parse_args()
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, initialize_config_dir(str(CHECKOUT / "conf"), version_base="1.3"):
        uri = f"sqlite:///{Path(folder) / 'mlflow.db'}"
        cfg = compose("train", overrides=["model.hidden_units=[16]", "training.epochs=100", *given.overrides, f"tracking.uri={uri}"])
        job = experiment.Job(parse(cfg), OmegaConf.to_yaml(cfg))
        experiment.run(job)  # makes the store and warms TensorFlow up
        mlflow.set_experiment("autolog")
        mlflow.tensorflow.autolog()
        times: dict[str, list[float]] = {"model.fit with autolog": [], "fcnn, a new shape": [], "fcnn, the same shape again": []}
        for _ in range(given.repeats):
            times["model.fit with autolog"].append(seconds(lambda: fit_with_autolog(job.config)))
            ours.population_of.cache_clear()
            times["fcnn, a new shape"].append(seconds(lambda: experiment.run(job)))
            times["fcnn, the same shape again"].append(seconds(lambda: experiment.run(job)))
    show(times, f"one tracked run, {job.config.training.epochs} epochs, {given.repeats} repeats, seconds")


def show(times: dict[str, list[float]], title: str) -> None:
    """A row for each contestant; the first is the one that the ratios refer to."""
    table = Table("", "min", "median", "max", "times faster", title=title)
    reference = statistics.median(next(iter(times.values())))
    for name, values in times.items():
        median = statistics.median(values)
        table.add_row(name, f"{min(values):.2f}", f"{median:.2f}", f"{max(values):.2f}", f"{reference / median:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
