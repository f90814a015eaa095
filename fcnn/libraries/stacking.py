"""How a member's numbers lie in the tensors of a stack: filled up, so that one program serves many sizes and places change no bit.

TensorFlow rounds differently at the end of a tensor and at addresses that are no multiple of its SIMD vectors. So every
block that a member has in any tensor is filled up to whole vectors: hidden layers with units whose weights are zero and
stay so, batches and validation points with rows that count for nothing.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fcnn.data.datasets import Array, Data
from fcnn.network import Weights, batch_order

SIMD_WIDTH = 16
"""float32 numbers in the widest vector of today's processors (AVX-512)."""


def padded(n: int) -> int:
    """The next whole number of SIMD vectors."""
    return n + -n % SIMD_WIDTH


def widths(sizes: Sequence[int]) -> tuple[int, ...]:
    """Layer sizes with the hidden layers filled up: (2, 8, 1) becomes (2, 16, 1)."""
    return (sizes[0], *map(padded, sizes[1:-1]), sizes[-1])


def pack_weights(weights: Weights, filled: Sequence[int]) -> Array:
    """A network's numbers as one row: kernel and bias of each layer, filled up to the widths `filled`."""
    gaps = [
        np.subtract(shape, values.shape)
        for values, shape in zip(weights, _shapes(filled), strict=True)
    ]
    return np.concatenate(
        [
            np.pad(values, [(0, gap) for gap in own]).ravel()
            for values, own in zip(weights, gaps, strict=True)
        ]
    )


def unpack_weights(row: Array, sizes: Sequence[int]) -> Weights:
    """The network of layer sizes `sizes` that `packed` made the row of."""
    filled = _shapes(widths(sizes))
    blocks = np.split(row, np.cumsum([math.prod(shape) for shape in filled])[:-1])
    own = [shape for n_in, n_out in pairwise(sizes) for shape in ((n_in, n_out), (n_out,))]
    return [
        block.reshape(shape)[tuple(map(slice, size))]
        for block, shape, size in zip(blocks, filled, own, strict=True)
    ]


def _shapes(filled: Sequence[int]) -> list[tuple[int, ...]]:
    """Of each layer's kernel and bias, filled up."""
    return [
        shape for n_in, n_out in pairwise(filled) for shape in ((n_in, n_out), (padded(n_out),))
    ]


def points(data: Data) -> list[Array]:
    """Inputs and targets in training, inputs and targets in validation, and which of the latter are real; all filled up.

    Shapes: (n + 1, n_inputs), (n + 1, n_outputs), (1, n_val, n_inputs), (1, n_val, n_outputs), (1, n_val). The last training
    point is of zeros, and fills up batches.
    """
    n_val = len(data.x_val)
    x, y = (np.vstack([values, np.zeros_like(values[:1])]) for values in (data.x, data.y))
    x_val, y_val = (
        np.pad(values, [(0, padded(n_val) - n_val), (0, 0)])[np.newaxis]
        for values in (data.x_val, data.y_val)
    )
    real = (np.arange(padded(n_val)) < n_val).astype(np.float32)[np.newaxis]
    return [x, y, x_val, y_val, real]


def batch_indices(
    epochs: range, seeds: Sequence[int], n_points: int, batch_size: int
) -> NDArray[np.int32]:
    """The points of every batch, (epochs, P, batches, padded); `n_points` is the point that fills up."""
    batches = -(-n_points // batch_size)
    distinct, places = np.unique(seeds, return_inverse=True)
    order = np.array(
        [[batch_order(n_points, int(seed), epoch) for seed in distinct] for epoch in epochs]
    )[:, places]
    order = np.pad(
        order, [(0, 0), (0, 0), (0, batches * batch_size - n_points)], constant_values=n_points
    )
    split = order.reshape(*order.shape[:2], batches, batch_size)
    return np.pad(
        split,
        [(0, 0), (0, 0), (0, 0), (0, padded(batch_size) - batch_size)],
        constant_values=n_points,
    )
