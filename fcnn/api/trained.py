"""A tracked run's network, for arrays and data frames in the data's own units."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcnn.config.schema import Config, SyntheticDataset, flatten_config
from fcnn.data import load_data
from fcnn.data.table_schema import TableSchema
from fcnn.errors import ConfigError
from fcnn.network import Weights, collect_weights, forward
from fcnn.prediction import TablePredictor, compute_probabilities, read_labels
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of
from fcnn.tracking.reader import Reader
from fcnn.training.recorded import read_recorded

if TYPE_CHECKING:
    import pandas as pd


class TrainedNetwork:
    """The network of a finished run, with the methods of a scikit-learn estimator.

    Predicting takes NumPy alone, from what the store keeps of the run. Only runs on tables from
    versions before 0.2.0 need their table once more.

    Attributes:
        run_id: The run's id in MLflow.

    Example:
        >>> network = fcnn.load("activation_size").best()
        >>> network.predict([[0.5, -1.0], [2.0, 1.0]])
        array([-0.49872,  1.98317])
    """

    def __init__(
        self, run_id: str, config: Config, weights: Weights, schema: TableSchema | None = None
    ) -> None:
        self.run_id = run_id
        self._config, self._weights, self._kept_schema = config, weights, schema

    def __repr__(self) -> str:
        sizes = [str(len(self._weights[0])), *(str(len(bias)) for bias in self._weights[1::2])]
        return f"TrainedNetwork({'-'.join(sizes)}, run_id={self.run_id!r})"

    @cached_property
    def params(self) -> dict[str, Any]:
        """The run's hyperparameters by config key: `{"model.activation": "tanh", ...}`."""
        return flatten_config(self._config)

    @property
    def classes_(self) -> NDArray[Any]:
        """Labels of the classes (n_classes,), in the order of `predict_proba`; none of values.

        Labels are integers where all of them are written as such, else texts.
        """
        return read_labels(self._labels)

    def predict(self, x: "ArrayLike | pd.DataFrame") -> NDArray[Any]:
        """Predict values, or labels of classes.

        Args:
            x: Inputs in the data's own units: an array (n, n_inputs), or of a table a data frame
                with its columns, words and gaps included.

        Returns:
            Values in the target's own units, (n,), or (n, n_outputs) of several targets; of
            classes the most likely label of each input, (n,). NaN, or None of words, where a row
            has gaps and the network was trained without such rows.

        Raises:
            ConfigError: `x` has another shape, lacks a column, or holds what the network cannot
                take.
        """
        if self.predictor is not None:
            frame = self.predictor.predict(self._as_frame(x))
            targets = frame[list(self.predictor.schema.targets)].to_numpy()
            return targets[:, 0] if targets.shape[1] == 1 else targets
        outputs = self._compute_outputs(x)
        if self._task is Task.REGRESSION:
            return outputs[:, 0].astype(np.float64)
        return np.asarray(self.classes_[compute_probabilities(outputs, self._task).argmax(axis=1)])

    def predict_proba(self, x: "ArrayLike | pd.DataFrame") -> NDArray[np.float64]:
        """Predict the probability of each class.

        Args:
            x: As in `predict`.

        Returns:
            Probabilities (n, n_classes), columns in the order of `classes_`.

        Raises:
            ConfigError: The network predicts values, or `x` is not what it takes.
        """
        if self._task is Task.REGRESSION:
            raise ConfigError("predict_proba: this network predicts values, not classes")
        if self.predictor is not None:
            inputs = self.predictor.schema.encode(self._as_frame(x))
            return self.predictor.compute_outputs(inputs)
        return compute_probabilities(self._compute_outputs(x), self._task)

    @cached_property
    def predictor(self) -> TablePredictor | None:
        """What takes data frames; None for synthetic data."""
        if isinstance(self._config.dataset, SyntheticDataset):
            return None
        schema = self._kept_schema or load_data(self._config).schema
        assert schema is not None
        return TablePredictor(schema, self._weights, self._config.model.activation)

    @property
    def _labels(self) -> tuple[str, ...]:
        if self.predictor is not None:
            return self.predictor.schema.classes
        n_classes = TARGET_FUNCTIONS[self._config.dataset.name].n_classes
        return tuple(str(index) for index in range(n_classes))

    @property
    def _task(self) -> Task:
        return task_of(len(self._labels))

    def _as_frame(self, x: "ArrayLike | pd.DataFrame") -> "pd.DataFrame":
        import pandas as pd

        assert self.predictor is not None
        if isinstance(x, pd.DataFrame):
            return x
        names = list(self.predictor.schema.encoder.names)
        return pd.DataFrame(_check_shape(np.asarray(x), len(names)), columns=names)

    def _compute_outputs(self, x: "ArrayLike | pd.DataFrame") -> NDArray[np.float32]:
        """What the last layer gives, (n, n_outputs), for points of synthetic data."""
        inputs = _check_shape(np.asarray(x, dtype=np.float32), len(self._weights[0]))
        return forward(self._weights, inputs, self._config.model.activation, self._task)


def _check_shape(inputs: NDArray[Any], n_inputs: int) -> NDArray[Any]:
    if inputs.ndim != 2 or inputs.shape[1] != n_inputs:
        raise ConfigError(f"X: its shape is {inputs.shape}, but should be (n, {n_inputs})")
    return inputs


def load_network(reader: Reader, run_id: str) -> TrainedNetwork:
    """The network of a finished run.

    Raises:
        StoreError: The store does not have what it should keep of the run.
        ConfigError: There is no such run, it has no network, or its config can no longer be read.
    """
    run = read_recorded(reader, run_id)
    run.check_network()
    weights = collect_weights(reader.arrays(run_id))
    return TrainedNetwork(run_id, run.config, weights, reader.table_schema(run_id))
