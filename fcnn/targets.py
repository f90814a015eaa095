"""The functions that synthetic data sets sample, and the task that each of them sets."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Task(StrEnum):
    """The kind of problem; it determines the output activation, the loss and the metrics."""

    REGRESSION = "regression"
    BINARY = "binary"
    MULTICLASS = "multiclass"


def task_of(n_classes: int) -> Task:
    """Return the task for a number of classes: 0 stands for regression, 2 for binary."""
    return {0: Task.REGRESSION, 2: Task.BINARY}.get(n_classes, Task.MULTICLASS)


@dataclass(frozen=True)
class TargetFunction:
    """A ground truth in two dimensions.

    Attributes:
        function: Maps coordinates `a` and `b`, each of shape (n,), to values or class numbers
            of shape (n,).
        n_classes: Number of classes, 0 for regression.
    """

    function: Callable[[Floats, Floats], NDArray[np.generic]]
    n_classes: int = 0

    def __call__(self, x: Floats) -> Floats:
        """Return the values or class numbers, shape (n,), at the points `x`, shape (n, 2)."""
        values = np.asarray(self.function(x[:, 0], x[:, 1]), dtype=np.float64)
        # Points on the edge of the square can fall beyond the last class; they are counted as it.
        return np.minimum(values, self.n_classes - 1) if self.n_classes else values


TARGET_FUNCTIONS: dict[str, TargetFunction] = {
    "prod": TargetFunction(lambda a, b: a * b / 4),
    "sum_squares": TargetFunction(lambda a, b: (a**2 + b**2) / 4),
    "polynom": TargetFunction(lambda a, b: (a**2 - 3 * a * b - b**2) / 4),
    "and": TargetFunction(lambda a, b: (a > 0) & (b > 0), n_classes=2),
    "or": TargetFunction(lambda a, b: (a > 0) | (b > 0), n_classes=2),
    "xor": TargetFunction(lambda a, b: a * b > 0, n_classes=2),
    "stripe": TargetFunction(lambda a, b: np.abs(a - b) <= 1, n_classes=2),
    "square": TargetFunction(lambda a, b: np.abs(a) + np.abs(b) <= 1, n_classes=2),
    "circle": TargetFunction(lambda a, b: a**2 + b**2 <= 1, n_classes=2),
    "squares": TargetFunction(lambda a, b: np.floor(np.abs(a) + np.abs(b)), n_classes=4),
    "circles": TargetFunction(lambda a, b: np.floor((a**2 + b**2) / 2), n_classes=4),
    "quadrants": TargetFunction(
        lambda a, b: np.floor(2 * (np.arctan2(b, a) / np.pi + 1)), n_classes=4
    ),
}
"""Target functions by name; each has a file of the same name in `conf/dataset`."""
