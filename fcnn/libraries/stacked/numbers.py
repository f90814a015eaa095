"""A number of each member, where Keras's code expects a Python float."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcnn.libraries.runtime import tf
from fcnn.libraries.stacked.layout import SIMD_WIDTH


class MemberNumber:
    """A tensor that stands in for the Python float of a Keras optimizer.

    Keras's optimizers ask a number whether it is zero, to leave out a term. Whether a term is in
    the program is known before, so every such question is answered with yes. And they compute
    `1 - beta` in double precision, which single precision would change by 1e-4 for a beta near 1.

    It fills whole SIMD vectors: operations on tensors with one number for each member would round
    the last of them otherwise than the rest.

    Args:
        n_members: Number P of stacked networks.
        n_vectors: Vectors of each member: one, or as many as the member's parameters fill.
    """

    def __init__(self, n_members: int, n_vectors: int = 1) -> None:
        shape = (n_members, n_vectors, SIMD_WIDTH)
        self._variables = [tf.Variable(tf.zeros(shape)) for _ in range(2)]
        self._value, self._complement = self._variables

    def assign(self, values: Sequence[float] | np.ndarray[Any, Any]) -> None:
        """Set the numbers, shape (P,) or that of the tensor."""
        numbers = np.asarray(values, np.float64)
        if numbers.ndim == 1:
            numbers = numbers[:, np.newaxis, np.newaxis]
        for variable, exact in zip(self._variables, (numbers, 1 - numbers), strict=True):
            variable.assign(np.broadcast_to(exact.astype(np.float32), variable.shape))

    def read(self) -> None:
        """Read the numbers where a program begins, and not in each of its steps."""
        self._value, self._complement = map(tf.convert_to_tensor, self._variables)

    def use(self, values: Any) -> None:
        """Take a tensor (P,) of the program, in place of what was assigned."""
        self._value = tf.broadcast_to(values[:, tf.newaxis, tf.newaxis], self.shape)

    @property
    def dtype(self) -> Any:
        """Single precision."""
        return self._value.dtype

    @property
    def shape(self) -> Any:
        """The shape (P, vectors, lanes)."""
        return self._value.shape

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return tf.convert_to_tensor(self._value)

    def __bool__(self) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return True

    def __gt__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def __rsub__(self, other: float) -> Any:
        assert other == 1
        return tf.convert_to_tensor(self._complement)

    def __neg__(self) -> Any:
        return -tf.convert_to_tensor(self)

    def __add__(self, other: Any) -> Any:
        return tf.convert_to_tensor(self) + tf.convert_to_tensor(other)

    def __mul__(self, other: Any) -> Any:
        return tf.convert_to_tensor(self) * tf.convert_to_tensor(other)

    def __truediv__(self, other: Any) -> Any:
        return tf.convert_to_tensor(self) / tf.convert_to_tensor(other)

    def __rmul__(self, other: float) -> Any:
        return other * tf.convert_to_tensor(self)
