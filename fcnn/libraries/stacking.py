"""How the numbers of each member lie in the tensors of a stack of networks.

TensorFlow rounds differently at the end of a tensor and at addresses that are not a multiple of
its SIMD vectors. So every block that a member has in any tensor is padded to whole vectors: hidden
layers with units whose weights are and stay zero, batches and validation points with rows that are
masked. A member's bits then depend neither on its position nor on its neighbours, and one program
serves many sizes.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fcnn.data import Array, Data
from fcnn.network import Weights, batch_order

SIMD_WIDTH = 16
"""Number of float32 values in the widest vectors of current processors (AVX-512)."""


def padded(n: int) -> int:
    """Round a size up to whole SIMD vectors."""
    return n + -n % SIMD_WIDTH


def padded_widths(sizes: Sequence[int]) -> tuple[int, ...]:
    """Pad the hidden layers: (2, 8, 1) becomes (2, 16, 1)."""
    return (sizes[0], *map(padded, sizes[1:-1]), sizes[-1])


def pack_weights(weights: Weights, widths: Sequence[int]) -> Array:
    """Pack a network's weights into one row: kernel and bias of each layer, padded to `widths`."""
    blocks = []
    for values, shape in zip(weights, _padded_shapes(widths), strict=True):
        padding = [(0, gap) for gap in np.subtract(shape, values.shape)]
        blocks.append(np.pad(values, padding).ravel())
    return np.concatenate(blocks)


def unpack_weights(row: Array, sizes: Sequence[int]) -> Weights:
    """Recover the weights of a network with layer sizes `sizes` from a row of `pack_weights`."""
    padded_shapes = _padded_shapes(padded_widths(sizes))
    shapes = [shape for n_in, n_out in pairwise(sizes) for shape in ((n_in, n_out), (n_out,))]
    ends = np.cumsum([math.prod(shape) for shape in padded_shapes])
    blocks = np.split(row, ends[:-1])
    return [
        block.reshape(padded_shape)[tuple(map(slice, shape))]
        for block, padded_shape, shape in zip(blocks, padded_shapes, shapes, strict=True)
    ]


def _padded_shapes(widths: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the shapes of each layer's kernel and bias; also the last bias is padded."""
    shapes: list[tuple[int, ...]] = []
    for n_in, n_out in pairwise(widths):
        shapes += [(n_in, n_out), (padded(n_out),)]
    return shapes


def stack_points(data: Sequence[Data]) -> list[Array]:
    """Stack the points of P members, whose data sets have equal shapes; equal ones are one copy.

    Args:
        data: The data set of each member, the same object where they are the same; D are distinct.

    Returns:
        Inputs (D * n + 1, n_inputs) and targets (D * n + 1, n_outputs) in training, whose last
        point is of zeros and pads batches; inputs (P, n_val, n_inputs), targets
        (P, n_val, n_outputs) and mask (1, n_val) in validation, where `n_val` is padded and the
        mask is 1 for points. Inputs and targets in validation have a first dimension of 1 where
        all members have the same data.
    """
    distinct = list(dict.fromkeys(data))
    members = data if len(distinct) > 1 else distinct
    n_val = len(distinct[0].x_val)
    x, y = (
        np.vstack([*arrays, np.zeros_like(arrays[0][:1])])
        for arrays in zip(*((member.x, member.y) for member in distinct), strict=True)
    )
    padding = [(0, 0), (0, padded(n_val) - n_val), (0, 0)]
    x_val, y_val = (
        np.pad(np.stack(arrays), padding)
        for arrays in zip(*((member.x_val, member.y_val) for member in members), strict=True)
    )
    mask = (np.arange(padded(n_val)) < n_val).astype(np.float32)[np.newaxis]
    return [x, y, x_val, y_val, mask]


def batch_indices(
    epochs: range, seeds: Sequence[int], data: Sequence[Data], batch_size: int
) -> NDArray[np.int32]:
    """Return the indices of the points in every batch of P members.

    Args:
        epochs: Numbers of the epochs.
        seeds: Seed of each member.
        data: Data set of each member.
        batch_size: Points per batch; the last batch may have fewer.

    Returns:
        Indices of the training points of `stack_points`, shape
        (epochs, P, batches, padded batch size). The last index pads batches.
    """
    places = {dataset: place for place, dataset in enumerate(dict.fromkeys(data))}
    n_points = len(data[0].x)
    n_batches = -(-n_points // batch_size)
    orders = {
        seed: np.stack([batch_order(n_points, seed, epoch) for epoch in epochs])
        for seed in dict.fromkeys(seeds)
    }
    order = np.stack([orders[seed] for seed in seeds], axis=1)
    order += np.array([n_points * places[dataset] for dataset in data], np.int32)[:, np.newaxis]
    pad = n_points * len(places)
    n_missing = n_batches * batch_size - n_points
    order = np.pad(order, [(0, 0), (0, 0), (0, n_missing)], constant_values=pad)
    batches = order.reshape(*order.shape[:2], n_batches, batch_size)
    padding = [(0, 0), (0, 0), (0, 0), (0, padded(batch_size) - batch_size)]
    return np.pad(batches, padding, constant_values=pad)
