"""How a member's numbers lie in the tensors of a stack: filled up to whole SIMD vectors, so that its bits do not depend on its place."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fcnn.datasets import Array, Data
from fcnn.network import batch_order

SIMD_WIDTH = 16
"""float32 numbers in the widest vector of today's processors (AVX-512)."""


def padded(n: int) -> int:
    """The next whole number of SIMD vectors."""
    return n + -n % SIMD_WIDTH


def rows(n_in: int, n_out: int) -> int:
    """Rows of a layer's block: its inputs, its bias, and as many more as make the block whole SIMD vectors."""
    step = SIMD_WIDTH // math.gcd(SIMD_WIDTH, n_out)
    return n_in + 1 + -(n_in + 1) % step


def _filled(x: Array, n: int, width: int) -> Array:
    """Points (n_points, n_inputs) with the column of ones that the bias is multiplied with, filled up with zeros to (n, width)."""
    filled = np.zeros((n, width), dtype=np.float32)
    filled[: len(x), : x.shape[1]] = x
    filled[: len(x), x.shape[1]] = 1
    return filled


def points(data: Data, width: int) -> list[Array]:
    """Inputs and targets in training, inputs and targets in validation, and which of the latter are real; all filled up.

    Shapes: (n + 1, width), (n + 1, n_outputs), (1, n_val, width), (1, n_val, n_outputs), (1, n_val). The last training point
    is of zeros, and fills up batches.
    """
    n_val = padded(len(data.x_val))
    targets = np.vstack([data.y, np.zeros_like(data.y[:1])])
    validation_targets = np.pad(data.y_val, [(0, n_val - len(data.y_val)), (0, 0)])
    real = (np.arange(n_val) < len(data.x_val)).astype(np.float32)
    x, x_val = _filled(data.x, len(data.x) + 1, width), _filled(data.x_val, n_val, width)
    return [x, targets, x_val[np.newaxis], validation_targets[np.newaxis], real[np.newaxis]]


def orders(epochs: range, seeds: Sequence[int], n_points: int, batch_size: int) -> NDArray[np.int32]:
    """The points of every batch, (epochs, P, batches, padded); `n_points` is the point that fills up."""
    batches = -(-n_points // batch_size)
    order = np.full((len(epochs), len(seeds), batches * batch_size), n_points, dtype=np.int32)
    for index, epoch in enumerate(epochs):
        for member, seed in enumerate(seeds):
            order[index, member, :n_points] = batch_order(n_points, seed, epoch)
    split = order.reshape(*order.shape[:2], batches, batch_size)
    return np.pad(split, [(0, 0), (0, 0), (0, 0), (0, padded(batch_size) - batch_size)], constant_values=n_points)
