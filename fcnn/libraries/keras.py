"""Keras: P networks of equal shape trained as one, with Keras's own activations and optimizers."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.config.optimizers import Optimizer
from fcnn.config.schema import Config
from fcnn.data import Data
from fcnn.libraries import stacking
from fcnn.libraries.base import SECONDS_PER_CHUNK, Chunk
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked_networks import ProgramKey, StackedNetworks
from fcnn.network import Weights, initial_weights, layer_sizes
from fcnn.targets import Task

OUTPUT_ACTIVATIONS = {
    Task.REGRESSION: "linear",
    Task.BINARY: "sigmoid",
    Task.MULTICLASS: "softmax",
}
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
"""Per-point metrics by task."""


def build_optimizer(
    config: Optimizer, learning_rate: float | Callable[[], Any]
) -> keras.optimizers.Optimizer:
    """Build Keras's optimizer of the config's name, with the config's hyperparameters."""
    settings = asdict(config) | {"learning_rate": learning_rate}
    return getattr(keras.optimizers, type(config).__name__)(**settings)


def build_model(config: Config, data: Data, weights: Weights) -> keras.Sequential:
    """Build an ordinary `keras.Sequential`; see `Library.build_model`.

    Calls with the same shape return the same object, with other weights.
    """
    scales = [scale for scale in (data.x_scale, data.y_scale) if scale is not None]
    model = _sequential(
        layer_sizes(data, config.model),
        config.model.activation,
        data.task,
        data.x_scale is not None,
        data.y_scale is not None,
    )
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    for layer, *values in zip(dense, weights[0::2], weights[1::2], strict=True):
        layer.set_weights(values)
    normalizations = [layer for layer in model.layers if layer not in dense]
    for layer, scale in zip(normalizations, scales, strict=True):
        layer.adapt_mean.assign(scale.mean)
        layer.adapt_variance.assign(scale.deviation**2)
        layer.finalize_state()
    return model


@cache
def _sequential(
    sizes: tuple[int, ...],
    activation: Activation,
    task: Task,
    scales_inputs: bool,
    scales_outputs: bool,
) -> keras.Sequential:
    """Build one model per shape, because Keras never frees the memory of a model.

    Where the inputs are standardised first, or the outputs brought back to their own units, this
    happens in float64.
    """
    dtype = "float64" if scales_inputs else "float32"
    layers: list[Any] = [keras.Input((sizes[0],), dtype=dtype)]
    if scales_inputs:
        layers.append(keras.layers.Normalization(dtype="float64"))
    layers += [keras.layers.Dense(units, activation=activation) for units in sizes[1:-1]]
    layers.append(keras.layers.Dense(sizes[-1], activation=OUTPUT_ACTIVATIONS[task]))
    if scales_outputs:
        layers.append(keras.layers.Normalization(invert=True, dtype="float64"))
    return keras.Sequential(layers)


def predict(model: keras.Sequential, x: NDArray[np.floating]) -> NDArray[Any]:
    """Compute what `model.predict` returns; see `Library.predict`.

    It rounds arrays to single precision before any layer sees them, and so does this.
    """
    return np.asarray(model(x.astype(keras.config.floatx())))


_idle_programs: dict[ProgramKey, list[StackedNetworks]] = defaultdict(list)


@contextmanager
def acquire_program(key: ProgramKey) -> Iterator[StackedNetworks]:
    """Lend a program that nobody else uses meanwhile.

    Compiling takes far longer than training, so programs are kept for the next caller.
    """
    try:
        program = _idle_programs[key].pop()
    except IndexError:
        make_optimizer = partial(build_optimizer, key.optimizer)
        program = StackedNetworks(key, METRICS[key.task], make_optimizer)
    try:
        yield program
    finally:
        _idle_programs[key].append(program)


def train(
    configs: Sequence[Config], data: Sequence[Data], checkpoint_epochs: Collection[int] = ()
) -> Iterator[Chunk]:
    """Train all configs as one stack of networks; see `Library.train`."""
    first = configs[0]
    seeds = [config.training.seed for config in configs]
    sizes = [layer_sizes(data[0], config.model) for config in configs]
    batch_size = min(first.training.batch_size, len(data[0].x))
    points = [tf.constant(values) for values in stacking.stack_points(data)]
    names = [prefix + name for prefix in ("", "val_") for name in METRICS[data[0].task]]
    with acquire_program(_program_key(configs, data[0], batch_size, points)) as program:
        program.reset(
            [
                initial_weights(layers, config.model.kernel_initializer, config.training.seed)
                for layers, config in zip(sizes, configs, strict=True)
            ],
            [config.optimizer.learning_rate for config in configs],
        )
        epochs = range(1, 2)
        while epochs:
            indices = tf.constant(stacking.batch_indices(epochs, seeds, data, batch_size))
            started = time.perf_counter()
            history = program.train(*points, indices).numpy()
            seconds = time.perf_counter() - started
            weights = [
                stacking.unpack_weights(row, layers)
                for row, layers in zip(program.parameters.numpy(), sizes, strict=True)
            ]
            metrics = {name: history[:, index] for index, name in enumerate(names)}
            yield Chunk(epochs.start, metrics, weights)
            if not np.isfinite(history[-1, 0]).any():
                return
            ends = (*checkpoint_epochs, first.training.epochs)
            epochs = _next_epochs(epochs, seconds, ends)


def _program_key(
    configs: Sequence[Config], data: Data, batch_size: int, points: Sequence[Any]
) -> ProgramKey:
    first = configs[0]
    # How many data sets there are is not compiled: their points lie one after the other.
    training_specs = [tf.TensorSpec((None, *tensor.shape[1:])) for tensor in points[:2]]
    validation_specs = [tf.TensorSpec.from_tensor(tensor) for tensor in points[2:]]
    optimizer_key = replace(first.optimizer, learning_rate=1.0)
    return ProgramKey(
        n_members=len(configs),
        widths=stacking.padded_widths(layer_sizes(data, first.model)),
        activation=first.model.activation,
        task=data.task,
        optimizer=optimizer_key,
        n_points=len(data.x),
        batch_size=batch_size,
        point_specs=(*training_specs, *validation_specs),
    )


def _next_epochs(epochs: range, seconds: float, ends: Collection[int]) -> range:
    """Return the epochs of the next chunk, after `epochs` took `seconds`; empty at the end."""
    # Most of the first epoch's time is compilation, which says nothing about the second epoch.
    is_measured = epochs.start > 1
    length = max(1, round(len(epochs) * SECONDS_PER_CHUNK / seconds)) if is_measured else 1
    end = min((epoch for epoch in ends if epoch >= epochs.stop), default=0)
    return range(epochs.stop, min(epochs.stop + length, end + 1))
