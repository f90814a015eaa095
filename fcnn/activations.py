"""Keras's activations of one argument: their formulas in NumPy, and the libraries that have them.

The formulas are those of `keras.activations`, with Keras's defaults for what they leave open, and
keep the precision of what they are applied to. With them a report needs no library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.library_names import ALL_LIBRARIES, TENSOR_LIBRARIES, LibraryName

Floats = NDArray[np.floating[Any]]

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""With these, activities keep mean 0 and variance 1 (Klambauer et al. 2017, eq. 14)."""


def elu(x: Floats) -> Floats:
    """Compute `exp(x) - 1` below 0 and `x` above (Clevert et al. 2016)."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def gelu(x: Floats) -> Floats:
    """Compute `x` times the normal distribution function of `x` (Hendrycks and Gimpel 2016)."""
    from scipy.special import erf  # takes a fifth of a second, before any config is checked

    return np.asarray(0.5 * x * (1 + erf(x / x.dtype.type(np.sqrt(2)))))


def hard_sigmoid(x: Floats) -> Floats:
    """Compute a sigmoid of three straight lines: `(x + 3) / 6`, between 0 and 1."""
    return np.clip(x + 3, 0, 6) / 6


def leaky_relu(x: Floats) -> Floats:
    """Compute `0.2 x` below 0 and `x` above (Maas et al. 2013)."""
    return np.where(x > 0, x, x * x.dtype.type(0.2))


def selu(x: Floats) -> Floats:
    """Compute a scaled `elu` (Klambauer et al. 2017, eq. 2)."""
    scale, alpha = x.dtype.type(_SELU_SCALE), x.dtype.type(_SELU_ALPHA)
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def sigmoid(x: Floats) -> Floats:
    """Compute `1 / (1 + exp(-x))`, which a hyperbolic tangent does without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), dtype=x.dtype)


def softplus(x: Floats) -> Floats:
    """Compute `log(1 + exp(x))` (Dugas et al. 2001)."""
    return np.logaddexp(x, np.zeros_like(x))


def sparse_plus(x: Floats) -> Floats:
    """Compute 0 below -1, `x` above 1, and a parabola between them."""
    return np.where(x <= -1, 0, np.where(x < 1, 0.25 * (x + 1) ** 2, x))


@dataclass(frozen=True)
class ActivationFunction:
    """An activation.

    Attributes:
        function: Its formula.
        libraries: Those that have it.
    """

    function: Callable[[Floats], Floats]
    libraries: tuple[LibraryName, ...] = ("keras",)

    def __call__(self, x: Floats) -> Floats:
        """Return the activities of an array of any shape, in its precision."""
        return self.function(x)


_TENSORFLOW: tuple[LibraryName, ...] = ("keras", "tensorflow")
_TORCH: tuple[LibraryName, ...] = ("keras", "torch")

ACTIVATIONS: dict[str, ActivationFunction] = {
    "celu": ActivationFunction(elu, _TORCH),  # which it is with Keras's alpha of 1
    "elu": ActivationFunction(elu, TENSOR_LIBRARIES),
    "exponential": ActivationFunction(np.exp, _TENSORFLOW),
    "gelu": ActivationFunction(gelu, TENSOR_LIBRARIES),
    "hard_shrink": ActivationFunction(lambda x: np.where(np.abs(x) > 0.5, x, 0), _TORCH),
    "hard_sigmoid": ActivationFunction(hard_sigmoid, _TORCH),
    "hard_silu": ActivationFunction(lambda x: x * hard_sigmoid(x), _TORCH),
    "hard_tanh": ActivationFunction(lambda x: np.clip(x, -1, 1), _TORCH),
    "leaky_relu": ActivationFunction(leaky_relu, TENSOR_LIBRARIES),
    "linear": ActivationFunction(lambda x: x, ALL_LIBRARIES),
    "log_sigmoid": ActivationFunction(lambda x: -softplus(-x), TENSOR_LIBRARIES),
    "mish": ActivationFunction(lambda x: x * np.tanh(softplus(x)), _TORCH),
    "relu": ActivationFunction(lambda x: np.maximum(x, 0), ALL_LIBRARIES),
    "relu6": ActivationFunction(lambda x: np.clip(x, 0, 6), TENSOR_LIBRARIES),
    "selu": ActivationFunction(selu, TENSOR_LIBRARIES),
    "sigmoid": ActivationFunction(sigmoid, ALL_LIBRARIES),
    "silu": ActivationFunction(lambda x: x * sigmoid(x), TENSOR_LIBRARIES),
    "soft_shrink": ActivationFunction(
        lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0), _TORCH
    ),
    "softplus": ActivationFunction(softplus, TENSOR_LIBRARIES),
    "softsign": ActivationFunction(lambda x: x / (1 + np.abs(x)), TENSOR_LIBRARIES),
    "sparse_plus": ActivationFunction(sparse_plus),
    "sparse_sigmoid": ActivationFunction(lambda x: np.clip(0.5 * (x + 1), 0, 1)),
    "squareplus": ActivationFunction(lambda x: 0.5 * (x + np.sqrt(x * x + 4))),
    "tanh": ActivationFunction(np.tanh, ALL_LIBRARIES),
    "tanh_shrink": ActivationFunction(lambda x: x - np.tanh(x), _TORCH),
}
"""Activations by Keras's names."""
