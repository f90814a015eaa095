"""The libraries that train networks, one file each, all with the same two functions."""

import math
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import LibraryName
from fcnn.config.schema import Config
from fcnn.data.datasets import Data
from fcnn.network import Weights, batch_order, initial_weights, layer_sizes

SECONDS_PER_CHUNK = 0.5
"""Metrics reach the store about this long after they were computed."""


@dataclass(frozen=True)
class Chunk:
    """Some consecutive epochs of P networks.

    `first_epoch` counts from 1; `metrics` maps the metric's name (`loss`, `val_loss`, for classes also `accuracy` and
    `val_accuracy`) to an array of shape (epochs, P); `weights` are those of each network after the last of these epochs.
    """

    first_epoch: int
    metrics: dict[str, NDArray[np.float32]]
    weights: list[Weights]

    @property
    def last_epoch(self) -> int:
        """The last epoch of the chunk."""
        return self.first_epoch + len(self.metrics["loss"]) - 1


class Library(Protocol):
    """What each module of this package offers."""

    def train(
        self, configs: Sequence[Config], data: Data, stops: Collection[int] = ()
    ) -> Iterator[Chunk]:
        """Trains P networks, and ends early when no loss is finite any more; a chunk ends at each epoch in `stops`.

        Only Keras takes more than one config; `fcnn.training.populations` says which may be stacked.
        """

    def model(self, config: Config, data: Data, weights: Weights) -> Any:
        """A network of these weights as the library's own object, giving values or probabilities of the classes.

        Of a table it takes the columns as they are, in float64, and gives values in the target's own units, in float64: offsets far
        above the spread of a column do not survive in single precision, so that the model itself standardises.
        """

    def predict(self, model: Any, x: NDArray[np.floating]) -> NDArray[Any]:
        """What the model gives, once MLflow has loaded it, for inputs (n, n_inputs): values, or probabilities, (n, n_outputs)."""


def load_library(library: LibraryName, threads: int = 1) -> Library:
    """Imports a library's module, which takes seconds the first time; `threads` are to train at once."""
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(threads))
    return cast(Library, import_module(f"fcnn.libraries.{library}"))


class Training(Protocol):
    """One network on its way in a library that trains one at a time."""

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Visits all points in this order, (n_points,), batch by batch.

        Gives the means of the metrics over the batches, weighted by their sizes, and over the validation points afterwards.
        """

    def weights(self) -> Weights:
        """The network's weights as they are now."""


def train_one(
    begin: Callable[[Config, Data, Weights], Training],
    configs: Sequence[Config],
    data: Data,
    stops: Collection[int] = (),
) -> Iterator[Chunk]:
    """Trains one config from its initial weights, in chunks of about half a second; ends after a loss that is not finite."""
    (config,) = configs
    settings = config.training
    training = begin(
        config,
        data,
        initial_weights(
            layer_sizes(data, config.model), config.model.kernel_initializer, settings.seed
        ),
    )
    waiting: list[dict[str, Any]] = []
    ends = {settings.epochs, *stops}
    since = time.perf_counter()
    for epoch in range(1, settings.epochs + 1):
        trained, validate_config = training.epoch(batch_order(len(data.x), settings.seed, epoch))
        waiting.append(trained | {f"val_{key}": value for key, value in validate_config.items()})
        diverged = not math.isfinite(trained["loss"])
        if diverged or epoch in ends or time.perf_counter() - since > SECONDS_PER_CHUNK:
            metrics = {
                key: np.array([[float(one[key])] for one in waiting], dtype=np.float32)
                for key in waiting[0]
            }
            yield Chunk(epoch - len(waiting) + 1, metrics, [training.weights()])
            waiting, since = [], time.perf_counter()
        if diverged:
            return
