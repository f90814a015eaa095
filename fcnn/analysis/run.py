"""A tracked run restored from its row and its arrays: its data and its network."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.frames import params_of_row
from fcnn.analysis.judgement import Judgement, make_judgement
from fcnn.analysis.selection import Selection, median_run
from fcnn.config.data_seed import DATA_SEED_KEY
from fcnn.config.schema import SyntheticDataset
from fcnn.data import Array, Data, sample_dataset
from fcnn.data.table_schema import TableSchema
from fcnn.escaping import printable
from fcnn.network import Weights, collect_weights, forward
from fcnn.params import DATASET_KEYS, format_label, hyperparameter_label
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of

LoadArrays = Callable[[str], Mapping[str, NDArray[Any]]]
"""Returns the arrays that are stored with a run, by its id, such as `Reader.arrays`."""
LoadSchema = Callable[[str], TableSchema | None]
"""Returns what the columns of a run's table mean, such as `Reader.table_schema`."""
FindModel = Callable[[str], str | None]
"""Returns the address of a run's model, such as `Reader.model_address`."""


class TrackedRun:
    """A run of a study with its network and its data, loaded when they are needed.

    Example:
        >>> run = TrackedRun(selection.best_run, reader.arrays)
        >>> run.predict(np.zeros((1, 2), dtype=np.float32))

    Args:
        row: a row of `Reader.runs`.
        load_arrays: loads what is stored with a run.
        load_schema: loads what the columns of a run's table mean.
        find_model: finds the address of a run's model.
    """

    def __init__(
        self,
        row: "pd.Series[Any]",
        load_arrays: LoadArrays,
        load_schema: LoadSchema = lambda _: None,
        find_model: FindModel = lambda _: None,
    ) -> None:
        self.row = row
        self.load_arrays = load_arrays
        self.load_schema = load_schema
        self.find_model = find_model
        self.target_function = TARGET_FUNCTIONS.get(row["dataset.name"])

    @property
    def name(self) -> str:
        """The run's name: `tanh, 2-16-1, seed 3`."""
        return str(self.row["name"])

    @cached_property
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """The weights, and of a table also `classes`, and `x`, `y` or `true`, `predicted`."""
        return self.load_arrays(str(self.row["run_id"]))

    @property
    def weights(self) -> Weights:
        """Kernels and biases of all layers, in turn."""
        return collect_weights(self.arrays)

    @cached_property
    def data(self) -> Data | None:
        """The data set if it has two inputs, else None.

        A synthetic one is sampled again from the run's params, which gives the same points.
        """
        if self.target_function:
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
        return Data(x, y, x[:0], y[:0], self.classes, schema=self.schema)

    @cached_property
    def schema(self) -> TableSchema | None:
        """What the columns of its table mean; None for synthetic data."""
        return None if self.target_function else self.load_schema(str(self.row["run_id"]))

    @cached_property
    def judgement(self) -> Judgement | None:
        """The network on the test rows of its table; None if there are none."""
        if self.schema is None:
            return None
        return make_judgement(self.arrays, self.schema, self.row["model.activation"])

    @cached_property
    def model_address(self) -> str | None:
        """Where MLflow loads its model from; None without one."""
        return self.find_model(str(self.row["run_id"]))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, printable."""
        return tuple(map(printable, self.arrays["classes"].tolist()))

    @property
    def task(self) -> Task:
        """Regression or classification, by the number of classes."""
        if self.target_function:
            return task_of(self.target_function.n_classes)
        return task_of(len(self.classes))

    @property
    def dataset_label(self) -> str:
        """The name of the data set, with that of the table if it is one."""
        return format_label(params_of_row(self.row), DATASET_KEYS)

    def predict(self, x: Array) -> Array:
        """Return the network's outputs (n, n_outputs) for inputs (n, n_inputs)."""
        return forward(self.weights, x, self.row["model.activation"], self.task)


def find_winners(selection: Selection) -> pd.DataFrame:
    """Return the median run of the best cell for each kind of data.

    Its sample stands for those of all seeds. The kinds are in the order of the first runs on them.
    """
    runs = selection.finished
    # The kind of data, including how many points train on it, without the sample of a seed.
    columns = [
        name for name in map(str, runs) if name.startswith("dataset.") and name != DATA_SEED_KEY
    ]
    ranks = {cell: rank for rank, cell in enumerate(selection.ranked_cells["cell"])}
    winners = []
    for _, group in runs.groupby(columns, sort=False, dropna=False):
        best_cell = min(group["cell"], key=ranks.__getitem__)
        winners.append(median_run(group[group["cell"] == best_cell]))
    return pd.DataFrame(winners)


def load_data_sets(
    runs: pd.DataFrame,
    axes: Mapping[str, object],
    load_arrays: LoadArrays,
    load_schema: LoadSchema,
) -> dict[str, Data]:
    """Load the data of two inputs that each of these runs was trained on, by its label.

    Args:
        runs: rows of `Reader.runs`, one for each kind of data.
        axes: the axes of the study; those of the data set are part of the label.
        load_arrays: loads what is stored with a run.
        load_schema: loads what the columns of its table mean.
    """
    differing = [axis for axis in axes if axis.startswith("dataset.") and axis not in DATASET_KEYS]
    data_sets = {}
    for _, row in runs.iterrows():
        run = TrackedRun(row, load_arrays, load_schema)
        if run.data is not None:
            values = [f"{hyperparameter_label(axis)} {row[axis]}" for axis in differing]
            data_sets[", ".join([run.dataset_label, *values])] = run.data
    return data_sets
