"""The libraries that train networks, one file each, behind one small protocol."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fcnn.choices import LibraryName
from fcnn.config import Config, ConfigError
from fcnn.datasets import Data
from fcnn.network import Weights

SECONDS_A_CHUNK = 0.5
"""Metrics reach the store about this long after they were computed."""


@dataclass(frozen=True)
class Chunk:
    """Some consecutive epochs of P networks.

    `first_epoch` counts from 1; `metrics` maps the metric's name (`loss`, `val_loss`, for classes also `accuracy` and
    `val_accuracy`) to an array of shape (epochs, P).
    """

    first_epoch: int
    metrics: dict[str, NDArray[np.float32]]

    @property
    def last_epoch(self) -> int:
        """The last epoch of the chunk."""
        return self.first_epoch + len(self.metrics["loss"]) - 1


class Training(Protocol):
    """P networks on their way; `weights` has those of each member after the last epoch that was yielded."""

    @property
    def weights(self) -> list[Weights]:
        """Kernels and biases of each member, as `fcnn.network.Weights` has them."""

    def __iter__(self) -> Iterator[Chunk]:
        """Trains, yields what the last epochs gave, and ends early when no loss is finite any more."""

    def model(self, member: int) -> Any:
        """One member as the library's own object, giving values or probabilities of the classes."""


def check(library: LibraryName) -> None:
    """Refuses a library that is not installed, without importing it.

    Raises:
        ConfigError: with the command that installs it.
    """
    if library is LibraryName.TORCH and find_spec("torch") is None:
        raise ConfigError("library=torch: PyTorch is not installed; pip install -e '.[torch]' installs it")


def start(configs: Sequence[Config], data: Data) -> Training:
    """Begins the training of configs that are equal but for seeds and learning rates; all libraries but Keras take one."""
    match configs[0].library:
        case LibraryName.KERAS:
            from fcnn.libraries.keras import KerasTraining

            return KerasTraining(configs, data)
        case LibraryName.TENSORFLOW:
            from fcnn.libraries.tensorflow import TensorFlowTraining

            (config,) = configs
            return TensorFlowTraining(config, data)
        case LibraryName.TORCH:
            from fcnn.libraries.torch import TorchTraining

            (config,) = configs
            return TorchTraining(config, data)
        case LibraryName.SKLEARN:
            from fcnn.libraries.sklearn import SklearnTraining

            (config,) = configs
            return SklearnTraining(config, data)


def chunked(epochs: Iterable[dict[str, float]]) -> Iterator[Chunk]:
    """Collects the epochs of one network for about half a second at a time; ends after a loss that is not finite."""
    waiting: list[dict[str, float]] = []
    sent, since = 0, time.perf_counter()
    for metrics in epochs:
        waiting.append(metrics)
        diverged = not np.isfinite(metrics["loss"])
        if diverged or time.perf_counter() - since > SECONDS_A_CHUNK:
            yield _chunk(sent + 1, waiting)
            sent, waiting, since = sent + len(waiting), [], time.perf_counter()
        if diverged:
            return
    if waiting:
        yield _chunk(sent + 1, waiting)


def _chunk(first_epoch: int, epochs: list[dict[str, float]]) -> Chunk:
    return Chunk(first_epoch, {key: np.array([[metrics[key]] for metrics in epochs], dtype=np.float32) for key in epochs[0]})
