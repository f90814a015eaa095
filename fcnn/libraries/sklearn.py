"""scikit-learn: `MLPRegressor` and `MLPClassifier`, trained batch by batch by `partial_fit`."""

import sys
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
from threadpoolctl import threadpool_limits

from fcnn.config.optimizers import SGD, Adam, Optimizer
from fcnn.config.schema import Config
from fcnn.data import Data, Scale, class_numbers
from fcnn.libraries.base import train_network
from fcnn.network import Weights
from fcnn.targets import Task

# Threads of the linear algebra cost networks this small more than they gain, and ten times as much
# where several networks train at once.
threadpool_limits(limits=1)

ACTIVATIONS = {"linear": "identity", "relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}
CLASS_METRICS: dict[str, Callable[[Any, Any], float]] = {
    "loss": lambda y, outputs: log_loss(y, outputs, labels=range(outputs.shape[1])),
    "accuracy": lambda y, outputs: accuracy_score(y, outputs.argmax(axis=1)),
}
METRICS = {
    Task.REGRESSION: {"loss": mean_squared_error},
    Task.BINARY: CLASS_METRICS,
    Task.MULTICLASS: CLASS_METRICS,
}
"""Means over points, by task."""


def optimizer_arguments(config: Optimizer, factor: float) -> dict[str, Any]:
    """Return the arguments of an estimator whose updates are those of Keras.

    Args:
        config: The optimizer.
        factor: Keras's gradient divided by scikit-learn's. It scales SGD's learning rate and
            Adam's epsilon; otherwise Adam's updates do not depend on the gradient's scale.
    """
    match config:
        case SGD():
            return {
                "solver": "sgd",
                "learning_rate_init": factor * config.learning_rate,
                "momentum": config.momentum,
                "nesterovs_momentum": config.nesterov,
            }
        case Adam():
            return {
                "solver": "adam",
                "learning_rate_init": config.learning_rate,
                "beta_1": config.beta_1,
                "beta_2": config.beta_2,
                "epsilon": config.epsilon / factor,
            }
        case _:
            raise ValueError(f"optimizer.name={config.name}: library=sklearn has sgd and adam only")


def gradient_factor(data: Data) -> float:
    """Return Keras's gradient divided by scikit-learn's.

    scikit-learn's regressor minimises half the squared error summed over the outputs, Keras the
    mean over the outputs.
    """
    return 2 / data.n_outputs if data.task is Task.REGRESSION else 1.0


def build_model(config: Config, data: Data, weights: Weights) -> BaseEstimator:
    """Build the estimator, for a table with its scalers; see `Library.build_model`."""
    estimator: BaseEstimator = build_network(config, data, weights)
    if data.x_scale:
        estimator = Pipeline([("scale", _make_scaler(data.x_scale)), ("network", estimator)])
    if data.y_scale:
        restored = TransformedTargetRegressor(estimator)
        restored.regressor_, restored.transformer_ = estimator, _make_scaler(data.y_scale)
        restored._training_dim = 1 if data.n_outputs == 1 else 2
        return restored
    return estimator


def predict(model: BaseEstimator, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `Library.predict`; for two classes this is the probability of the second."""
    if not hasattr(model, "predict_proba"):
        return model.predict(x).reshape(len(x), -1)
    probabilities = model.predict_proba(x)
    return probabilities[:, 1:] if probabilities.shape[1] == 2 else probabilities


def _make_scaler(scale: Scale) -> StandardScaler:
    """Make a fitted scaler; scikit-learn sets its attributes only when it fits."""
    scaler = StandardScaler().fit(np.stack([scale.mean, scale.mean]))
    scaler.mean_, scaler.scale_, scaler.var_ = scale.mean, scale.deviation, scale.deviation**2
    return scaler


def build_network(config: Config, data: Data, weights: Weights) -> MLPRegressor | MLPClassifier:
    """Build an estimator that computes what the config says, without penalty or shuffling."""
    is_regression = data.task is Task.REGRESSION
    estimator = (MLPRegressor if is_regression else MLPClassifier)(
        hidden_layer_sizes=config.model.hidden_units,
        activation=ACTIVATIONS[config.model.activation],
        alpha=0.0,
        shuffle=False,
        **optimizer_arguments(config.optimizer, gradient_factor(data)),
    )
    # The estimator has weights only after a first batch; they are then replaced. Without its
    # optimizer it starts a new one when it trains, and can be stored in a safe file format.
    classes = {} if is_regression else {"classes": range(len(data.classes))}
    estimator.partial_fit(data.x[:2], _targets(data.y, data.task)[:2], **classes)
    estimator.coefs_ = [kernel.copy() for kernel in weights[0::2]]
    estimator.intercepts_ = [bias.copy() for bias in weights[1::2]]
    del estimator._optimizer
    return estimator


class Trainer:
    """A network in training; see `base.Trainer`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.metrics = METRICS[data.task]
        self.batch_size = config.training.batch_size
        self.l2 = config.model.l2
        self.gradient_factor = gradient_factor(data)
        self.rate_factor = self.gradient_factor if isinstance(config.optimizer, SGD) else 1.0
        self.network = build_network(config, data, weights)
        self.points = data.x, _targets(data.y, data.task)
        self.validation_points = data.x_val, _targets(data.y_val, data.task)

    def train_epoch(
        self, order: NDArray[np.int32], rates: NDArray[np.float32]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call `partial_fit` for each batch; see `base.Trainer`."""
        x, y = self.points
        totals = dict.fromkeys(self._names, 0.0)
        try:
            # The loss shows that a network has diverged, so NumPy need not warn.
            with np.errstate(over="ignore", invalid="ignore"):
                for start, rate in zip(
                    range(0, len(order), self.batch_size), rates.tolist(), strict=True
                ):
                    batch = order[start : start + self.batch_size]
                    for name, value in self._compute_metrics(x[batch], y[batch]).items():
                        totals[name] += value * len(batch) / len(x)
                    # The estimator must not split the batch: this is a single update.
                    self.network.batch_size = len(batch)
                    # The estimator divides its penalty by twice the points of the batch.
                    self.network.alpha = 2 * len(batch) * self.l2 / self.gradient_factor
                    self._set_rate(rate)
                    self.network.partial_fit(x[batch], y[batch])
                return totals, self._compute_metrics(*self.validation_points)
        except ValueError as error:
            # scikit-learn raises this where weights, outputs or losses are not finite.
            if not any(word in str(error) for word in ("non-finite", "infinity", "NaN")):
                raise
            undefined = dict.fromkeys(self._names, float("nan"))
            return undefined, undefined

    @property
    def _names(self) -> list[str]:
        """Names of the metrics."""
        return [*self.metrics, *(["score"] if self.l2 else [])]

    def _set_rate(self, rate: float) -> None:
        """Set Keras's learning rate of the next update."""
        # The estimator checks that its rate is positive; that of a warm-up begins with 0.
        scaled = max(rate * self.rate_factor, sys.float_info.min)
        self.network.learning_rate_init = scaled
        if hasattr(self.network, "_optimizer"):
            self.network._optimizer.learning_rate_init = scaled  # of Adam
            self.network._optimizer.learning_rate = scaled  # of SGD

    def get_weights(self) -> Weights:
        """Copy the estimator's arrays."""
        return [
            values.copy()
            for pair in zip(self.network.coefs_, self.network.intercepts_, strict=True)
            for values in pair
        ]

    def _compute_metrics(self, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, float]:
        is_regression = isinstance(self.network, MLPRegressor)
        outputs = self.network.predict(x) if is_regression else self.network.predict_proba(x)
        metrics = {name: metric(y, outputs) for name, metric in self.metrics.items()}
        if not self.l2:
            return metrics
        penalty = self.l2 * sum(float((kernel**2).sum()) for kernel in self.network.coefs_)
        return metrics | {"loss": metrics["loss"] + penalty, "score": metrics["loss"]}


def _targets(y: NDArray[np.float32], task: Task) -> NDArray[Any]:
    """Return what scikit-learn fits: class numbers (n,), or values, (n,) for a single output."""
    return np.squeeze(y) if task is Task.REGRESSION else class_numbers(y, task)


train = partial(train_network, Trainer)
