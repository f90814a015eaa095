"""The one road from configs to tracked runs: data -> library -> recorder."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn import datasets, libraries, study
from fcnn.config import Config, Synthetic, hyperparameters
from fcnn.network import NUMERICS_VERSION, Weights, forward, layer_sizes, n_parameters
from fcnn.progress import RunProgress
from fcnn.tracking.recorder import Store, Sweep

MAIN_KEYS = ("model.activation", "model.hidden_units", "optimizer.name", "optimizer.learning_rate")
"""What a run is called by when no sweep says what differs."""


@dataclass(frozen=True)
class Job:
    """One run to be made: its config, the composed YAML to keep with it, and its number in the sweep (from 0)."""

    config: Config
    source: str
    number: int = 0


def identity(config: Config) -> dict[str, str]:
    """All that can change the result, as flat params: the hyperparameters, and a hash of the csv file that they name."""
    contents = datasets.digest(config.dataset)
    return hyperparameters(config) | ({"dataset.digest": contents} if contents else {})


def fingerprint(config: Config) -> str:
    """Hash of the identity and of the version of our numerics."""
    return study.fingerprint(identity(config), NUMERICS_VERSION)


def run(job: Job) -> float:
    """Trains and records one config; returns its last validation loss.

    Raises:
        DivergedError: the loss is not finite; the run is recorded as FAILED with its curve up to there.
        StoreError: the store cannot be opened.
    """
    config = job.config
    data = datasets.load(config.dataset, config.training.validation_points)
    sizes = layer_sizes(data.n_inputs, config.model.hidden_units, data.n_outputs)
    params = identity(config) | {"model.units": study.units(sizes), "model.parameters": str(n_parameters(sizes))}
    store = Store(config.tracking.uri)
    parent = config.tracking.parent_run_id
    sweep = store.sweep_of(parent) if parent else Sweep(runs=1, axes=list(MAIN_KEYS))
    name = study.label(params, [*sweep.axes, study.SEED])
    training = libraries.start([config], data)
    with (
        RunProgress(name=name, epochs=config.training.epochs, index=job.number, runs=sweep.runs) as progress,
        store.run(
            experiment=config.experiment,
            study=config.study,
            name=name,
            params=params,
            fingerprint=fingerprint(config),
            config=job.source,
            parent=parent,
        ) as recorder,
    ):
        for chunk in training:
            recorder.log(chunk.first_epoch, {key: values[:, 0] for key, values in chunk.metrics.items()})
            progress.update(chunk.last_epoch, float(chunk.metrics["loss"][-1, 0]))
        recorder.log_arrays(_arrays(config, data, training.weights[0]))
        if config.tracking.save_model:
            recorder.log_model(config.library, training.model(0), data.task, data.n_inputs, data.n_outputs)
    return float(chunk.metrics["val_loss"][-1, 0])


def _arrays(config: Config, data: datasets.Data, weights: Weights) -> dict[str, NDArray[Any]]:
    """What a report draws a network from: its weights, and of a table what cannot be made again from the config.

    A network of 16 hidden units takes one kilobyte so, where its predictions on a grid would take fifteen.
    """
    arrays: dict[str, NDArray[Any]] = {f"weights_{index}": values for index, values in enumerate(weights)}
    if not isinstance(config.dataset, Synthetic):
        arrays |= {"true": data.y_val, "predicted": forward(weights, data.x_val, config.model.activation, data.task)}
        arrays["classes"] = np.array(data.classes, dtype=str)
        if data.n_inputs == 2:
            arrays |= {"x": data.x, "y": data.y}
    return arrays
