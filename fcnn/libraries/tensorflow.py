"""Plain TensorFlow: variables, `GradientTape`, and the update rules written out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.config.optimizers import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from fcnn.config.schema import Config
from fcnn.data import Data, Scale
from fcnn.libraries.base import train_network
from fcnn.libraries.runtime import tf
from fcnn.network import Weights
from fcnn.targets import Task

ACTIVATIONS: dict[Activation, Callable[[Any], Any]] = {
    "elu": tf.nn.elu,
    "exponential": tf.exp,
    "gelu": tf.nn.gelu,
    "leaky_relu": tf.nn.leaky_relu,
    "linear": tf.identity,
    "log_sigmoid": tf.math.log_sigmoid,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "silu": tf.nn.silu,
    "softplus": tf.nn.softplus,
    "softsign": tf.nn.softsign,
    "tanh": tf.tanh,
}
OUTPUT_ACTIVATIONS = {
    Task.REGRESSION: tf.identity,
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
"""Per-point metrics by task."""


def make_slot(weight: Any, value: float = 0.0) -> Any:
    """Make a state variable of an optimizer, with the shape of the weight."""
    return tf.Variable(tf.fill(weight.shape, value))


def build_optimizer(config: Optimizer, weight: Any) -> Callable[[Any, Any], Any]:
    """Build a function from the gradient of a weight to what is subtracted from the weight.

    Its second argument is the learning rate of the update. The formulas are those of
    `keras.optimizers`; libraries differ in the position of epsilon.
    """
    match config:
        case SGD():
            velocity = make_slot(weight)

            def step(gradient: Any, rate: Any) -> Any:
                update = velocity.assign(config.momentum * velocity + rate * gradient)
                return config.momentum * update + rate * gradient if config.nesterov else update

        case Adam() | AdamW():
            first, second, largest = (make_slot(weight) for _ in range(3))
            updates = tf.Variable(0.0)

            def step(gradient: Any, rate: Any) -> Any:
                t = updates.assign_add(1.0)
                mean = first.assign(config.beta_1 * first + (1 - config.beta_1) * gradient)
                square = second.assign(config.beta_2 * second + (1 - config.beta_2) * gradient**2)
                if config.amsgrad:
                    square = largest.assign(tf.maximum(largest, square))
                unbiased_rate = rate * tf.sqrt(1 - config.beta_2**t) / (1 - config.beta_1**t)
                return unbiased_rate * mean / (tf.sqrt(square) + config.epsilon)

        case RMSprop():
            first, second, momentum = (make_slot(weight) for _ in range(3))

            def step(gradient: Any, rate: Any) -> Any:
                square = second.assign(config.rho * second + (1 - config.rho) * gradient**2)
                if config.centered:
                    mean = first.assign(config.rho * first + (1 - config.rho) * gradient)
                    square = square - mean**2
                increment = rate * gradient / tf.sqrt(square + config.epsilon)
                return momentum.assign(config.momentum * momentum + increment)

        case Adagrad():
            total = make_slot(weight, config.initial_accumulator_value)

            def step(gradient: Any, rate: Any) -> Any:
                square = total.assign_add(gradient**2)
                return rate * gradient / tf.sqrt(square + config.epsilon)

        case _:
            raise ValueError(f"optimizer.name={config.name}: library=tensorflow does not have it")

    return step


class Network(tf.Module):
    """A fully connected network of variables; calling it returns values or probabilities."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        super().__init__()
        self.weights = [tf.Variable(values) for values in weights]
        self.activation = ACTIVATIONS[config.model.activation]
        self.output_activation = OUTPUT_ACTIVATIONS[data.task]

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32)], autograph=False)
    def __call__(self, x: Any) -> Any:
        """Compute values or probabilities (n, n_outputs) for inputs (n, n_inputs).

        This is the function that a SavedModel stores.
        """
        return self.output_activation(self.logits(x))

    def logits(self, x: Any) -> Any:
        """Compute the outputs (n, n_outputs) before the output activation."""
        *hidden, output = zip(self.weights[0::2], self.weights[1::2], strict=True)
        for kernel, bias in hidden:
            x = self.activation(tf.matmul(x, kernel) + bias)
        kernel, bias = output
        return tf.matmul(x, kernel) + bias


class TableNetwork(Network):
    """A network between the units of a table: it standardises inputs and restores targets."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        super().__init__(config, data, weights)
        assert data.x_scale is not None
        self.x_scale: Scale = data.x_scale
        self.y_scale = data.y_scale

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float64)], autograph=False)
    def __call__(self, x: Any) -> Any:
        """As `Network`, with float64 inputs and outputs."""
        scaled = (x - self.x_scale.mean) / self.x_scale.deviation
        outputs = self.output_activation(self.logits(tf.cast(scaled, tf.float32)))
        if self.y_scale is None:
            return outputs
        return tf.cast(outputs, tf.float64) * self.y_scale.deviation + self.y_scale.mean


def build_model(config: Config, data: Data, weights: Weights) -> Network:
    """Build the network as a `tf.Module`; see `Library.build_model`."""
    return (Network if data.x_scale is None else TableNetwork)(config, data, weights)


def predict(model: Network, x: NDArray[np.floating]) -> NDArray[Any]:
    """See `Library.predict`."""
    return model(tf.constant(x)).numpy()


class Trainer:
    """A network in training; see `base.Trainer`."""

    def __init__(self, config: Config, data: Data, weights: Weights) -> None:
        self.metrics = METRICS[data.task]
        self.config = config
        self.batch_size = config.training.batch_size
        self.network = Network(config, data, weights)
        self.steps = [build_optimizer(config.optimizer, weight) for weight in self.network.weights]
        self.points = [tf.constant(values) for values in (data.x, data.y)]
        self.validation_points = [tf.constant(values) for values in (data.x_val, data.y_val)]
        self.train = tf.function(
            self._train,
            input_signature=[tf.TensorSpec((len(data.x),), tf.int32), tf.TensorSpec((None,))],
            autograph=False,
        )
        self.validate = tf.function(
            lambda: self._compute_metrics(*self.validation_points), autograph=False
        )

    def train_epoch(
        self, order: NDArray[np.int32], rates: NDArray[np.float32]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Call two compiled functions; see `base.Trainer`."""
        return self.train(tf.constant(order), tf.constant(rates)), self.validate()

    def get_weights(self) -> Weights:
        """Copy the variables to arrays."""
        return [weight.numpy() for weight in self.network.weights]

    def _train(self, order: Any, rates: Any) -> Any:
        n_points = order.shape[0]
        names = [*self.metrics, *(["score"] if self.config.model.l2 else [])]

        def train_batch(start: Any, totals: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
            batch = order[start : start + self.batch_size]
            rate = rates[start // self.batch_size]
            x, y = (tf.gather(values, batch) for values in self.points)
            with tf.GradientTape() as tape:
                metrics = self._compute_metrics(x, y)
            gradients = tape.gradient(metrics["loss"], list(self.network.weights))
            for weight, gradient, step in zip(
                self.network.weights, gradients, self.steps, strict=True
            ):
                self._decay(weight, rate)
                weight.assign_sub(step(gradient, rate))
            share = tf.cast(tf.size(batch), tf.float32) / n_points
            sums = {key: total + share * metrics[key] for key, total in totals.items()}
            return start + self.batch_size, sums

        zeros = {key: tf.constant(0.0) for key in names}
        _, totals = tf.while_loop(lambda start, _: start < n_points, train_batch, (0, zeros))
        return totals

    def _decay(self, weight: Any, rate: Any) -> None:
        """Decay a weight before its update, as Keras's optimizers do."""
        optimizer = self.config.optimizer
        if optimizer.weight_decay and (optimizer.decay_biases or len(weight.shape) == 2):
            weight.assign_sub(weight * optimizer.weight_decay * rate)

    def _compute_metrics(self, x: Any, y: Any) -> dict[str, Any]:
        logits = self.network.logits(x)
        metrics = {key: tf.reduce_mean(metric(y, logits)) for key, metric in self.metrics.items()}
        if not self.config.model.l2:
            return metrics
        squares = [tf.reduce_sum(kernel**2) for kernel in self.network.weights[0::2]]
        penalty = self.config.model.l2 * tf.add_n(squares)
        return metrics | {"loss": metrics["loss"] + penalty, "score": metrics["loss"]}


train = partial(train_network, Trainer)
