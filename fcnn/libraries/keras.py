"""Keras: P networks of equal shape trained as one stacked network, with Keras's own activations, losses and optimizers."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.config.optimizers import Optimizer
from fcnn.config.schema import Config
from fcnn.data.datasets import Data
from fcnn.libraries import stacking
from fcnn.libraries.base import SECONDS_PER_CHUNK, Chunk
from fcnn.libraries.runtime import keras, tf
from fcnn.network import Weights, initial_weights, layer_sizes
from fcnn.targets import Task

OUTPUTS = {Task.REGRESSION: "linear", Task.BINARY: "sigmoid", Task.MULTICLASS: "softmax"}
METRICS: dict[Task, dict[str, Callable[[Any, Any], Any]]] = {
    Task.REGRESSION: {"loss": keras.losses.mean_squared_error},
    Task.BINARY: {
        "loss": partial(keras.losses.binary_crossentropy, from_logits=True),
        "accuracy": lambda y, logits: keras.ops.cast(
            keras.ops.equal(y > 0.5, logits > 0), "float32"
        )[..., 0],
    },
    Task.MULTICLASS: {
        "loss": partial(keras.losses.categorical_crossentropy, from_logits=True),
        "accuracy": keras.metrics.categorical_accuracy,
    },
}
"""Of each point."""


def optimizer(
    config: Optimizer, learning_rate: float | Callable[[], Any]
) -> keras.optimizers.Optimizer:
    """Keras's own optimizer of the config's name, with the config's hyperparameters."""
    settings = asdict(config) | {"learning_rate": learning_rate}
    return getattr(keras.optimizers, type(config).__name__)(**settings)


class Population:
    """One compiled program for P networks of equal depth and filled-up widths (see `fcnn.libraries.stacking`).

    All numbers of a member are one row of one variable, which makes the optimizer a few large operations. `reset` starts the
    program over, so that one serves every training of its shape; `borrowed` keeps them.
    """

    def __init__(
        self,
        population: int,
        widths: tuple[int, ...],
        activation: Activation,
        task: Task,
        config: Optimizer,
        batch_size: int,
        points: tuple[Any, ...],
    ) -> None:
        self.population, self.widths, self.metrics = population, widths, METRICS[task]
        self.n_points = points[0].shape[0] - 1
        self.activation = keras.activations.get(activation)
        # Kernel and bias of each layer, and what fills the last bias up.
        lengths = [length for n_in, n_out in pairwise(widths) for length in (n_in * n_out, n_out)]
        self.lengths = [*lengths, stacking.padded(widths[-1]) - widths[-1]]
        self.flat = keras.Variable(np.zeros((population, sum(self.lengths)), dtype=np.float32))
        self.mask = tf.Variable(tf.zeros(self.flat.shape))
        self.learning_rate = tf.Variable(tf.zeros((population, 1)))
        self.optimizer = optimizer(config, lambda: self.learning_rate)
        self.optimizer.build([self.flat])
        self.initial_optimizer_state = [variable.numpy() for variable in self.optimizer.variables]
        order = tf.TensorSpec(
            (None, population, -(-self.n_points // batch_size), stacking.padded(batch_size)),
            tf.int32,
        )
        self.train = tf.function(self._train, input_signature=[*points, order])

    def reset(self, weights: Sequence[Weights], learning_rates: Sequence[float]) -> None:
        """Gives each member its initial weights and learning rate, and the optimizer its first state."""
        self.flat.assign(
            np.stack([stacking.pack_weights(member, self.widths) for member in weights])
        )
        self.mask.assign(
            np.stack(
                [
                    stacking.pack_weights([np.ones_like(values) for values in member], self.widths)
                    for member in weights
                ]
            )
        )
        for variable, value in zip(
            self.optimizer.variables, self.initial_optimizer_state, strict=True
        ):
            variable.assign(value)
        self.learning_rate.assign(np.asarray(learning_rates, dtype=np.float32)[:, np.newaxis])

    def _metrics(self, flat: Any, x: Any, y: Any, real: Any) -> Any:
        """Sums of each member's metrics over its real points, in the order of `METRICS`: shape (metrics, P).

        Shapes: `flat` (P, numbers of a member), `x` (P, padded, n_inputs), `y` (P, padded, n_outputs) and `real`, which is 1
        for a point and 0 for a row that fills up, (P, padded); 1 instead of P where all members see the same.
        """
        *parts, _ = tf.split(flat, self.lengths, axis=1)
        for layer, (kernel, bias, shape) in enumerate(
            zip(parts[0::2], parts[1::2], pairwise(self.widths), strict=True), start=1
        ):
            x = tf.matmul(x, tf.reshape(kernel, (self.population, *shape))) + bias[:, tf.newaxis]
            if layer < len(self.widths) - 1:
                x = self.activation(x)
        y = tf.broadcast_to(y, x.shape)
        return tf.stack(
            [tf.reduce_sum(real * metric(y, x), axis=1) for metric in self.metrics.values()]
        )

    def _step(self, x: Any, y: Any, real: Any) -> Any:
        flat = self.flat.value
        with tf.GradientTape() as tape:
            tape.watch(flat)
            metrics = self._metrics(flat, x, y, real)
            # Summed over members, whose gradients so stay independent of each other; averaged over points.
            loss = tf.reduce_sum(metrics[0]) / tf.reduce_sum(real[0])
        # A unit that fills up may have an output, but must not get weights.
        self.optimizer.apply([self.mask * tape.gradient(loss, flat)], [self.flat])
        return metrics

    def _train(self, x: Any, y: Any, x_val: Any, y_val: Any, real_val: Any, order: Any) -> Any:
        """Trains for as many epochs as `order` (epochs, P, batches, padded) has.

        Gives the means of the metrics over the points, (epochs, 2 * metrics, P): in training, then in validation.
        """
        epochs = tf.shape(order)[0]
        history = tf.TensorArray(tf.float32, size=epochs)
        for epoch in tf.range(epochs):
            total = tf.zeros((len(self.metrics), self.population))
            for batch in tf.range(order.shape[2]):
                points = order[epoch, :, batch]
                total += self._step(
                    tf.gather(x, points),
                    tf.gather(y, points),
                    tf.cast(points < self.n_points, tf.float32),
                )
            validate_config = self._metrics(
                self.flat.value, x_val, y_val, real_val
            ) / tf.reduce_sum(real_val)
            history = history.write(
                epoch, tf.concat([total / self.n_points, validate_config], axis=0)
            )
        return history.stack()


_idle: dict[tuple[Any, ...], list[Population]] = defaultdict(list)


@contextmanager
def acquire_program(*shape: Any) -> Iterator[Population]:
    """A `Population` of this shape that nobody else uses meanwhile; compiling takes far longer than training, so each is kept."""
    try:
        population = _idle[shape].pop()
    except IndexError:
        population = Population(*shape)
    try:
        yield population
    finally:
        _idle[shape].append(population)


def train(configs: Sequence[Config], data: Data, stops: Collection[int] = ()) -> Iterator[Chunk]:
    """Trains all configs as one population, in chunks of about half a second; see `fcnn.libraries.Library`."""
    first = configs[0]
    seeds = [config.training.seed for config in configs]
    sizes = [layer_sizes(data, config.model) for config in configs]
    batch_size = min(first.training.batch_size, len(data.x))
    points = [tf.constant(values) for values in stacking.points(data)]
    specs = tuple(tf.TensorSpec.from_tensor(tensor) for tensor in points)
    names = [prefix + name for prefix in ("", "val_") for name in METRICS[data.task]]
    optimizer_key = replace(first.optimizer, learning_rate=1.0)
    with acquire_program(
        len(configs),
        stacking.widths(sizes[0]),
        first.model.activation,
        data.task,
        optimizer_key,
        batch_size,
        specs,
    ) as population:
        population.reset(
            [
                initial_weights(*each)
                for each in zip(
                    sizes,
                    [config.model.kernel_initializer for config in configs],
                    seeds,
                    strict=True,
                )
            ],
            [config.optimizer.learning_rate for config in configs],
        )
        chunk = range(1, 2)
        while chunk:
            order = tf.constant(stacking.batch_indices(chunk, seeds, len(data.x), batch_size))
            began = time.perf_counter()
            history = population.train(*points, order).numpy()
            seconds = time.perf_counter() - began
            weights = [
                stacking.unpack_weights(row, member)
                for row, member in zip(population.flat.numpy(), sizes, strict=True)
            ]
            yield Chunk(
                chunk.start, {name: history[:, index] for index, name in enumerate(names)}, weights
            )
            if not np.isfinite(history[-1, 0]).any():
                return
            # The first epoch's time is mostly compiling and says nothing about the second's.
            size = max(1, round(len(chunk) * SECONDS_PER_CHUNK / seconds)) if chunk.start > 1 else 1
            end = min(
                (stop for stop in (*stops, first.training.epochs) if stop >= chunk.stop), default=0
            )
            chunk = range(chunk.stop, min(chunk.stop + size, end + 1))


def model(config: Config, data: Data, weights: Weights) -> keras.Sequential:
    """An ordinary `keras.Sequential`, the same object for each call of a shape; see `fcnn.libraries.Library`."""
    scales = data.x_scale, data.y_scale
    sequential = _sequential(
        layer_sizes(data, config.model),
        config.model.activation,
        data.task,
        *(scale is not None for scale in scales),
    )
    dense = [layer for layer in sequential.layers if isinstance(layer, keras.layers.Dense)]
    for layer, *values in zip(dense, weights[0::2], weights[1::2], strict=True):
        layer.set_weights(values)
    affine = [layer for layer in sequential.layers if layer not in dense]
    for layer, scale in zip(affine, filter(None, scales), strict=True):
        layer.adapt_mean.assign(scale.mean)
        layer.adapt_variance.assign(scale.deviation**2)
        layer.finalize_state()
    return sequential


def predict(model: keras.Sequential, x: NDArray[np.floating]) -> NDArray[Any]:
    """As `model.predict`, which rounds arrays to single precision before any layer sees them; see `fcnn.libraries.Library`."""
    return np.asarray(model(x.astype(keras.config.floatx())))


@cache
def _sequential(
    sizes: tuple[int, ...], activation: Activation, task: Task, scaled: bool, restored: bool
) -> keras.Sequential:
    """One model a shape, because each that is built stays in memory for good.

    `scaled` inputs are standardised first, and `restored` outputs are brought back to their own units, both in float64.
    """
    layers: list[Any] = [keras.Input((sizes[0],), dtype="float64" if scaled else "float32")]
    if scaled:
        layers.append(keras.layers.Normalization(dtype="float64"))
    layers += [keras.layers.Dense(units, activation=activation) for units in sizes[1:-1]]
    layers.append(keras.layers.Dense(sizes[-1], activation=OUTPUTS[task]))
    if restored:
        layers.append(keras.layers.Normalization(invert=True, dtype="float64"))
    return keras.Sequential(layers)
