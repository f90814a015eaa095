"""Keras: P networks of equal shape trained as one, with Keras's own activations and optimizers."""

import gc
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.declarations import structure_of
from fcnn.config.fields import Activation
from fcnn.config.schema import Config
from fcnn.data import Data
from fcnn.learning_rates import learning_rates
from fcnn.libraries.base import SECONDS_PER_CHUNK, Chunk
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked import layout
from fcnn.libraries.stacked.losses import PLAIN_LOSSES, loss_structure
from fcnn.libraries.stacked.program import ProgramKey, StackedNetworks
from fcnn.network import NORMALIZATION_EPSILON, Weights, initial_weights_of, layer_sizes
from fcnn.targets import Task

OUTPUT_ACTIVATIONS = {
    Task.REGRESSION: "linear",
    Task.BINARY: "sigmoid",
    Task.MULTICLASS: "softmax",
}
METRICS: dict[Task, dict[str, Callable[[Any, Any], Any]]] = {
    Task.REGRESSION: {"loss": PLAIN_LOSSES[Task.REGRESSION]},
    Task.BINARY: {
        "loss": PLAIN_LOSSES[Task.BINARY],
        "accuracy": lambda y, logits: keras.ops.cast(
            keras.ops.equal(y > 0.5, logits > 0), "float32"
        )[..., 0],
    },
    Task.MULTICLASS: {
        "loss": PLAIN_LOSSES[Task.MULTICLASS],
        "accuracy": keras.metrics.categorical_accuracy,
    },
}
"""Per-point metrics by task."""


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
        config.model.normalization == "layer",
    )
    own = (keras.layers.Dense, keras.layers.LayerNormalization)
    trained = [layer for layer in model.layers if isinstance(layer, own)]
    for layer, values in zip(trained, zip(weights[0::2], weights[1::2], strict=True), strict=True):
        layer.set_weights(values)
    scalers = [layer for layer in model.layers if isinstance(layer, keras.layers.Normalization)]
    for layer, scale in zip(scalers, scales, strict=True):
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
    normalizes_layers: bool,
) -> keras.Sequential:
    """Build one model per shape, because Keras never frees the memory of a model.

    Where the inputs are standardised first, or the outputs brought back to their own units, this
    happens in float64.
    """
    dtype = "float64" if scales_inputs else "float32"
    layers: list[Any] = [keras.Input((sizes[0],), dtype=dtype)]
    if scales_inputs:
        layers.append(keras.layers.Normalization(dtype="float64"))
    for units in sizes[1:-1]:
        if normalizes_layers:
            layers += [
                keras.layers.Dense(units),
                keras.layers.LayerNormalization(epsilon=NORMALIZATION_EPSILON),
                keras.layers.Activation(activation),
            ]
        else:
            layers.append(keras.layers.Dense(units, activation=activation))
    layers.append(keras.layers.Dense(sizes[-1], activation=OUTPUT_ACTIVATIONS[task]))
    if scales_outputs:
        layers.append(keras.layers.Normalization(invert=True, dtype="float64"))
    return keras.Sequential(layers)


def predict(model: keras.Sequential, x: NDArray[np.floating]) -> NDArray[Any]:
    """Compute what `model.predict` returns; see `Library.predict`.

    It rounds arrays to single precision before any layer sees them, and so does this.
    """
    return np.asarray(model(x.astype(keras.config.floatx())))


LARGE_PROGRAM = 1_000_000
"""Parameters of all members from which on a program is not kept; it has six copies of them."""
_idle_programs: dict[ProgramKey, list[StackedNetworks]] = defaultdict(list)


@contextmanager
def acquire_program(key: ProgramKey, config: Config) -> Iterator[StackedNetworks]:
    """Lend a program that nobody else uses meanwhile.

    Compiling takes far longer than training, so programs are kept for the next caller.

    Args:
        key: What is compiled.
        config: A config with this key.
    """
    try:
        program = _idle_programs[key].pop()
    except IndexError:
        _drop_large_programs()
        program = StackedNetworks(key, config, _metrics(config, key.task))
    try:
        yield program
    finally:
        _idle_programs[key].append(program)


def _drop_large_programs() -> None:
    """Free the memory of idle programs of other shapes, where compiling again costs less."""
    large = [
        key
        for key in list(_idle_programs)
        if key.n_members * sum(map(math.prod, pairwise(key.widths))) > LARGE_PROGRAM
    ]
    for key in large:
        _idle_programs.pop(key, None)
    if large:
        gc.collect()  # a program and its functions refer to each other


def train(
    configs: Sequence[Config], data: Sequence[Data], checkpoint_epochs: Collection[int] = ()
) -> Iterator[Chunk]:
    """Train all configs as one stack of networks; see `Library.train`."""
    first = configs[0]
    seeds = [config.training.seed for config in configs]
    sizes = [layer_sizes(data[0], config.model) for config in configs]
    batch_size = min(first.training.batch_size, len(data[0].x))
    points = [tf.constant(values) for values in layout.stack_points(data)]
    names = [prefix + name for prefix in ("", "val_") for name in _metrics(first, data[0].task)]
    with acquire_program(_program_key(configs, data[0], batch_size, points), first) as program:
        weights = [
            initial_weights_of(config, layers)
            for layers, config in zip(sizes, configs, strict=True)
        ]
        program.reset(configs, weights, data)
        epochs = range(1, 2)
        while epochs:
            indices = tf.constant(layout.batch_indices(epochs, seeds, data, batch_size))
            started = time.perf_counter()
            history = program.train(*points, indices, _stack_rates(configs, data, epochs)).numpy()
            seconds = time.perf_counter() - started
            metrics = {name: history[:, index] for index, name in enumerate(names)}
            endings = program.endings()
            yield Chunk(epochs.start, metrics, program.unpack(sizes), endings)
            has_ended = [bool(ending and ending.end_epoch) for ending in endings]
            if not (np.isfinite(history[-1, 0]) & ~np.array(has_ended)).any():
                return
            ends = (*checkpoint_epochs, first.training.epochs)
            epochs = _next_epochs(epochs, seconds, ends)


def _stack_rates(configs: Sequence[Config], data: Sequence[Data], epochs: range) -> Any:
    """Return the learning rate of each update, shape (epochs, batches, P), or no batches.

    Where the rates of all members are constant, they are numbers of their optimizers.
    """
    if not configs[0].schedule.is_scheduled:
        return tf.zeros((len(epochs), 0, len(configs)))
    rates = [learning_rates(config, len(data[0].x), epochs) for config in configs]
    return tf.constant(np.stack(rates, axis=-1))


def _metrics(config: Config, task: Task) -> dict[str, Callable[[Any, Any], Any]]:
    """Return the per-point metrics, the loss first, with `score` where it is recorded."""
    metrics = METRICS[task]
    if not config.records_score:
        return metrics
    return {"loss": metrics["loss"], "score": metrics["loss"]} | metrics


def _program_key(
    configs: Sequence[Config], data: Data, batch_size: int, points: Sequence[Any]
) -> ProgramKey:
    first = configs[0]
    # How many data sets there are is not compiled: their points lie one after the other.
    training_specs = [tf.TensorSpec((None, *tensor.shape[1:])) for tensor in points[:2]]
    validation_specs = [tf.TensorSpec.from_tensor(tensor) for tensor in points[2:]]
    return ProgramKey(
        n_members=len(configs),
        widths=layout.padded_widths(layer_sizes(data, first.model)),
        model=structure_of(first.model, layout.padded),
        optimizer=structure_of(first.optimizer, layout.padded),
        loss=loss_structure(first.training),
        stopping=structure_of(first.training.early_stopping, layout.padded),
        task=data.task,
        n_points=len(data.x),
        batch_size=batch_size,
        has_schedule=first.schedule.is_scheduled,
        point_specs=(*training_specs, *validation_specs),
    )


def _next_epochs(epochs: range, seconds: float, ends: Collection[int]) -> range:
    """Return the epochs of the next chunk, after `epochs` took `seconds`; empty at the end."""
    # Most of the first epoch's time is compilation, which says nothing about the second epoch.
    is_measured = epochs.start > 1
    length = max(1, round(len(epochs) * SECONDS_PER_CHUNK / seconds)) if is_measured else 1
    end = min((epoch for epoch in ends if epoch >= epochs.stop), default=0)
    return range(epochs.stop, min(epochs.stop + length, end + 1))
