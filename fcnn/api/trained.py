"""A tracked run's network, for arrays in the data's own units."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcnn.config.parsing import parse_yaml
from fcnn.config.schema import Config, Tracking, flatten_config
from fcnn.data import Data, class_numbers, load_data
from fcnn.errors import ConfigError
from fcnn.network import Weights, forward
from fcnn.targets import Task
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.names import DIVERGED
from fcnn.tracking.reader import Reader


class TrainedNetwork:
    """The network of a finished run, with the methods of a scikit-learn estimator.

    Predicting takes NumPy alone, from the weights that the store keeps. What a table's columns
    were standardised by comes from the table, which has to be where the run found it.

    Attributes:
        run_id: The run's id in MLflow.

    Example:
        >>> network = fcnn.load("activation_size").best()
        >>> network.predict([[0.5, -1.0], [2.0, 1.0]])
        array([-0.49872,  1.98317])
    """

    def __init__(self, run_id: str, config: Config, weights: Weights) -> None:
        self.run_id = run_id
        self._config, self._weights = config, weights

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
        labels = self._data.classes
        try:
            numbers = [int(label) for label in labels]
        except ValueError:
            return np.array(labels)
        # "01" is a name: as a number it would be another one.
        return np.array(numbers if [*map(str, numbers)] == [*labels] else labels)

    def predict(self, x: ArrayLike) -> NDArray[Any]:
        """Predict values, or labels of classes.

        Args:
            x: Inputs (n, n_inputs), in the data's own units.

        Returns:
            Values in the target's own units, (n,), or (n, n_outputs) of several targets; of
            classes the most likely label of each input, (n,).

        Raises:
            ConfigError: `x` has another shape, or the run's table cannot be read any more.
        """
        outputs = self._compute_outputs(x)
        if self._data.task is not Task.REGRESSION:
            return np.asarray(self.classes_[class_numbers(outputs, self._data.task)])
        values = outputs.astype(np.float64)
        if self._data.y_scale is not None:
            values = values * self._data.y_scale.deviation + self._data.y_scale.mean
        return values[:, 0] if self._data.n_outputs == 1 else values

    def predict_proba(self, x: ArrayLike) -> NDArray[np.float64]:
        """Predict the probability of each class.

        Args:
            x: Inputs (n, n_inputs), in the data's own units.

        Returns:
            Probabilities (n, n_classes), columns in the order of `classes_`.

        Raises:
            ConfigError: The network predicts values, `x` has another shape, or the run's table
                cannot be read any more.
        """
        task = self._data.task
        if task is Task.REGRESSION:
            raise ConfigError("predict_proba: this network predicts values, not classes")
        outputs = self._compute_outputs(x).astype(np.float64)
        return np.hstack([1 - outputs, outputs]) if task is Task.BINARY else outputs

    @cached_property
    def _data(self) -> Data:
        return load_data(self._config)

    def _compute_outputs(self, x: ArrayLike) -> NDArray[np.float32]:
        """What the last layer gives, (n, n_outputs), for inputs in the data's own units."""
        inputs = np.asarray(x, dtype=np.float64)
        n_inputs = self._data.n_inputs
        if inputs.ndim != 2 or inputs.shape[1] != n_inputs:
            raise ConfigError(f"X: its shape is {inputs.shape}, but should be (n, {n_inputs})")
        scale = self._data.x_scale
        if scale is not None:
            inputs = (inputs - scale.mean) / scale.deviation
        activation = self._config.model.activation
        return forward(self._weights, inputs.astype(np.float32), activation, self._data.task)


def load_network(reader: Reader, run_id: str, uri: str) -> TrainedNetwork:
    """The network of a finished run.

    Raises:
        StoreError: The store does not have what it should keep of the run.
        ConfigError: The run's config can no longer be read.
    """
    recorded = reader.get_run(run_id)
    if recorded is None:
        raise ConfigError(f"run_id={run_id}: the store has no trained network with this id")
    tracking = Tracking(uri=uri, save_model=False, parent_run_id=None)
    if DIVERGED in recorded[0].data.tags:
        epoch = int(recorded[0].data.tags[DIVERGED])
        raise ConfigError(f"run_id={run_id}: has no network, it {describe_divergence(epoch)}")
    arrays = reader.arrays(run_id)
    weights = [values for key, values in arrays.items() if key.startswith("weights_")]
    return TrainedNetwork(run_id, parse_yaml(recorded[1], tracking), weights)
