"""A fully connected network for any library: layer sizes, initial weights, batches, outputs.

Everything here is NumPy and seeded by the config. So every library starts from the same weights
and sees the same batches, and a network sees in a population exactly what it sees alone.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.activations import ACTIVATIONS, Floats, sigmoid
from fcnn.config.fields import Activation, BiasInitializer, Initializer, Normalization
from fcnn.config.model import Model
from fcnn.config.schema import Config
from fcnn.data import Array, Data
from fcnn.initializers import draw_bias, draw_kernel
from fcnn.targets import Task

Weights = list[Array]
"""Kernel (n_in, n_out) and bias (n_out,) of each layer, in the order of Keras's `get_weights`.

With layer normalization, two arrays (n_out,) that scale and shift what is normalised follow each
hidden layer's. Batch normalization is folded into kernel and bias.
"""

NUMERICS_VERSION = 3
"""Part of every fingerprint. Raise it when the same config no longer gives the same curve."""

NORMALIZATION_EPSILON = 1e-3
"""Added to variances before activities are divided by their root; Keras's default."""

OUTPUT_TOLERANCE = 1e-3
"""Largest rounding difference between two computations of the same outputs.

It is relative to the deviation of the target, and to outputs that are larger than that.
"""

_WEIGHTS_PREFIX = "weights_"
# `fcnn.libraries.stacked.noise` has stream 2.
_WEIGHTS_STREAM, _ORDER_STREAM, _BIASES_STREAM = 0, 1, 3


def name_weights(weights: Weights) -> dict[str, NDArray[Any]]:
    """Name the arrays of a network for a file that keeps them: `weights_0`, `weights_1`, ..."""
    return {f"{_WEIGHTS_PREFIX}{index}": values for index, values in enumerate(weights)}


def collect_weights(arrays: Mapping[str, NDArray[Any]]) -> Weights:
    """Collect the arrays of a network, in their order, from a file that may have others."""
    return [values for name, values in arrays.items() if name.startswith(_WEIGHTS_PREFIX)]


def layer_sizes(data: Data, model: Model) -> tuple[int, ...]:
    """Return the widths of all layers, input and output included.

    Example:
        >>> layer_sizes(data, model)  # model.hidden_units=[16,16] on two inputs and one output
        (2, 16, 16, 1)
    """
    return (data.n_inputs, *model.hidden_units, data.n_outputs)


def n_parameters(sizes: Sequence[int], normalization: Normalization = "none") -> int:
    """Count the trainable parameters of a network, biases included.

    Layer normalization has two more for each hidden unit; batch normalization too, and no biases
    in the layers before it.
    """
    n_more = {"none": 0, "batch": 1, "layer": 2}[normalization]
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes)) + n_more * sum(sizes[1:-1])


def split_layers(weights: Sequence[Floats]) -> list[tuple[Floats, Floats, list[Floats]]]:
    """Return kernel and bias of each layer, and what scales and shifts it if it is normalised."""
    layers: list[tuple[Floats, Floats, list[Floats]]] = []
    starts = [place for place, values in enumerate(weights) if values.ndim == 2]
    for start, stop in pairwise([*starts, len(weights)]):
        kernel, bias, *scale = weights[start:stop]
        layers.append((kernel, bias, scale))
    return layers


def initial_weights(
    sizes: Sequence[int],
    initializer: Initializer,
    seed: int,
    bias_initializer: BiasInitializer = "zeros",
    activation: Activation = "tanh",
) -> Weights:
    """Draw kernels and biases layer by layer (`fcnn.initializers`), each from a generator.

    Args:
        sizes: Widths of all layers.
        initializer: Distribution of the kernels.
        seed: The run's seed, `training.seed`.
        bias_initializer: Distribution of the biases.
        activation: Activation of the hidden layers, on which uniform biases depend.
    """
    kernels, biases = (
        np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream,)))
        for stream in (_WEIGHTS_STREAM, _BIASES_STREAM)
    )
    weights: Weights = []
    for n_in, n_out in pairwise(sizes):
        weights.append(draw_kernel(kernels, n_in, n_out, initializer).astype(np.float32))
        bias = draw_bias(biases, n_in, n_out, bias_initializer, activation)
        weights.append(bias.astype(np.float32))
    return weights


def initial_weights_of(config: Config, sizes: Sequence[int]) -> Weights:
    """Draw the initial weights of a run whose layers have these widths."""
    model = config.model
    return initial_weights(
        sizes,
        model.kernel_initializer,
        config.training.seed,
        model.bias_initializer,
        model.activation,
    )


def batch_order(n_points: int, seed: int, epoch: int) -> NDArray[np.int32]:
    """Return the order in which an epoch visits the points; each batch is its next slice.

    Args:
        n_points: Number of training points.
        seed: The run's seed, `training.seed`.
        epoch: Number of the epoch, from 1.

    Returns:
        Indices of the points, shape (n_points,).
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ORDER_STREAM, epoch)))
    return rng.permutation(n_points).astype(np.int32)


def forward(weights: Weights, x: Array, activation: Activation, task: Task) -> Array:
    """Compute a network's outputs from its weights alone, so a report needs no library.

    Args:
        weights: The weights; those of normalised layers say that they are.
        x: Inputs, shape (n, n_inputs), standardised as in training.
        activation: Activation of the hidden layers.
        task: Determines the output activation.

    Returns:
        Values, or probabilities of the classes, shape (n, n_outputs).
    """
    logits = compute_logits(weights, x, activation)
    return np.asarray(_OUTPUT_ACTIVATIONS[task](logits), dtype=np.float32)


def compute_logits(weights: Sequence[Floats], x: Floats, activation: Activation) -> Floats:
    """Compute what the last layer gives before its activation, in the precision of the inputs.

    Args:
        weights: Kernels and biases.
        x: Inputs, shape (n, n_inputs), standardised as in training.
        activation: Activation of the hidden layers.

    Returns:
        Values, or logits of the classes, shape (n, n_outputs).
    """
    *hidden, (output_kernel, output_bias, _) = split_layers(weights)
    outputs = x
    with np.errstate(over="ignore", invalid="ignore"):  # as in the libraries
        for kernel, bias, scale in hidden:
            outputs = outputs @ kernel + bias
            if scale:
                outputs = normalize_rows(outputs) * scale[0] + scale[1]
            outputs = ACTIVATIONS[activation](outputs)
        return outputs @ output_kernel + output_bias


def normalize_rows(values: Floats) -> Floats:
    """Give each row mean 0 and variance 1 nearly, as Keras's layer normalization does."""
    deviation = np.sqrt(values.var(axis=1, keepdims=True) + np.float32(NORMALIZATION_EPSILON))
    return np.asarray((values - values.mean(axis=1, keepdims=True)) / deviation)


def validation_outputs(weights: Weights, data: Data, activation: Activation) -> NDArray[np.float64]:
    """Compute a network's outputs for the validation points, shape (n_val, n_outputs).

    They are probabilities, or values in the target's own units.
    """
    outputs = forward(weights, data.x_val, activation, data.task).astype(np.float64)
    if data.y_scale is None:
        return outputs
    return outputs * data.y_scale.deviation + data.y_scale.mean


def output_mismatch(
    outputs: NDArray[np.floating], weights: Weights, data: Data, activation: Activation
) -> float | None:
    """Compare a model's outputs for the validation points with those of its weights.

    Args:
        outputs: What the model gives, shape (n_val, n_outputs).
        weights: Weights of the network that the model was made of.
        data: Data set with the validation points.
        activation: Activation of the hidden layers.

    Returns:
        The largest difference, of values in deviations of the target, or None where it is within
        `OUTPUT_TOLERANCE`.
    """
    expected = validation_outputs(weights, data, activation)
    mean, deviation = (data.y_scale.mean, data.y_scale.deviation) if data.y_scale else (0.0, 1.0)
    magnitude = max(1.0, float(np.abs((expected - mean) / deviation).max()))
    largest = float(np.abs((outputs - expected) / deviation).max())
    return None if largest <= OUTPUT_TOLERANCE * magnitude else largest


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=values.dtype)


_OUTPUT_ACTIVATIONS: dict[Task, Callable[[Floats], Floats]] = {
    Task.REGRESSION: lambda values: values,
    Task.BINARY: sigmoid,
    Task.MULTICLASS: _softmax,
}
