"""What the libraries have in common: the functions that each offers, and a training loop."""

import math
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import Config
from fcnn.data import Data
from fcnn.imports import importing
from fcnn.learning_rates import learning_rates
from fcnn.libraries.stopping import Ending, Stopper
from fcnn.library_names import LibraryName
from fcnn.network import Weights, batch_order, initial_weights_of, layer_sizes

SECONDS_PER_CHUNK = 0.5
"""Training time after which metrics are handed on."""


@dataclass(frozen=True)
class Chunk:
    """Consecutive epochs of P networks.

    Attributes:
        first_epoch: Number of the first epoch, from 1.
        metrics: Arrays of shape (epochs, P) by name: `loss`, `val_loss`, and for classes
            `accuracy` and `val_accuracy`.
        weights: Weights of each network after the last epoch of the chunk; with early stopping,
            those that are kept.
        endings: Where early stopping has each network, None of those that it does not concern.
    """

    first_epoch: int
    metrics: dict[str, NDArray[np.float32]]
    weights: list[Weights]
    endings: Sequence[Ending | None] = ()

    def ending(self, member: int) -> Ending | None:
        """Return where early stopping has a network."""
        return self.endings[member] if self.endings else None

    @property
    def last_epoch(self) -> int:
        """Number of the last epoch."""
        return self.first_epoch + len(self.metrics["loss"]) - 1


class Library(Protocol):
    """The functions that each module of this package offers."""

    def train(
        self,
        configs: Sequence[Config],
        data: Sequence[Data],
        checkpoint_epochs: Collection[int] = (),
    ) -> Iterator[Chunk]:
        """Train P networks until their last epoch, or until no loss is finite any more.

        Args:
            configs: One config, or with Keras those of a population (`fcnn.training.populations`).
            data: The data set of each config, all of equal shapes. Equal data should be the same
                object, which is then stacked once.
            checkpoint_epochs: Epochs at which a chunk ends, whose weights are needed.
        """

    def build_model(self, config: Config, data: Data, weights: Weights) -> Any:
        """Build the library's own model with these weights.

        It returns values or probabilities of the classes. For a table it takes the columns in
        their own units and returns values in the target's, both in float64: offsets far above the
        spread of a column do not survive in single precision, so the model itself standardises.
        """

    def predict(self, model: Any, x: NDArray[np.floating]) -> NDArray[Any]:
        """Compute the outputs (n, n_outputs) of a model for inputs (n, n_inputs).

        They are those of the model as MLflow loads it.
        """


def load_library(library: LibraryName, threads: int = 1) -> Library:
    """Import a library's module, which takes seconds the first time.

    Args:
        library: Name of the library.
        threads: Number of threads that will train at the same time.
    """
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(threads))
    name = f"fcnn.libraries.{library}"
    with nullcontext() if name in sys.modules else importing():
        return cast(Library, import_module(name))


class Trainer(Protocol):
    """A network in training, in a library that trains one at a time."""

    def train_epoch(
        self, order: NDArray[np.int32], rates: NDArray[np.float32]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Visit all points once, batch by batch.

        Args:
            order: Order of the points, shape (n_points,).
            rates: Learning rate of each batch, shape (batches,).

        Returns:
            Means of the metrics over the batches, weighted by their sizes, and means over the
            validation points afterwards.
        """

    def get_weights(self) -> Weights:
        """Copy the network's current weights."""


def train_network(
    make_trainer: Callable[[Config, Data, Weights], Trainer],
    configs: Sequence[Config],
    data: Sequence[Data],
    checkpoint_epochs: Collection[int] = (),
) -> Iterator[Chunk]:
    """Train a single config; see `Library.train`."""
    (config,), (dataset,) = configs, data
    epochs, seed = config.training.epochs, config.training.seed
    sizes = layer_sizes(dataset, config.model)
    trainer = make_trainer(config, dataset, initial_weights_of(config, sizes))
    stopper = Stopper(config.training.early_stopping)
    pending: list[dict[str, Any]] = []
    chunk_started = time.perf_counter()
    for epoch in range(1, epochs + 1):
        (rates,) = learning_rates(config, len(dataset.x), range(epoch, epoch + 1))
        order = batch_order(len(dataset.x), seed, epoch)
        metrics, val_metrics = trainer.train_epoch(order, rates)
        pending.append(metrics | {f"val_{name}": value for name, value in val_metrics.items()})
        score = float(val_metrics.get("score", val_metrics["loss"]))
        has_ended = stopper.update(epoch, score, trainer.get_weights)
        has_ended = has_ended or not math.isfinite(metrics["loss"])
        is_checkpoint = epoch == epochs or epoch in checkpoint_epochs
        is_due = time.perf_counter() - chunk_started > SECONDS_PER_CHUNK
        if has_ended or is_checkpoint or is_due:
            first_epoch = epoch - len(pending) + 1
            weights = stopper.weights or trainer.get_weights()
            yield Chunk(first_epoch, _stack(pending), [weights], [stopper.ending])
            pending, chunk_started = [], time.perf_counter()
        if has_ended:
            return


def _stack(epochs: Sequence[dict[str, Any]]) -> dict[str, NDArray[np.float32]]:
    """Stack the metrics of several epochs to arrays of shape (epochs, 1)."""
    return {
        name: np.array([[float(metrics[name])] for metrics in epochs], dtype=np.float32)
        for name in epochs[0]
    }
