"""The libraries that train networks, one file each, all with the same two functions."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

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

    def train(self, configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
        """Trains P networks, and ends early when no loss is finite any more; a chunk ends at each epoch in `stops`.

        Only Keras takes more than one config; `fcnn.populations` says which may be stacked.
        """

    def model(self, config: Config, data: Data, weights: Weights) -> Any:
        """A network as the library's own object, giving values or probabilities of the classes."""


def check(library: LibraryName) -> None:
    """Refuses a library that is not installed, without importing it.

    Raises:
        ConfigError: with the command that installs it.
    """
    if library is LibraryName.TORCH and find_spec("torch") is None:
        raise ConfigError("library=torch: PyTorch is not installed; pip install -e '.[torch]' installs it")


def load(library: LibraryName, threads: int = 1) -> Library:
    """Imports a library's module, which takes seconds the first time; `threads` are to train at once."""
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(threads))
    return cast(Library, import_module(f"fcnn.libraries.{library}"))


def chunked(epochs: Iterable[dict[str, float]], weights: Callable[[], Weights], stops: Collection[int]) -> Iterator[Chunk]:
    """Collects the epochs of one network for about half a second at a time; ends after a loss that is not finite."""
    waiting: list[dict[str, float]] = []
    sent, since = 0, time.perf_counter()
    for metrics in epochs:
        waiting.append(metrics)
        diverged = not np.isfinite(metrics["loss"])
        if diverged or sent + len(waiting) in stops or time.perf_counter() - since > SECONDS_A_CHUNK:
            yield _chunk(sent + 1, waiting, weights())
            sent, waiting, since = sent + len(waiting), [], time.perf_counter()
        if diverged:
            return
    if waiting:
        yield _chunk(sent + 1, waiting, weights())


def _chunk(first_epoch: int, epochs: list[dict[str, float]], weights: Weights) -> Chunk:
    metrics = {key: np.array([[metrics[key]] for metrics in epochs], dtype=np.float32) for key in epochs[0]}
    return Chunk(first_epoch, metrics, [weights])
