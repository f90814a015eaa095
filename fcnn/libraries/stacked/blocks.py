"""The arrays of all layers as blocks of one variable of shape (P, vectors, lanes)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from fcnn.data import Array
from fcnn.libraries.runtime import tf
from fcnn.libraries.stacked.layout import SIMD_WIDTH, padded_shapes


class Blocks:
    """Where kernels and biases lie in the row of a member, each in whole SIMD vectors.

    Args:
        n_members: Number P of stacked networks.
        widths: Padded widths of all layers.
    """

    def __init__(self, n_members: int, widths: Sequence[int]) -> None:
        self.n_members = n_members
        self.shapes = padded_shapes(widths)
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

    def split(self, parameters: Any) -> list[Any]:
        """Split the variable into one tensor (P, vectors, lanes) for each array."""
        return list(tf.split(parameters, self.n_vectors, axis=1))

    def layer_arrays(self, parameters: Any) -> list[tuple[Any, Any]]:
        """Return kernel (P, n_in, n_out) and bias (P, 1, n_out) of each layer."""
        arrays = self.split(parameters)
        return [
            (
                tf.reshape(kernel, (self.n_members, n_in, n_out)),
                tf.reshape(bias, (self.n_members, 1, -1))[..., :n_out],
            )
            for kernel, bias, (n_in, n_out) in zip(
                arrays[0::2], arrays[1::2], self.layers, strict=True
            )
        ]

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
