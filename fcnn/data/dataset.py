"""The arrays that a network is trained and validated on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fcnn.data.scale import Scale
from fcnn.data.table_schema import TableSchema
from fcnn.targets import Task, task_of

Array = NDArray[np.float32]
Classes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Data:
    """Training, validation and test points of a data set.

    Whatever is chosen is chosen on the validation points; the test points are looked at once, when
    a run ends.

    Attributes:
        x: Training inputs, shape (n_points, n_inputs).
        y: Training targets, shape (n_points, n_outputs): values (regression), 0 or 1 (binary)
            or one-hot rows (multiclass).
        x_val: Validation inputs, shape (n_val, n_inputs).
        y_val: Validation targets, shape (n_val, n_outputs).
        classes: Names of the classes, empty for regression.
        x_scale: How the inputs of a table were standardised, None for synthetic data.
        y_scale: How the targets of a table were standardised, None for classes.
        x_val_raw: Validation inputs of a table in its own units, shape (n_val, n_inputs).
        x_test: Test inputs, shape (n_test, n_inputs); None without a test sample.
        y_test: Test targets, shape (n_test, n_outputs); None without a test sample.
        schema: What the columns of a table mean; None for synthetic data.
        val_rows: Where the validation rows stand in a table, from 0, shape (n_val,).
        test_rows: Where the test rows stand in a table, from 0, shape (n_test,).
        notes: What a user should know about a table, one line each.
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    classes: tuple[str, ...] = ()
    x_scale: Scale | None = None
    y_scale: Scale | None = None
    x_val_raw: NDArray[np.float64] | None = None
    x_test: Array | None = None
    y_test: Array | None = None
    schema: TableSchema | None = None
    val_rows: NDArray[np.int64] | None = None
    test_rows: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """The task that follows from the number of classes."""
        return task_of(len(self.classes))

    @property
    def n_inputs(self) -> int:
        """Width of the network's input layer."""
        return int(self.x.shape[1])

    @property
    def n_outputs(self) -> int:
        """Width of the network's output layer."""
        return int(self.y.shape[1])


def encode_classes(numbers: Classes, n_classes: int) -> Array:
    """Encode class numbers as targets.

    Args:
        numbers: Class numbers, shape (n,).
        n_classes: Number of classes.

    Returns:
        Zeros and ones, shape (n, 1), for two classes; one-hot rows, shape (n, n_classes), for
        more.
    """
    if n_classes == 2:
        return numbers[:, np.newaxis].astype(np.float32)
    return np.eye(n_classes, dtype=np.float32)[numbers]


def class_numbers(y: Array, task: Task) -> Classes:
    """Return the class numbers (n,) of targets or probabilities `y` (n, n_outputs)."""
    return (y[:, 0] > 0.5).astype(np.int64) if task is Task.BINARY else y.argmax(axis=1)


def balanced_class_weights(data: Data) -> NDArray[np.float64]:
    """Return a weight of each class that gives all classes the same weight in the training loss.

    That is `n / (k * n_class)` for `n` training points and `k` classes (King and Zeng 2001), as
    `sklearn.utils.class_weight.compute_class_weight` computes it; 0 for a class without points.
    """
    counts = np.bincount(class_numbers(data.y, data.task), minlength=len(data.classes))
    weights = len(data.y) / (len(data.classes) * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0.0)
