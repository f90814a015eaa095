"""Predictions for new rows of a table, from what a run keeps of its network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.data.table_schema import TableSchema
from fcnn.network import Weights, forward
from fcnn.targets import Task, task_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class TablePredictor:
    """A trained network between data frames in the table's own units.

    Attributes:
        schema: What the columns mean.
        weights: Kernels and biases.
        activation: Activation of the hidden layers.
    """

    schema: TableSchema
    weights: Weights
    activation: Activation

    @property
    def task(self) -> Task:
        """Regression or classification, by the number of classes."""
        return task_of(len(self.schema.classes))

    def compute_outputs(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Compute values in the targets' units, or probabilities, from encoded inputs.

        Args:
            inputs: In the columns' own units, (n, n_inputs).

        Returns:
            Values (n, n_targets), or the probability of each class (n, n_classes), which sum to 1.
        """
        scaled = self.schema.scale(inputs).astype(np.float32)
        outputs = forward(self.weights, scaled, self.activation, self.task)
        if self.task is Task.REGRESSION:
            return self.schema.restore(outputs.astype(np.float64))
        return compute_probabilities(outputs, self.task)

    def predict(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """Predict the targets of rows.

        Args:
            frame: At least the columns that the network was trained on, as the table has them:
                words, gaps, dates, texts or numbers of any type.

        Returns:
            A column for each target, with the index of `frame`; of a classification also the
            probability of each class, `probability of CLASS`. Rows that have no prediction,
            because they have gaps and the network was trained without such rows, are NaN.

        Raises:
            ConfigError: A column is missing, or holds what the network cannot take; up to ten
                lines.
        """
        import pandas as pd

        inputs = self.schema.encode(frame)
        outputs = self.compute_outputs(inputs)
        is_absent = np.isnan(inputs).any(axis=1)
        if self.task is Task.REGRESSION:
            return pd.DataFrame(outputs, index=frame.index, columns=list(self.schema.targets))
        labels = pd.Series(
            read_labels(self.schema.classes)[outputs.argmax(axis=1)], index=frame.index
        )
        outputs[is_absent] = np.nan
        probabilities = {
            f"probability of {name}": outputs[:, index]
            for index, name in enumerate(self.schema.classes)
        }
        if is_absent.any():
            labels = labels.mask(pd.Series(is_absent, frame.index))
        columns = {self.schema.targets[0]: labels}
        return pd.DataFrame(columns | probabilities, index=frame.index)


def compute_probabilities(outputs: NDArray[np.floating], task: Task) -> NDArray[np.float64]:
    """Compute the probability of each class (n, n_classes) from what the last layer gives.

    They sum to 1 in double precision, as scikit-learn's metrics want it.
    """
    shares = outputs.astype(np.float64)
    if task is Task.BINARY:
        return np.hstack([1 - shares, shares])
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def read_labels(classes: Sequence[str]) -> NDArray[Any]:
    """Return labels of classes (n_classes,): integers where all of them are written as such."""
    try:
        numbers = [int(label) for label in classes]
    except ValueError:
        return np.array(classes)
    # "01" is a name: as a number it would be another one.
    return np.array(numbers if [*map(str, numbers)] == [*classes] else classes)
