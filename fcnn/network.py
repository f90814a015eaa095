"""A fully connected network for any library: layer sizes, initial weights, batches, outputs.

Everything here is NumPy and seeded by the config. So every library starts from the same weights
and sees the same batches, and a network sees in a population exactly what it sees alone.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation, Initializer
from fcnn.config.schema import Model
from fcnn.data import Array, Data
from fcnn.targets import Task

Floats = NDArray[np.floating]
"""An array of single or of double precision."""
Weights = list[Array]
"""Kernel (n_in, n_out) and bias (n_out,) of each layer, in the order of Keras's `get_weights`."""

NUMERICS_VERSION = 2
"""Part of every fingerprint. Raise it when the same config no longer gives the same curve."""

OUTPUT_TOLERANCE = 1e-3
"""Largest rounding difference between two computations of the same outputs.

It is relative to the deviation of the target, and to outputs that are larger than that.
"""

_WEIGHTS_STREAM, _ORDER_STREAM = 0, 1


def layer_sizes(data: Data, model: Model) -> tuple[int, ...]:
    """Return the widths of all layers, input and output included.

    Example:
        >>> layer_sizes(data, model)  # model.hidden_units=[16,16] on two inputs and one output
        (2, 16, 16, 1)
    """
    return (data.n_inputs, *model.hidden_units, data.n_outputs)


def n_parameters(sizes: Sequence[int]) -> int:
    """Count the trainable parameters of a network, biases included."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def initial_weights(sizes: Sequence[int], initializer: Initializer, seed: int) -> Weights:
    """Draw the kernels layer by layer from one generator; biases are zero.

    `random_uniform` is uniform on [-0.05, 0.05]. `glorot_uniform` is uniform on
    ±sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010, eq. 16). `he_normal` is a normal
    distribution with variance 2 / n_in (He et al. 2015, eq. 10), truncated at two standard
    deviations before scaling, as in Keras.

    Args:
        sizes: Widths of all layers.
        initializer: Distribution of the kernels.
        seed: The run's seed, `training.seed`.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_WEIGHTS_STREAM,)))
    weights: Weights = []
    for n_in, n_out in pairwise(sizes):
        weights.append(_draw_kernel(rng, n_in, n_out, initializer).astype(np.float32))
        weights.append(np.zeros(n_out, dtype=np.float32))
    return weights


def _draw_kernel(
    rng: np.random.Generator, n_in: int, n_out: int, initializer: Initializer
) -> NDArray[np.float64]:
    match initializer:
        case "random_uniform":
            return rng.uniform(-0.05, 0.05, size=(n_in, n_out))
        case "glorot_uniform":
            limit = np.sqrt(6 / (n_in + n_out))
            return rng.uniform(-limit, limit, size=(n_in, n_out))
        case "he_normal":
            values = rng.standard_normal((n_in, n_out))
            while (outside := np.abs(values) > 2).any():
                values[outside] = rng.standard_normal(outside.sum())
            # 0.8796... is the standard deviation of a standard normal truncated at ±2.
            return values * float(np.sqrt(2 / n_in)) / 0.87962566103423978


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
        weights: Kernels and biases.
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
    *hidden, output = zip(weights[0::2], weights[1::2], strict=True)
    outputs = x
    for kernel, bias in hidden:
        outputs = _ACTIVATIONS[activation](outputs @ kernel + bias)
    kernel, bias = output
    return outputs @ kernel + bias


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


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), dtype=values.dtype)


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=values.dtype)


_ACTIVATIONS: dict[Activation, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "relu": lambda values: np.maximum(values, 0),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
}
_OUTPUT_ACTIVATIONS: dict[Task, Callable[[NDArray[Any]], NDArray[Any]]] = {
    Task.REGRESSION: lambda values: values,
    Task.BINARY: _sigmoid,
    Task.MULTICLASS: _softmax,
}
