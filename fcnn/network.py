"""What a fully connected network is, for any library: layer sizes, initial weights and the order of the batches.

All of it is NumPy and seeded by the config, so every library starts from the same numbers and sees the same batches, and a
network in a population sees exactly what it sees alone.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation, Initializer
from fcnn.config.schema import Model
from fcnn.data.datasets import Array, Data
from fcnn.targets import Task

Weights = list[Array]
"""Kernel and bias of each layer in turn, as Keras's `get_weights` gives them: shapes (n_in, n_out) and (n_out,)."""

NUMERICS_VERSION = 2
"""Part of every fingerprint. Raise it when the same config no longer gives the same curve."""

_WEIGHTS_STREAM, _ORDER_STREAM = 0, 1


def layer_sizes(data: Data, model: Model) -> tuple[int, ...]:
    """Widths of all layers, input and output included: (2, 16, 16, 1)."""
    return (data.n_inputs, *model.hidden_units, data.n_outputs)


def n_parameters(sizes: Sequence[int]) -> int:
    """Number of trainable numbers, biases included."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def initial_weights(sizes: Sequence[int], initializer: Initializer, seed: int) -> Weights:
    """Draws the kernels layer by layer from one generator; biases are zero.

    Formulas: `random_uniform` is uniform on [-0.05, 0.05]; `glorot_uniform` is uniform on ±sqrt(6 / (n_in + n_out)) (Glorot
    and Bengio 2010, eq. 16); `he_normal` is a normal distribution cut at two standard deviations and scaled so that its
    variance is 2 / n_in (He et al. 2015, eq. 10; the cut as Keras has it).
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_WEIGHTS_STREAM,)))
    weights: Weights = []
    for n_in, n_out in pairwise(sizes):
        weights.append(_kernel(rng, n_in, n_out, initializer).astype(np.float32))
        weights.append(np.zeros(n_out, dtype=np.float32))
    return weights


def _kernel(
    rng: np.random.Generator, n_in: int, n_out: int, initializer: Initializer
) -> NDArray[np.float64]:
    match initializer:
        case "random_uniform":
            return rng.uniform(-0.05, 0.05, size=(n_in, n_out))
        case "glorot_uniform":
            limit = np.sqrt(6 / (n_in + n_out))
            return rng.uniform(-limit, limit, size=(n_in, n_out))
        case "he_normal":
            draw = rng.standard_normal((n_in, n_out))
            while (outside := np.abs(draw) > 2).any():
                draw[outside] = rng.standard_normal(outside.sum())
            # 0.8796... is the standard deviation of a standard normal cut at ±2.
            return draw * float(np.sqrt(2 / n_in)) / 0.87962566103423978


def forward(weights: Weights, x: Array, activation: Activation, task: Task) -> Array:
    """Outputs (n, n_outputs) of a trained network for inputs (n, n_inputs): values, or probabilities of the classes.

    What every library's model gives, from its weights alone: a report needs no library for it.
    """
    *hidden, last = zip(weights[0::2], weights[1::2], strict=True)
    for kernel, bias in hidden:
        x = _ACTIVATIONS[activation](x @ kernel + bias)
    kernel, bias = last
    return _OUTPUTS[task](x @ kernel + bias)


def evaluated(weights: Weights, data: Data, activation: Activation) -> NDArray[np.float64]:
    """What the network gave for its validation points, (n_val, n_outputs): probabilities, or values in the target's own units."""
    outputs = forward(weights, data.x_val, activation, data.task).astype(np.float64)
    scale = data.y_scale
    return outputs if scale is None else outputs * scale.deviation + scale.mean


TOLERANCE = 1e-3
"""How far rounding may take two computations of an output apart, in deviations of the target and in outputs larger than that."""


def difference(
    outputs: NDArray[np.floating], weights: Weights, data: Data, activation: Activation
) -> float | None:
    """How far a model's outputs for the validation points, (n_val, n_outputs), are from those that were evaluated, beyond rounding.

    Of probabilities as they are, of values in deviations of the target; None where they are the same.
    """
    expected = evaluated(weights, data, activation)
    mean, deviation = (data.y_scale.mean, data.y_scale.deviation) if data.y_scale else (0.0, 1.0)
    size = max(1.0, float(np.abs((expected - mean) / deviation).max()))
    largest = float(np.abs((outputs - expected) / deviation).max())
    return None if largest <= TOLERANCE * size else largest


def _sigmoid(values: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), dtype=np.float32)


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


_ACTIVATIONS: dict[Activation, Callable[[Array], Array]] = {
    "relu": lambda values: np.maximum(values, np.float32(0)),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
}
_OUTPUTS: dict[Task, Callable[[Array], Array]] = {
    Task.REGRESSION: lambda values: values,
    Task.BINARY: _sigmoid,
    Task.MULTICLASS: _softmax,
}


def batch_order(n_points: int, seed: int, epoch: int) -> NDArray[np.int32]:
    """Order in which epoch `epoch` (from 1) visits the points, shape (n_points,); each batch is the next slice of it."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ORDER_STREAM, epoch)))
    return rng.permutation(n_points).astype(np.int32)
