"""The libraries that train networks, one file each, behind one small protocol."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fcnn.config import Config, LibraryName
from fcnn.datasets import Data


@dataclass(frozen=True)
class Chunk:
    """Some consecutive epochs of P networks.

    `first_epoch` counts from 1; `metrics` maps the metric's name (`loss`, `val_loss`) to an array of shape (epochs, P).
    """

    first_epoch: int
    metrics: dict[str, NDArray[np.float32]]

    @property
    def last_epoch(self) -> int:
        """The last epoch of the chunk."""
        return self.first_epoch + len(self.metrics["loss"]) - 1


class Training(Protocol):
    """P networks on their way."""

    def __iter__(self) -> Iterator[Chunk]:
        """Trains and yields what the last epochs gave, at most about a second after they were computed."""

    def model(self, member: int) -> Any:
        """The network of one member as the library's own object, as trained so far."""

    def predict(self, member: int, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Outputs of shape (n, n_outputs) for inputs of shape (n, n_inputs)."""


def start(configs: Sequence[Config], data: Data) -> Training:
    """Begins the training of configs that are equal but for seeds and learning rates, with the library they name."""
    match configs[0].library:
        case LibraryName.KERAS:
            from fcnn.libraries.keras import KerasTraining

            return KerasTraining(configs, data)
