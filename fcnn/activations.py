"""Keras's activations of one argument in NumPy, so that a report needs no library.

The formulas are those of `keras.activations`, with Keras's defaults for what they leave open, and
keep the precision of what they are applied to.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation

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


ACTIVATIONS: dict[Activation, Callable[[Floats], Floats]] = {
    "celu": elu,  # which it is with Keras's alpha of 1
    "elu": elu,
    "exponential": np.exp,
    "gelu": gelu,
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": lambda x: x * hard_sigmoid(x),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": leaky_relu,
    "linear": lambda x: x,
    "log_sigmoid": lambda x: -softplus(-x),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": selu,
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": lambda x: np.clip(0.5 * (x + 1), 0, 1),
    "squareplus": lambda x: 0.5 * (x + np.sqrt(x * x + 4)),
    "tanh": np.tanh,
    "tanh_shrink": lambda x: x - np.tanh(x),
}
"""Functions of arrays of any shape by Keras's names."""
