"""TensorFlow by hand: its own variables, `GradientTape`, the update rules written out."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from fcnn.choices import Activation
from fcnn.config import SGD, Adagrad, Adam, Config, Optimizer, RMSprop
from fcnn.datasets import Data
from fcnn.libraries import Chunk, chunked
from fcnn.libraries.runtime import tf
from fcnn.network import Weights, batch_order, initial_weights, layer_sizes
from fcnn.truths import Task, metric_names

ACTIVATIONS = {Activation.RELU: tf.nn.relu, Activation.SIGMOID: tf.sigmoid, Activation.TANH: tf.tanh}
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


class Slots:
    """An optimizer's memory: variables of the weights' shapes, all starting at one value."""

    def __init__(self, weights: list[Any], start: float = 0.0) -> None:
        self.values = [tf.Variable(tf.fill(weight.shape, start)) for weight in weights]

    def __getitem__(self, index: int) -> Any:
        return self.values[index]


def update_rule(optimizer: Optimizer, weights: list[Any]) -> Callable[[int, Any, Any], Any]:
    """The step of weight `index` for its gradient: what is subtracted from it. `t` counts the updates from 1.

    The formulas are those of `keras.optimizers`; where epsilon stands is where libraries differ.
    """
    rate = optimizer.learning_rate
    match optimizer:
        case SGD():
            momentum = Slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                velocity = momentum[index].assign(optimizer.momentum * momentum[index] + rate * gradient)
                return optimizer.momentum * velocity + rate * gradient if optimizer.nesterov else velocity

        case Adam():
            first, second, largest = Slots(weights), Slots(weights), Slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                mean = first[index].assign(optimizer.beta_1 * first[index] + (1 - optimizer.beta_1) * gradient)
                square = second[index].assign(optimizer.beta_2 * second[index] + (1 - optimizer.beta_2) * gradient**2)
                if optimizer.amsgrad:
                    square = largest[index].assign(tf.maximum(largest[index], square))
                unbiased_rate = rate * tf.sqrt(1 - optimizer.beta_2**t) / (1 - optimizer.beta_1**t)
                return unbiased_rate * mean / (tf.sqrt(square) + optimizer.epsilon)

        case RMSprop():
            first, second, momentum = Slots(weights), Slots(weights), Slots(weights)

            def step(index: int, gradient: Any, t: Any) -> Any:
                square = second[index].assign(optimizer.rho * second[index] + (1 - optimizer.rho) * gradient**2)
                if optimizer.centered:
                    mean = first[index].assign(optimizer.rho * first[index] + (1 - optimizer.rho) * gradient)
                    square = square - mean**2
                increment = rate * gradient / tf.sqrt(square + optimizer.epsilon)
                return momentum[index].assign(optimizer.momentum * momentum[index] + increment)

        case Adagrad():
            total = Slots(weights, optimizer.initial_accumulator_value)

            def step(index: int, gradient: Any, t: Any) -> Any:
                square = total[index].assign_add(gradient**2)
                return rate * gradient / tf.sqrt(square + optimizer.epsilon)

    return step


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """Trains epoch by epoch, each a call of one compiled function; see `fcnn.libraries.Library`."""
    (config,) = configs
    training = TensorFlowTraining(config, data)
    return chunked(training.epochs(), training.weights, stops)


def model(config: Config, data: Data, weights: Weights) -> Network:
    """A `tf.Module`; see `fcnn.libraries.Library`."""
    return Network(weights, config.model.activation, data.task)


class TensorFlowTraining:
    """One network on its way."""

    def __init__(self, config: Config, data: Data) -> None:
        self.config, self.data = config, data
        sizes = layer_sizes(data.n_inputs, config.model.hidden_units, data.n_outputs)
        start = initial_weights(sizes, config.model.kernel_initializer, config.training.seed)
        self.network = Network(start, config.model.activation, data.task)
        self.variables = [variable for pair in zip(self.network.kernels, self.network.biases, strict=True) for variable in pair]
        self.step = update_rule(config.optimizer, self.variables)
        self.updates = tf.Variable(0.0)
        self.points = [tf.constant(values) for values in (data.x, data.y)]
        self.validation_points = [tf.constant(values) for values in (data.x_val, data.y_val)]
        self.train_epoch = tf.function(self._train_epoch, input_signature=[tf.TensorSpec((len(data.x),), tf.int32)])
        self.validate = tf.function(lambda: self._metrics(*self.validation_points))

    def weights(self) -> Weights:
        """The network's weights as they are now."""
        return [variable.numpy() for variable in self.variables]

    def epochs(self) -> Iterator[dict[str, float]]:
        """Trains, and yields each epoch's metrics."""
        training = self.config.training
        for epoch in range(1, training.epochs + 1):
            order = batch_order(len(self.data.x), training.seed, epoch)
            trained, validated = self.train_epoch(tf.constant(order)), self.validate()
            yield {key: float(value) for key, value in trained.items()} | {f"val_{key}": float(value) for key, value in validated.items()}

    def _train_epoch(self, order: Any) -> Any:
        """One epoch in the given order (n_points,); gives the means of the metrics over its points."""
        n_points, batch_size = len(self.data.x), self.config.training.batch_size
        totals = {key: tf.constant(0.0) for key in metric_names(self.data.task)}
        for start in tf.range(0, n_points, batch_size):
            batch = order[start : start + batch_size]
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
