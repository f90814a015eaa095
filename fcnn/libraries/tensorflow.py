"""TensorFlow by hand: its own variables, `GradientTape`, the update rules written out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.optimizers import SGD, Adagrad, Adam, Optimizer, RMSprop
from fcnn.config.schema import Config
from fcnn.data.datasets import Data, Scale
from fcnn.libraries.base import train_one
from fcnn.libraries.runtime import tf
from fcnn.network import Weights
from fcnn.targets import Task

ACTIVATIONS = {"relu": tf.nn.relu, "sigmoid": tf.sigmoid, "tanh": tf.tanh}
OUTPUTS = {
    Task.REGRESSION: tf.fingerprint_fields,
    Task.BINARY: tf.sigmoid,
    Task.MULTICLASS: tf.nn.softmax,
}
METRICS: dict[Task, dict[str, Callable[[Any, Any], Any]]] = {
    Task.REGRESSION: {"loss": lambda y, logits: tf.square(y - logits)},
    Task.BINARY: {
        "loss": tf.nn.sigmoid_cross_entropy_with_logits,
        "accuracy": lambda y, logits: tf.cast(tf.equal(y > 0.5, logits > 0), tf.float32),
    },
    Task.MULTICLASS: {
        "loss": tf.nn.softmax_cross_entropy_with_logits,
        "accuracy": lambda y, logits: tf.cast(
            tf.equal(tf.argmax(y, axis=1), tf.argmax(logits, axis=1)), tf.float32
        ),
    },
}
"""Of each point."""


def slot(weight: Any, start: float = 0.0) -> Any:
    """An optimizer's memory: a variable of the weight's shape."""
    return tf.Variable(tf.fill(weight.shape, start))


def optimizer(config: Optimizer, weight: Any) -> Callable[[Any], Any]:
    """The step of one weight for its gradient: what is subtracted from it.

    The formulas are those of `keras.optimizers`; where epsilon stands is where libraries differ.
    """
    rate = config.learning_rate
    match config:
        case SGD():
            momentum = slot(weight)

            def step(gradient: Any) -> Any:
                velocity = momentum.assign(config.momentum * momentum + rate * gradient)
                return config.momentum * velocity + rate * gradient if config.nesterov else velocity

        case Adam():
            first, second, largest, updates = (
                slot(weight),
                slot(weight),
                slot(weight),
                tf.Variable(0.0),
            )

            def step(gradient: Any) -> Any:
                t = updates.assign_add(1.0)
                mean = first.assign(config.beta_1 * first + (1 - config.beta_1) * gradient)
                square = second.assign(config.beta_2 * second + (1 - config.beta_2) * gradient**2)
                if config.amsgrad:
                    square = largest.assign(tf.maximum(largest, square))
                unbiased_rate = rate * tf.sqrt(1 - config.beta_2**t) / (1 - config.beta_1**t)
                return unbiased_rate * mean / (tf.sqrt(square) + config.epsilon)

        case RMSprop():
            first, second, momentum = slot(weight), slot(weight), slot(weight)

            def step(gradient: Any) -> Any:
                square = second.assign(config.rho * second + (1 - config.rho) * gradient**2)
                if config.centered:
                    mean = first.assign(config.rho * first + (1 - config.rho) * gradient)
                    square = square - mean**2
                increment = rate * gradient / tf.sqrt(square + config.epsilon)
                return momentum.assign(config.momentum * momentum + increment)

        case Adagrad():
            total = slot(weight, config.initial_accumulator_value)

            def step(gradient: Any) -> Any:
                square = total.assign_add(gradient**2)
                return rate * gradient / tf.sqrt(square + config.epsilon)

        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")

    return step


class Network(tf.Module):
    """A fully connected network of variables; calling it gives values or probabilities."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        super().__init__()
        self.weights = [tf.Variable(values) for values in weights]
        self.activation, self.output = ACTIVATIONS[config.model.activation], OUTPUTS[data.task]

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32)])
    def __call__(self, x: Any) -> Any:
        """Values or probabilities (n, n_outputs) for inputs (n, n_inputs); a SavedModel keeps this function."""
        return self.output(self.logits(x))

    def logits(self, x: Any) -> Any:
        """Outputs (n, n_outputs) before the output activation."""
        *hidden, last = zip(self.weights[0::2], self.weights[1::2], strict=True)
        for kernel, bias in hidden:
            x = self.activation(tf.matmul(x, kernel) + bias)
        kernel, bias = last
        return tf.matmul(x, kernel) + bias


class TableNetwork(Network):
    """A network that takes a table's columns as they are, standardises them, and gives the target's own units."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        super().__init__(config, data, weights)
        assert data.x_scale is not None
        self.x_scale: Scale = data.x_scale
        self.y_scale = data.y_scale

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float64)])
    def __call__(self, x: Any) -> Any:
        """As `Network`, in float64 at both ends."""
        scaled = (x - self.x_scale.mean) / self.x_scale.deviation
        outputs = self.output(self.logits(tf.cast(scaled, tf.float32)))
        if self.y_scale is None:
            return outputs
        return tf.cast(outputs, tf.float64) * self.y_scale.deviation + self.y_scale.mean


def model(config: Config, data: Data, weights: Weights) -> Network:
    """The network as a `tf.Module`; see `fcnn.libraries.Library`."""
    return (Network if data.x_scale is None else TableNetwork)(config, data, weights)


def predict(model: Network, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `fcnn.libraries.Library`."""
    return model(tf.constant(x)).numpy()


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.metrics, self.batch_size = METRICS[data.task], config.training.batch_size
        self.network = Network(config, data, weights)
        self.steps = [optimizer(config.optimizer, weight) for weight in self.network.weights]
        self.points = [tf.constant(values) for values in (data.x, data.y)]
        self.validation_points = [tf.constant(values) for values in (data.x_val, data.y_val)]
        self.train = tf.function(
            self._train, input_signature=[tf.TensorSpec((len(data.x),), tf.int32)]
        )
        self.validate = tf.function(lambda: self._metrics(*self.validation_points))

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Two calls of compiled functions."""
        return self.train(tf.constant(order)), self.validate()

    def weights(self) -> Weights:
        """The variables as arrays."""
        return [weight.numpy() for weight in self.network.weights]

    def _train(self, order: Any) -> Any:
        n_points = order.shape[0]
        totals = {key: tf.constant(0.0) for key in self.metrics}
        for start in tf.range(0, n_points, self.batch_size):
            batch = order[start : start + self.batch_size]
            x, y = (tf.gather(values, batch) for values in self.points)
            with tf.GradientTape() as tape:
                metrics = self._metrics(x, y)
            gradients = tape.gradient(metrics["loss"], list(self.network.weights))
            for weight, gradient, step in zip(
                self.network.weights, gradients, self.steps, strict=True
            ):
                weight.assign_sub(step(gradient))
            share = tf.cast(tf.size(batch), tf.float32) / n_points
            totals = {key: total + share * metrics[key] for key, total in totals.items()}
        return totals

    def _metrics(self, x: Any, y: Any) -> dict[str, Any]:
        logits = self.network.logits(x)
        return {key: tf.reduce_mean(metric(y, logits)) for key, metric in self.metrics.items()}


train = partial(train_one, Training)
