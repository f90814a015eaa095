"""One tracked run made whole again from the store: its data and its network."""

from functools import cached_property
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.selection import params_of
from fcnn.config.schema import SyntheticDataset
from fcnn.data import Array, Data, sample_dataset
from fcnn.escaping import printable
from fcnn.network import Weights, forward
from fcnn.params import DATASET_KEYS, format_label
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of
from fcnn.tracking.reader import Reader


class TrackedRun:
    """A row of `Reader.runs`, and what the store keeps with that run."""

    def __init__(self, row: "pd.Series[Any]", reader: Reader) -> None:
        self.row, self.reader = row, reader
        self.truth = TARGET_FUNCTIONS.get(row["dataset.name"])

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the run's training kept for reports."""
        return self.reader.arrays(str(self.row["run_id"]))

    @property
    def weights(self) -> Weights:
        """Kernels and biases."""
        return [values for key, values in self.arrays.items() if key.startswith("weights_")]

    @cached_property
    def data(self) -> Data | None:
        """Its data set where it has two inputs, else None. A synthetic one is sampled anew from its params: the same points."""
        if self.truth:
            dataset = SyntheticDataset(
                name=self.row["dataset.name"],
                n_points=int(self.row["dataset.n_points"]),
                noise=float(self.row["dataset.noise"]),
                seed=int(self.row["dataset.seed"]),
            )
            return sample_dataset(dataset, int(self.row["training.validation_points"]))
        if "x" not in self.arrays:
            return None
        x, y = self.arrays["x"], self.arrays["y"]
        return Data(x, y, x[:0], y[:0], self.classes)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, printable."""
        return tuple(map(printable, self.arrays["classes"].tolist()))

    @property
    def task(self) -> Task:
        """What the number of its classes makes it."""
        return task_of(self.truth.n_classes if self.truth else len(self.classes))

    @property
    def dataset_label(self) -> str:
        """The data set's name, with the table's where it is one."""
        return format_label(params_of(self.row), DATASET_KEYS)

    def predict(self, x: Array) -> Array:
        """The network on inputs (n, n_inputs)."""
        return forward(self.weights, x, self.row["model.activation"], self.task)
