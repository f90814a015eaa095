"""The arrays of all layers as blocks of one variable of shape (P, vectors, lanes)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from fcnn.data import Array
from fcnn.libraries.runtime import tf
from fcnn.libraries.stacked.layout import SIMD_WIDTH, padded_shapes
from fcnn.network import Weights


class Blocks:
    """Where kernels and biases lie in the row of a member, each in whole SIMD vectors.

    Args:
        n_members: Number P of stacked networks.
        widths: Padded widths of all layers.
        has_normalization: Whether each hidden layer is followed by the two arrays that scale and
            shift what is normalised; they lie behind all layers.
    """

    def __init__(
        self, n_members: int, widths: Sequence[int], has_normalization: bool = False
    ) -> None:
        self.n_members = n_members
        self.n_layer_arrays = 2 * (len(widths) - 1)
        scale_widths = widths[1:-1] if has_normalization else ()
        self.shapes = [
            *padded_shapes(widths),
            *((width,) for width in scale_widths for _ in range(2)),
        ]
        self.n_vectors = [int(np.prod(shape)) // SIMD_WIDTH for shape in self.shapes]
        self.layers = list(pairwise(widths))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the variable."""
        return (self.n_members, sum(self.n_vectors), SIMD_WIDTH)

    @property
    def kernel_mask(self) -> Array:
        """1 in kernels and 0 in biases, shape (1, vectors, lanes)."""
        is_kernel = np.repeat([len(shape) == 2 for shape in self.shapes], self.n_vectors)
        return np.broadcast_to(is_kernel[:, np.newaxis], self.shape[1:])[np.newaxis].astype(
            np.float32
        )

    @property
    def normalized_bias_mask(self) -> Array:
        """0 in the biases of hidden layers and 1 elsewhere, shape (1, vectors, lanes).

        Batch normalization takes biases out again. Their gradients are rounding errors, of which
        an optimizer that scales gradients would make whole steps.
        """
        is_bias = np.zeros(len(self.shapes), dtype=bool)
        is_bias[1 : self.n_layer_arrays - 2 : 2] = True
        mask = np.repeat(~is_bias, self.n_vectors)[:, np.newaxis]
        return np.broadcast_to(mask, self.shape[1:])[np.newaxis].astype(np.float32)

    def split(self, parameters: Any) -> list[Any]:
        """Split the variable into one tensor (P, vectors, lanes) for each array."""
        return list(tf.split(parameters, self.n_vectors, axis=1))

    def layer_arrays(self, parameters: Any) -> list[tuple[Any, Any]]:
        """Return kernel (P, n_in, n_out) and bias (P, 1, n_out) of each layer."""
        arrays = self.split(parameters)[: self.n_layer_arrays]
        return [
            (
                tf.reshape(kernel, (self.n_members, n_in, n_out)),
                tf.reshape(bias, (self.n_members, 1, -1))[..., :n_out],
            )
            for kernel, bias, (n_in, n_out) in zip(
                arrays[0::2], arrays[1::2], self.layers, strict=True
            )
        ]

    def scale_arrays(self, parameters: Any) -> list[tuple[Any, Any]]:
        """Return what scales and shifts each normalised layer, both of shape (P, 1, units)."""
        arrays = [
            tf.reshape(array, (self.n_members, 1, -1))
            for array in self.split(parameters)[self.n_layer_arrays :]
        ]
        return list(zip(arrays[0::2], arrays[1::2], strict=True))

    def sum_kernels(self, values: Any) -> Any:
        """Return the sum over all kernels of each member, shape (P,)."""
        kernels = self.split(values)[: self.n_layer_arrays : 2]
        return tf.add_n(
            [tf.reduce_sum(tf.reduce_sum(kernel, axis=1), axis=1) for kernel in kernels]
        )

    def pack(self, members: Sequence[Weights]) -> Array:
        """Pack the arrays of each member, without padding, into the shape of the variable."""
        rows = [
            np.concatenate(
                [
                    np.pad(array, [(0, gap) for gap in np.subtract(shape, array.shape)]).ravel()
                    for array, shape in zip(arrays, self.shapes, strict=True)
                ]
            )
            for arrays in members
        ]
        return np.stack(rows).reshape(self.shape).astype(np.float32)

    def unpack(self, parameters: Array, sizes: Sequence[Sequence[int]]) -> list[list[Array]]:
        """Recover the arrays of each member, whose layer sizes are `sizes`, from the variable."""
        ends = np.cumsum(self.n_vectors)[:-1]
        blocks = np.split(parameters, ends, axis=1)
        return [
            [
                block[member].reshape(stored)[tuple(map(slice, shape))]
                for block, stored, shape in zip(
                    blocks, self.shapes, self.array_shapes(layers), strict=True
                )
            ]
            for member, layers in enumerate(sizes)
        ]

    def array_shapes(self, sizes: Sequence[int]) -> list[tuple[int, ...]]:
        """Return the shapes of all arrays of a member with these layer sizes."""
        shapes: list[tuple[int, ...]] = []
        for n_in, n_out in pairwise(sizes):
            shapes += [(n_in, n_out), (n_out,)]
        if len(self.shapes) == len(shapes):
            return shapes
        return [*shapes, *((units,) for units in sizes[1:-1] for _ in range(2))]

    def squared_norms(self, parameters: Any) -> Any:
        """Return the squared norm of each array of each member, shape (P, arrays)."""
        # Vectors before lanes, so that zeros of padding come last and change no bit.
        sums = [
            tf.reduce_sum(tf.reduce_sum(tf.square(block), axis=1), axis=1)
            for block in self.split(parameters)
        ]
        return tf.stack(sums, axis=1)

    def norms(self, parameters: Any) -> Any:
        """Return the norm of each array of each member, shape (P, arrays)."""
        return tf.sqrt(self.squared_norms(parameters))

    def spread(self, factors: Any) -> Any:
        """Repeat factors (P, arrays) over the vectors of their arrays, shape (P, vectors, 1)."""
        return tf.repeat(factors, self.n_vectors, axis=1)[..., tf.newaxis]
