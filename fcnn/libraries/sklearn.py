"""scikit-learn: `MLPRegressor` and `MLPClassifier`, fed batch by batch with `partial_fit`."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor

from fcnn.choices import Activation
from fcnn.config import SGD, Adam, Config
from fcnn.datasets import Data
from fcnn.libraries import Chunk, chunked
from fcnn.network import Weights, batch_order, initial_weights, layer_sizes
from fcnn.truths import Task, metric_names

ACTIVATIONS = {Activation.RELU: "relu", Activation.SIGMOID: "logistic", Activation.TANH: "tanh"}


def estimator(config: Config, data: Data) -> MLPRegressor | MLPClassifier:
    """The estimator whose mathematics are those of the config: no penalty, no shuffling, no schedule.

    scikit-learn's regressor descends half the squared error summed over outputs, Keras its mean: gradients differ by a factor,
    which goes into SGD's learning rate and into Adam's epsilon (Adam's step does not depend on the gradient's scale else).
    """
    factor = 2 / data.n_outputs if data.task is Task.REGRESSION else 1.0
    settings: dict[str, Any] = {
        "hidden_layer_sizes": config.model.hidden_units,
        "activation": ACTIVATIONS[config.model.activation],
        "alpha": 0.0,
        "shuffle": False,
    }
    match config.optimizer:
        case SGD() as sgd:
            settings |= {"solver": "sgd", "learning_rate_init": factor * sgd.learning_rate}
            settings |= {"momentum": sgd.momentum, "nesterovs_momentum": sgd.nesterov}
        case Adam() as adam:
            settings |= {"solver": "adam", "learning_rate_init": adam.learning_rate, "epsilon": adam.epsilon / factor}
            settings |= {"beta_1": adam.beta_1, "beta_2": adam.beta_2}
        case other:
            raise ValueError(f"optimizer.name={other.name}: scikit-learn has sgd and adam only")
    return (MLPRegressor if data.task is Task.REGRESSION else MLPClassifier)(**settings)


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """Trains batch by batch; see `fcnn.libraries.Library`."""
    (config,) = configs
    training = SklearnTraining(config, data)
    return chunked(training.epochs(), training.weights, stops)


def model(config: Config, data: Data, weights: Weights) -> MLPRegressor | MLPClassifier:
    """An estimator without its optimizer, which no prediction needs and no safe file takes; see `fcnn.libraries.Library`."""
    fitted = estimator(config, data)
    # It has weights only once it has seen a batch; then ours take their place, and an optimizer would start anew.
    _partial_fit(fitted, data.x[:2], _targets(data.y, data.task)[:2], data)
    fitted.coefs_ = [kernel.copy() for kernel in weights[0::2]]
    fitted.intercepts_ = [bias.copy() for bias in weights[1::2]]
    del fitted._optimizer
    return fitted


class SklearnTraining:
    """One network on its way."""

    def __init__(self, config: Config, data: Data) -> None:
        self.config, self.data = config, data
        self.targets, self.validation_targets = _targets(data.y, data.task), _targets(data.y_val, data.task)
        sizes = layer_sizes(data.n_inputs, config.model.hidden_units, data.n_outputs)
        self.estimator = model(config, data, initial_weights(sizes, config.model.kernel_initializer, config.training.seed))

    def weights(self) -> Weights:
        """The network's weights as they are now."""
        pairs = zip(self.estimator.coefs_, self.estimator.intercepts_, strict=True)
        return [values.copy() for pair in pairs for values in pair]

    def epochs(self) -> Iterator[dict[str, float]]:
        """Trains, and yields each epoch's metrics."""
        training, data = self.config.training, self.data
        for epoch in range(1, training.epochs + 1):
            order = batch_order(len(data.x), training.seed, epoch)
            totals: dict[str, float] = {}
            try:
                with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges is told by its loss
                    for start in range(0, len(order), training.batch_size):
                        batch = order[start : start + training.batch_size]
                        for key, value in self._metrics(data.x[batch], self.targets[batch]).items():
                            totals[key] = totals.get(key, 0.0) + value * len(batch) / len(order)
                        _partial_fit(self.estimator, data.x[batch], self.targets[batch], data)
                    validated = self._metrics(data.x_val, self.validation_targets)
            except ValueError as error:
                # How scikit-learn says that weights, outputs or losses are no longer finite.
                if not any(word in str(error) for word in ("non-finite", "infinity", "NaN")):
                    raise
                yield {prefix + name: float("nan") for prefix in ("", "val_") for name in metric_names(data.task)}
                return
            yield totals | {f"val_{key}": value for key, value in validated.items()}

    def _metrics(self, x: NDArray[np.float32], y: NDArray[Any]) -> dict[str, float]:
        if self.data.task is Task.REGRESSION:
            return {"loss": mean_squared_error(y, self.estimator.predict(x))}
        probabilities = self.estimator.predict_proba(x)
        return {
            "loss": log_loss(y, probabilities, labels=self.estimator.classes_),
            "accuracy": accuracy_score(y, probabilities.argmax(axis=1)),
        }


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
