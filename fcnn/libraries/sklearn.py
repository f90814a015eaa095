"""scikit-learn: `MLPRegressor` and `MLPClassifier`, fed batch by batch with `partial_fit`."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor

from fcnn.config import Config
from fcnn.config.optimizers import SGD, Adam, Optimizer
from fcnn.datasets import Data
from fcnn.libraries import Chunk, train_one
from fcnn.network import Weights
from fcnn.truths import Task, metric_names

ACTIVATIONS = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}


def optimizer(config: Optimizer, factor: float) -> dict[str, Any]:
    """The arguments of an estimator that give it the optimizer that does what Keras's does.

    scikit-learn's gradients are those of Keras over `factor`: it goes into SGD's learning rate and into Adam's epsilon (Adam's
    step does not depend on the gradient's scale else).
    """
    match config:
        case SGD():
            settings = {"learning_rate_init": factor * config.learning_rate, "momentum": config.momentum}
            return settings | {"solver": "sgd", "nesterovs_momentum": config.nesterov}
        case Adam():
            settings = {"learning_rate_init": config.learning_rate, "epsilon": config.epsilon / factor}
            return settings | {"solver": "adam", "beta_1": config.beta_1, "beta_2": config.beta_2}
        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")


def model(config: Config, data: Data, weights: Weights) -> MLPRegressor | MLPClassifier:
    """The estimator whose mathematics are those of the config: no penalty, no shuffling, no schedule; see `fcnn.libraries.Library`.

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
    _partial_fit(fitted, data.x[:2], _targets(data.y, data.task)[:2], data)
    fitted.coefs_ = [kernel.copy() for kernel in weights[0::2]]
    fitted.intercepts_ = [bias.copy() for bias in weights[1::2]]
    del fitted._optimizer
    return fitted


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.data, self.batch_size = data, config.training.batch_size
        self.network = model(config, data, weights)
        self.targets, self.validation_targets = _targets(data.y, data.task), _targets(data.y_val, data.task)

    def weights(self) -> Weights:
        """Copies of the estimator's arrays."""
        return [values.copy() for pair in zip(self.network.coefs_, self.network.intercepts_, strict=True) for values in pair]

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, float], dict[str, float]]:
        """A call of `partial_fit` for each batch."""
        totals = dict.fromkeys(metric_names(self.data.task), 0.0)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges is told by its loss
                for start in range(0, len(order), self.batch_size):
                    batch = order[start : start + self.batch_size]
                    for key, value in self._metrics(self.data.x[batch], self.targets[batch]).items():
                        totals[key] += value * len(batch) / len(order)
                    _partial_fit(self.network, self.data.x[batch], self.targets[batch], self.data)
                return totals, self._metrics(self.data.x_val, self.validation_targets)
        except ValueError as error:
            # How scikit-learn says that weights, outputs or losses are no longer finite.
            if not any(word in str(error) for word in ("non-finite", "infinity", "NaN")):
                raise
            nothing = dict.fromkeys(metric_names(self.data.task), float("nan"))
            return nothing, nothing

    def _metrics(self, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, float]:
        if self.data.task is Task.REGRESSION:
            return {"loss": mean_squared_error(y, self.network.predict(x))}
        probabilities = self.network.predict_proba(x)
        loss = log_loss(y, probabilities, labels=self.network.classes_)
        return {"loss": loss, "accuracy": accuracy_score(y, probabilities.argmax(axis=1))}


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """An estimator that is fed batch by batch; see `fcnn.libraries.Library`."""
    return train_one(Training, configs, data, stops)


def _partial_fit(fitted: MLPRegressor | MLPClassifier, x: NDArray[np.float32], y: NDArray[Any], data: Data) -> None:
    """One update; a batch is never split."""
    fitted.batch_size = len(x)
    classes = {} if data.task is Task.REGRESSION else {"classes": np.arange(max(2, data.n_outputs))}
    fitted.partial_fit(x, y, **classes)


def _targets(y: NDArray[np.float32], task: Task) -> NDArray[Any]:
    """Values as scikit-learn wants them: (n,) for one output; class numbers (n,) for classes."""
    if task is Task.MULTICLASS:
        return y.argmax(axis=1)
    return y[:, 0].astype(np.int64) if task is Task.BINARY else y[:, 0] if y.shape[1] == 1 else y
