"""Keras: P networks of equal shape trained as one stacked network, with Keras's own activations, losses and optimizers."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np

from fcnn.config import SGD, Activation, Adagrad, Adam, Config, Optimizer, RMSprop
from fcnn.datasets import Data
from fcnn.libraries import SECONDS_A_CHUNK, Chunk
from fcnn.libraries.runtime import keras, tf
from fcnn.network import Weights, batch_order, initial_weights, layer_sizes
from fcnn.truths import Task, metric_names

SIMD_WIDTH = 16
"""float32 numbers in the widest vector of today's processors (AVX-512)."""


_OPTIMIZERS = {
    SGD: keras.optimizers.SGD,
    Adam: keras.optimizers.Adam,
    RMSprop: keras.optimizers.RMSprop,
    Adagrad: keras.optimizers.Adagrad,
}


def keras_optimizer(config: Optimizer, learning_rate: float | Callable[[], Any]) -> keras.optimizers.Optimizer:
    """Keras's own optimizer with the config's hyperparameters."""
    return _OPTIMIZERS[type(config)](**(asdict(config) | {"learning_rate": learning_rate}))


OUTPUTS = {Task.REGRESSION: "linear", Task.BINARY: "sigmoid", Task.MULTICLASS: "softmax"}
LOSSES: dict[Task, Callable[[Any, Any], Any]] = {
    Task.REGRESSION: keras.losses.mean_squared_error,
    Task.BINARY: partial(keras.losses.binary_crossentropy, from_logits=True),
    Task.MULTICLASS: partial(keras.losses.categorical_crossentropy, from_logits=True),
}
HITS: dict[Task, Callable[[Any, Any], Any]] = {
    Task.BINARY: lambda y, logits: keras.ops.cast(keras.ops.equal(y > 0.5, logits > 0), "float32")[..., 0],
    Task.MULTICLASS: keras.metrics.categorical_accuracy,
}
"""Which points are put into their class."""


class StackedDense(keras.layers.Layer):
    """`population` dense layers side by side: (P, n, n_in) -> (P, n, units); (1, n, n_in) feeds all of them the same."""

    def __init__(self, population: int, units: int, activation: str) -> None:
        super().__init__()
        self.population, self.units = population, units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes kernel (P, n_in, units) and bias (P, 1, units); their values are assigned before each training."""
        self.kernel = self.add_weight(shape=(self.population, input_shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(shape=(self.population, 1, self.units), name="bias")

    def call(self, inputs: Any) -> Any:
        """Applies each member's layer to its own inputs."""
        return _elementwise(self.activation, tf.matmul(inputs, self.kernel) + self.bias)


def _elementwise(function: Callable[..., Any], *values: Any) -> Any:
    """Applies `function` to tensors (P, n, units) so that a member's bits do not depend on where in the stack it lies.

    TensorFlow computes whole SIMD vectors one way and what is left at the end of a tensor another way, which rounds a sigmoid
    differently. So each member is filled up to whole vectors of `SIMD_WIDTH` numbers.
    """
    n, units = values[0].shape[1:]
    rows = SIMD_WIDTH // math.gcd(SIMD_WIDTH, units)
    if n % rows == 0:
        return function(*values)
    return function(*(tf.pad(tensor, [[0, 0], [0, -n % rows], [0, 0]]) for tensor in values))[:, :n]


class Population:
    """One compiled program for P networks of equal shape: variables, optimizer and a function over whole epochs.

    `reset` starts it over, so that one program serves every training of its shape; `population_of` keeps them.
    """

    def __init__(
        self,
        population: int,
        sizes: tuple[int, ...],
        activation: Activation,
        task: Task,
        optimizer: Optimizer,
        batch_size: int,
        points: tuple[Any, ...],
    ) -> None:
        self.population, self.task = population, task
        n_points = points[0].shape[0]
        self.n_points, self.batch_size = n_points, batch_size
        hidden = [StackedDense(population, units, activation) for units in sizes[1:-1]]
        self.layers = [*hidden, StackedDense(population, sizes[-1], "linear")]
        for layer, n_in in zip(self.layers, sizes, strict=False):
            layer.build((population, None, n_in))
        self.variables = [variable for layer in self.layers for variable in (layer.kernel, layer.bias)]
        # Shape (P, 1, 1) broadcasts over a stacked kernel and a stacked bias alike.
        self.learning_rate = tf.Variable(tf.zeros((population, 1, 1)))
        self.optimizer = keras_optimizer(optimizer, lambda: self.learning_rate)
        self.optimizer.build(self.variables)
        self.fresh_state = [variable.numpy() for variable in self.optimizer.variables]
        order = tf.TensorSpec((None, population, n_points), tf.int32)
        self.train = tf.function(self._train, input_signature=[*points, order])

    def reset(self, weights: Sequence[Weights], learning_rates: Sequence[float]) -> None:
        """Gives each member its initial weights and learning rate, and the optimizer its first state."""
        for variable, values in zip(self.variables, zip(*weights, strict=True), strict=True):
            variable.assign(np.stack(values).reshape(variable.shape))
        for variable, value in zip(self.optimizer.variables, self.fresh_state, strict=True):
            variable.assign(value)
        self.learning_rate.assign(np.reshape(np.asarray(learning_rates, dtype=np.float32), (self.population, 1, 1)))

    def weights(self, member: int) -> Weights:
        """Kernels (n_in, n_out) and biases (n_out,) of one member."""
        values = [variable.numpy()[member] for variable in self.variables]
        return [value if index % 2 == 0 else value[0] for index, value in enumerate(values)]

    def forward(self, x: Any) -> Any:
        """Outputs (P, n, n_outputs) for inputs (P, n, n_inputs) or (1, n, n_inputs)."""
        for layer in self.layers:
            x = layer(x)
        return x

    def _metrics(self, x: Any, y: Any) -> Any:
        """Each member's metrics over its points, in the order of `metric_names`: shape (metrics, P)."""
        logits = self.forward(x)
        y = tf.broadcast_to(y, logits.shape)
        functions = [LOSSES[self.task], *([HITS[self.task]] if self.task in HITS else [])]
        return tf.stack([tf.reduce_mean(_elementwise(function, y, logits), axis=1) for function in functions])

    def _step(self, x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            metrics = self._metrics(x, y)
            # A sum keeps the members' gradients independent of each other; a mean would divide them by P.
            total = tf.reduce_sum(metrics[0])
        self.optimizer.apply(tape.gradient(total, [variable.value for variable in self.variables]), self.variables)
        return metrics

    def _train(self, x: Any, y: Any, x_val: Any, y_val: Any, order: Any) -> Any:
        """Trains for as many epochs as `order` (epochs, P, n_points) has; gives (epochs, 2 * metrics, P): trained, validated."""
        epochs = tf.shape(order)[0]
        full_batches, rest = divmod(self.n_points, self.batch_size)
        history = tf.TensorArray(tf.float32, size=epochs)
        for epoch in tf.range(epochs):
            total = tf.zeros((len(metric_names(self.task)), self.population))
            for batch in tf.range(full_batches):
                points = tf.ensure_shape(
                    order[epoch, :, batch * self.batch_size : (batch + 1) * self.batch_size], (self.population, self.batch_size)
                )
                total += self._step(tf.gather(x, points), tf.gather(y, points)) * self.batch_size
            if rest:
                points = tf.ensure_shape(order[epoch, :, self.n_points - rest :], (self.population, rest))
                total += self._step(tf.gather(x, points), tf.gather(y, points)) * rest
            history = history.write(epoch, tf.concat([total / self.n_points, self._metrics(x_val, y_val)], axis=0))
        return history.stack()


population_of = cache(Population)
"""Compiling takes far longer than training, so each program is kept."""


class KerasTraining:
    """The training of configs that are equal but for seeds and learning rates; see `fcnn.libraries.Training`."""

    def __init__(self, configs: Sequence[Config], data: Data) -> None:
        first = configs[0]
        self.data, self.epochs = data, first.training.epochs
        self.seeds = [config.training.seed for config in configs]
        self.learning_rates = [config.optimizer.learning_rate for config in configs]
        self.sizes = layer_sizes(data.n_inputs, first.model.hidden_units, data.n_outputs)
        self.activation = first.model.activation
        self.weights = [initial_weights(self.sizes, first.model.kernel_initializer, seed) for seed in self.seeds]
        self.points = [tf.constant(values) for values in (data.x, data.y, data.x_val[np.newaxis], data.y_val[np.newaxis])]
        self.population = population_of(
            len(configs),
            self.sizes,
            self.activation,
            data.task,
            replace(first.optimizer, learning_rate=1.0),
            first.training.batch_size,
            tuple(tf.TensorSpec.from_tensor(tensor) for tensor in self.points),
        )

    def __iter__(self) -> Iterator[Chunk]:
        """Trains in chunks of about half a second; ends early when no member's loss is finite any more."""
        data, population = self.data, self.population
        population.reset(self.weights, self.learning_rates)
        names = [prefix + name for prefix in ("", "val_") for name in metric_names(data.task)]
        chunk = range(1, 2)
        while chunk:
            order = np.array([[batch_order(len(data.x), seed, epoch) for seed in self.seeds] for epoch in chunk])
            began = time.perf_counter()
            history = population.train(*self.points, tf.constant(order)).numpy()
            seconds = time.perf_counter() - began
            self.weights = [population.weights(member) for member in range(len(self.seeds))]
            yield Chunk(chunk.start, {name: history[:, index] for index, name in enumerate(names)})
            if not np.isfinite(history[-1, 0]).any():
                return
            # The first epoch's time is mostly compiling and says nothing about the second's.
            size = max(1, round(len(chunk) * SECONDS_A_CHUNK / seconds)) if chunk.start > 1 else 1
            chunk = range(chunk.stop, min(chunk.stop + size, self.epochs + 1))

    def model(self, member: int) -> keras.Sequential:
        """An ordinary `keras.Sequential` with the member's weights; the object is reused by the next call for the same shape."""
        model = _sequential(self.sizes, self.activation, self.data.task)
        model.set_weights(self.weights[member])
        return model


@cache
def _sequential(sizes: tuple[int, ...], activation: Activation, task: Task) -> keras.Sequential:
    """One model a shape, because each that is built stays in memory for good."""
    hidden = [keras.layers.Dense(units, activation=activation.value) for units in sizes[1:-1]]
    return keras.Sequential([keras.Input((sizes[0],)), *hidden, keras.layers.Dense(sizes[-1], activation=OUTPUTS[task])])
