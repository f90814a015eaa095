"""The synthetic data sets: the ground truth of each and the task that it sets."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Task(StrEnum):
    """What the network has to do; it decides output activation, loss and metrics."""

    REGRESSION = "regression"
    BINARY = "binary"
    MULTICLASS = "multiclass"


def task_of(n_classes: int) -> Task:
    """Two classes need one output, several classes one each; no classes are a regression."""
    return {0: Task.REGRESSION, 2: Task.BINARY}.get(n_classes, Task.MULTICLASS)


@dataclass(frozen=True)
class TargetFunction:
    """A function of two inputs: coordinates `a` and `b` of shape (n,) to values or class numbers of shape (n,).

    `n_classes` is 0 for regression. Class numbers beyond the last class belong to it: only points on the square's edge have them.
    """

    function: Callable[[Floats, Floats], NDArray[np.generic]]
    n_classes: int = 0

    def __call__(self, x: Floats) -> Floats:
        """Values or class numbers of points `x` of shape (n, 2)."""
        values = np.asarray(self.function(x[:, 0], x[:, 1]), dtype=np.float64)
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
"""Group `dataset` has a file of the same name for each."""
