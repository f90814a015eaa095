"""TensorFlow by hand: its own variables, `GradientTape`, the update rules written out."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config import Config
from fcnn.config.choices import Activation
from fcnn.config.optimizers import SGD, Adagrad, Adam, Optimizer, RMSprop
from fcnn.datasets import Data
from fcnn.libraries import Chunk, train_one
from fcnn.libraries.runtime import tf
from fcnn.network import Weights
from fcnn.truths import Task, metric_names

ACTIVATIONS = {"relu": tf.nn.relu, "sigmoid": tf.sigmoid, "tanh": tf.tanh}
OUTPUTS = {Task.REGRESSION: tf.identity, Task.BINARY: tf.sigmoid, Task.MULTICLASS: tf.nn.softmax}
LOSSES: dict[Task, Callable[[Any, Any], Any]] = {
    Task.REGRESSION: lambda y, logits: tf.reduce_mean(tf.square(y - logits)),
    Task.BINARY: lambda y, logits: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits)),
    Task.MULTICLASS: lambda y, logits: tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)),
}
HITS: dict[Task, Callable[[Any, Any], Any]] = {
    Task.BINARY: lambda y, logits: tf.equal(y > 0.5, logits > 0),
    Task.MULTICLASS: lambda y, logits: tf.equal(tf.argmax(y, axis=1), tf.argmax(logits, axis=1)),
}
"""Which points are put into their class."""


def slots(weights: list[Any], start: float = 0.0) -> list[Any]:
    """An optimizer's memory: variables of the weights' shapes, all starting at one value."""
    return [tf.Variable(tf.fill(weight.shape, start)) for weight in weights]


def optimizer(config: Optimizer, weights: list[Any]) -> Callable[[int, Any, Any], Any]:
    """The step of weight `index` for its gradient: what is subtracted from it. `t` counts the updates from 1.

    The formulas are those of `keras.optimizers`; where epsilon stands is where libraries differ.
    """
    rate = config.learning_rate
    match config:
        case SGD():
            momentum = slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                velocity = momentum[index].assign(config.momentum * momentum[index] + rate * gradient)
                return config.momentum * velocity + rate * gradient if config.nesterov else velocity

        case Adam():
            first, second, largest = slots(weights), slots(weights), slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                mean = first[index].assign(config.beta_1 * first[index] + (1 - config.beta_1) * gradient)
                square = second[index].assign(config.beta_2 * second[index] + (1 - config.beta_2) * gradient**2)
                if config.amsgrad:
                    square = largest[index].assign(tf.maximum(largest[index], square))
                unbiased_rate = rate * tf.sqrt(1 - config.beta_2**t) / (1 - config.beta_1**t)
                return unbiased_rate * mean / (tf.sqrt(square) + config.epsilon)

        case RMSprop():
            first, second, momentum = slots(weights), slots(weights), slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                square = second[index].assign(config.rho * second[index] + (1 - config.rho) * gradient**2)
                if config.centered:
                    mean = first[index].assign(config.rho * first[index] + (1 - config.rho) * gradient)
                    square = square - mean**2
                increment = rate * gradient / tf.sqrt(square + config.epsilon)
                return momentum[index].assign(config.momentum * momentum[index] + increment)

        case Adagrad():
            total = slots(weights, config.initial_accumulator_value)

            def step(index: int, gradient: Any, t: Any) -> Any:
                square = total[index].assign_add(gradient**2)
                return rate * gradient / tf.sqrt(square + config.epsilon)

        case other:
            raise ValueError(f"optimizer.name={other.name}: has no counterpart here")

    return step


class Network(tf.Module):
    """A fully connected network of variables; calling it gives values or probabilities."""

    def __init__(self, weights: Weights, activation: Activation, task: Task) -> None:
        super().__init__()
        self.kernels = [tf.Variable(kernel) for kernel in weights[0::2]]
        self.biases = [tf.Variable(bias) for bias in weights[1::2]]
        self.activation, self.output = ACTIVATIONS[activation], OUTPUTS[task]

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32)])
    def __call__(self, x: Any) -> Any:
        """Values or probabilities (n, n_outputs) for inputs (n, n_inputs); a SavedModel keeps this function."""
        return self.output(self.logits(x))

    def logits(self, x: Any) -> Any:
        """Outputs (n, n_outputs) before the output activation."""
        for kernel, bias in zip(self.kernels[:-1], self.biases[:-1], strict=True):
            x = self.activation(tf.matmul(x, kernel) + bias)
        return tf.matmul(x, self.kernels[-1]) + self.biases[-1]


class Training:
    """One network on its way; see `fcnn.libraries.Training`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.data, self.batch_size = data, config.training.batch_size
        self.network = Network(weights, config.model.activation, data.task)
        self.variables = [variable for pair in zip(self.network.kernels, self.network.biases, strict=True) for variable in pair]
        self.step = optimizer(config.optimizer, self.variables)
        self.updates = tf.Variable(0.0)
        self.points = [tf.constant(values) for values in (data.x, data.y)]
        self.validation_points = [tf.constant(values) for values in (data.x_val, data.y_val)]
        self.train = tf.function(self._train, input_signature=[tf.TensorSpec((len(data.x),), tf.int32)])
        self.validate = tf.function(lambda: self._metrics(*self.validation_points))

    def weights(self) -> Weights:
        """The variables as arrays."""
        return [variable.numpy() for variable in self.variables]

    def epoch(self, order: NDArray[np.int32]) -> tuple[dict[str, float], dict[str, float]]:
        """Two calls of compiled functions."""
        trained, validated = self.train(tf.constant(order)), self.validate()
        return {key: float(value) for key, value in trained.items()}, {key: float(value) for key, value in validated.items()}

    def _train(self, order: Any) -> Any:
        n_points = len(self.data.x)
        totals = {key: tf.constant(0.0) for key in metric_names(self.data.task)}
        for start in tf.range(0, n_points, self.batch_size):
            batch = order[start : start + self.batch_size]
            x, y = (tf.gather(values, batch) for values in self.points)
            with tf.GradientTape() as tape:
                metrics = self._metrics(x, y)
            gradients = tape.gradient(metrics["loss"], self.variables)
            t = self.updates.assign_add(1.0)
            for index, (variable, gradient) in enumerate(zip(self.variables, gradients, strict=True)):
                variable.assign_sub(self.step(index, gradient, t))
            share = tf.cast(tf.size(batch), tf.float32) / n_points
            totals = {key: total + share * metrics[key] for key, total in totals.items()}
        return totals

    def _metrics(self, x: Any, y: Any) -> dict[str, Any]:
        task, logits = self.data.task, self.network.logits(x)
        metrics = {"loss": LOSSES[task](y, logits)}
        if task in HITS:
            metrics["accuracy"] = tf.reduce_mean(tf.cast(HITS[task](y, logits), tf.float32))
        return metrics


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """Each epoch is a call of one compiled function; see `fcnn.libraries.Library`."""
    return train_one(Training, configs, data, stops)


def model(config: Config, data: Data, weights: Weights) -> Network:
    """A `tf.Module`; see `fcnn.libraries.Library`."""
    return Network(weights, config.model.activation, data.task)
