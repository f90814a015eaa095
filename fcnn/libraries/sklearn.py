"""scikit-learn: `MLPRegressor` and `MLPClassifier`, fed batch by batch with `partial_fit`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from fcnn.config.optimizers import SGD, Adam, Optimizer
from fcnn.config.schema import Config
from fcnn.data.datasets import Data, Scale, class_numbers
from fcnn.libraries.base import train_one
from fcnn.network import Weights
from fcnn.targets import Task

ACTIVATIONS = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}
OF_CLASSES: dict[str, Callable[[Any, Any], float]] = {
    "loss": lambda y, outputs: log_loss(y, outputs, labels=range(outputs.shape[1])),
    "accuracy": lambda y, outputs: accuracy_score(y, outputs.argmax(axis=1)),
}
METRICS = {
    Task.REGRESSION: {"loss": mean_squared_error},
    Task.BINARY: OF_CLASSES,
    Task.MULTICLASS: OF_CLASSES,
}
"""Means over points."""


def optimizer(config: Optimizer, factor: float) -> dict[str, Any]:
    """The arguments of an estimator that give it the optimizer that does what Keras's does.

    scikit-learn's gradients are those of Keras over `factor`: it goes into SGD's learning rate and into Adam's epsilon (Adam's
    step does not depend on the gradient's scale else).
    """
    match config:
        case SGD():
            settings = {
                "learning_rate_init": factor * config.learning_rate,
                "momentum": config.momentum,
            }
            return settings | {"solver": "sgd", "nesterovs_momentum": config.nesterov}
        case Adam():
            settings = {
                "learning_rate_init": config.learning_rate,
                "epsilon": config.epsilon / factor,
            }
            return settings | {"solver": "adam", "beta_1": config.beta_1, "beta_2": config.beta_2}
        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")


def model(config: Config, data: Data, weights: Weights) -> BaseEstimator:
    """The estimator, of a table between scikit-learn's own scalers; see `fcnn.libraries.Library`."""
    estimator: BaseEstimator = network(config, data, weights)
    if data.x_scale:
        estimator = Pipeline([("scale", _scaler(data.x_scale)), ("network", estimator)])
    if data.y_scale:
        restored = TransformedTargetRegressor(estimator)
        restored.regressor_, restored.transformer_ = estimator, _scaler(data.y_scale)
        restored._training_dim = 1 if data.n_outputs == 1 else 2
        return restored
    return estimator


def predict(model: BaseEstimator, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `fcnn.libraries.Library`; of two classes the second one's probability."""
    if not hasattr(model, "predict_proba"):
        return model.predict(x).reshape(len(x), -1)
    probabilities = model.predict_proba(x)
    return probabilities[:, 1:] if probabilities.shape[1] == 2 else probabilities


def _scaler(scale: Scale) -> StandardScaler:
    """As if it had been fitted: it has its numbers only after that."""
    scaler = StandardScaler().fit(np.stack([scale.mean, scale.mean]))
    scaler.mean_, scaler.scale_, scaler.var_ = scale.mean, scale.deviation, scale.deviation**2
    return scaler


def network(config: Config, data: Data, weights: Weights) -> MLPRegressor | MLPClassifier:
    """The estimator whose mathematics are those of the config: no penalty, no shuffling, no schedule.

    scikit-learn's regressor descends half the squared error summed over outputs, Keras its mean.
    """
    factor = 2 / data.n_outputs if data.task is Task.REGRESSION else 1.0
    fitted = (MLPRegressor if data.task is Task.REGRESSION else MLPClassifier)(
        hidden_layer_sizes=config.model.hidden_units,
        activation=ACTIVATIONS[config.model.activation],
        alpha=0.0,
        shuffle=False,
        **optimizer(config.optimizer, factor),
    )
    # It has weights only once it has seen a batch; then ours take their place. Its optimizer starts anew where it trains, and
    # where it is stored no prediction needs it and no safe file takes it.
    fitted.partial_fit(
        data.x[:2],
        _targets(data.y, data.task)[:2],
        **({"classes": range(len(data.classes))} if data.classes else {}),
    )
    fitted.coefs_ = [kernel.copy() for kernel in weights[0::2]]
    fitted.intercepts_ = [bias.copy() for bias in weights[1::2]]
    del fitted._optimizer
    return fitted


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.metrics, self.batch_size = METRICS[data.task], config.training.batch_size
        self.network = network(config, data, weights)
        self.points = data.x, _targets(data.y, data.task)
        self.validation_points = data.x_val, _targets(data.y_val, data.task)

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A call of `partial_fit` for each batch."""
        x, y = self.points
        totals = dict.fromkeys(self.metrics, 0.0)
        try:
            with np.errstate(
                over="ignore", invalid="ignore"
            ):  # a network that diverges is told by its loss
                for start in range(0, len(order), self.batch_size):
                    batch = order[start : start + self.batch_size]
                    for key, value in self._metrics(x[batch], y[batch]).items():
                        totals[key] += value * len(batch) / len(x)
                    self.network.batch_size = len(batch)  # one update: a batch is never split
                    self.network.partial_fit(x[batch], y[batch])
                return totals, self._metrics(*self.validation_points)
        except ValueError as error:
            # How scikit-learn says that weights, outputs or losses are no longer finite.
            if not any(word in str(error) for word in ("non-finite", "infinity", "NaN")):
                raise
            nothing = dict.fromkeys(self.metrics, float("nan"))
            return nothing, nothing

    def weights(self) -> Weights:
        """Copies of the estimator's arrays."""
        return [
            values.copy()
            for pair in zip(self.network.coefs_, self.network.intercepts_, strict=True)
            for values in pair
        ]

    def _metrics(self, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, float]:
        outputs = (
            self.network.predict(x)
            if isinstance(self.network, MLPRegressor)
            else self.network.predict_proba(x)
        )
        return {key: metric(y, outputs) for key, metric in self.metrics.items()}


def _targets(y: NDArray[np.float32], task: Task) -> NDArray[Any]:
    """Values as scikit-learn wants them: (n,) for one output; class numbers (n,) for classes."""
    return np.squeeze(y) if task is Task.REGRESSION else class_numbers(y, task)


train = partial(train_one, Training)
