"""Data sets: the ground truth of each, and the points sampled from it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fcnn.config import Dataset, DatasetName

Array = NDArray[np.float32]

LOW, HIGH = -2.0, 2.0
"""Both inputs are uniform on [LOW, HIGH]."""

GROUND_TRUTHS: dict[DatasetName, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    DatasetName.PROD: lambda x: x[:, 0] * x[:, 1] / 4,
}
"""Inputs of shape (n, 2) to targets of shape (n,)."""


@dataclass(frozen=True)
class Data:
    """Points to train on and points never trained on.

    Shapes: `x` (n_points, n_inputs), `y` (n_points, n_outputs), `x_val` and `y_val` the same with the number of
    validation points.
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array

    @property
    def n_inputs(self) -> int:
        """Width of the network's input."""
        return int(self.x.shape[1])

    @property
    def n_outputs(self) -> int:
        """Width of the network's output."""
        return int(self.y.shape[1])


def load(dataset: Dataset, validation_points: int) -> Data:
    """Samples the training points and, from a stream of random numbers of their own, the validation points."""
    training, validation = np.random.SeedSequence(dataset.seed).spawn(2)
    x, y = _sample(dataset.name, dataset.n_points, np.random.default_rng(training))
    x_val, y_val = _sample(dataset.name, validation_points, np.random.default_rng(validation))
    return Data(x=x, y=y, x_val=x_val, y_val=y_val)


def _sample(name: DatasetName, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    x = rng.uniform(LOW, HIGH, size=(n, 2))
    return x.astype(np.float32), GROUND_TRUTHS[name](x)[:, np.newaxis].astype(np.float32)
