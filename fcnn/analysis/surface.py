"""What a network of two inputs has learned, on a grid around its training points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.data import HIGH, LOW, Array, Data, class_numbers
from fcnn.targets import TargetFunction, Task

MARGIN = 0.25
"""How far the surface extends beyond the edge of the points, as a share of their width."""
RESOLUTION = 121
"""Grid points along each input."""

Predict = Callable[[Array], Array]


@dataclass(frozen=True)
class Surface:
    """A network's prediction beside the truth.

    Attributes:
        task: what the network was trained for.
        low: smallest inputs of the training points, shape (2,).
        high: their largest inputs, shape (2,).
        edges: grid coordinates along each input, shape (2, RESOLUTION).
        prediction: one value for each grid point, shape (RESOLUTION^2,): the value, the probability
            of the second of two classes, or the number of the most likely of several.
        truth: the same of the target function, None if it is unknown.
        error: prediction minus truth; for several classes 1 minus the probability of the true one.
        is_inside: whether a grid point lies among the training points, shape (RESOLUTION^2,).
    """

    task: Task
    low: NDArray[Any]
    high: NDArray[Any]
    edges: NDArray[Any]
    prediction: NDArray[Any]
    truth: NDArray[Any] | None
    error: NDArray[Any] | None
    is_inside: NDArray[np.bool_]


def compute_surface(predict: Predict, data: Data, target: TargetFunction | None) -> Surface:
    """Evaluate a network and its target function on a grid around the training points.

    Args:
        predict: the network, (n, 2) to (n, n_outputs).
        data: its data set, of two inputs.
        target: the ground truth, None if it is unknown.
    """
    if target is None:
        low, high = data.x.min(axis=0), data.x.max(axis=0)
    else:
        low, high = np.full(2, LOW), np.full(2, HIGH)
    margin = MARGIN * (high - low)
    edges = np.linspace(low - margin, high + margin, RESOLUTION).T
    points = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2)
    outputs = predict(points.astype(np.float32))
    truth = None if target is None else target(points)
    return Surface(
        task=data.task,
        low=low,
        high=high,
        edges=edges,
        prediction=values_to_show(outputs, data.task),
        truth=truth,
        error=None if truth is None else _compute_error(outputs, truth, data.task),
        is_inside=np.all((points >= low) & (points <= high), axis=1),
    )


def values_to_show(outputs: Array, task: Task) -> NDArray[Any]:
    """Reduce outputs (n, n_outputs) to one value each: class numbers if there are several."""
    return class_numbers(outputs, task) if task is Task.MULTICLASS else outputs[:, 0]


def _compute_error(outputs: Array, truth: NDArray[Any], task: Task) -> NDArray[Any]:
    if task is Task.MULTICLASS:
        true_classes = truth.astype(int)[:, np.newaxis]
        error = 1 - np.take_along_axis(outputs, true_classes, axis=1)[:, 0]
    else:
        error = outputs[:, 0] - truth
    return np.asarray(error)
