"""Distributions of initial kernels and biases, by Keras's names, in NumPy."""

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation, BiasInitializer, Initializer

Draws = NDArray[np.float64]

_TRUNCATED_DEVIATION = 0.87962566103423978
"""Standard deviation of a standard normal distribution that is truncated at ±2."""
_SMALL = 0.05
"""Limit and standard deviation of Keras's distributions that know nothing of the layer."""


def draw_kernel(rng: np.random.Generator, n_in: int, n_out: int, initializer: Initializer) -> Draws:
    """Draw a kernel of shape (n_in, n_out) as Keras distributes it.

    `random_uniform` is uniform on ±0.05, `random_normal` has a standard deviation of 0.05, and
    `truncated_normal` is that normal distribution truncated at ±0.1.

    The others have variances of 2 / (n_in + n_out) (`glorot`; Glorot and Bengio 2010, eq. 16),
    2 / n_in (`he`; He et al. 2015, eq. 10) or 1 / n_in (`lecun`; LeCun et al. 1998, eq. 16):
    `uniform` on ± the root of three times the variance, `normal` truncated at two standard
    deviations before it is scaled to the variance.

    `orthogonal` has orthonormal columns, or rows where these are fewer (Saxe et al. 2014).
    """
    if initializer == "orthogonal":
        return _draw_orthogonal(rng, n_in, n_out)
    if initializer == "random_uniform":
        return rng.uniform(-_SMALL, _SMALL, size=(n_in, n_out))
    if initializer == "random_normal":
        return rng.normal(0.0, _SMALL, size=(n_in, n_out))
    if initializer == "truncated_normal":
        return _SMALL * _draw_truncated(rng, n_in, n_out)
    scheme, distribution = initializer.split("_")
    variance = {"glorot": 2 / (n_in + n_out), "he": 2 / n_in, "lecun": 1 / n_in}[scheme]
    if distribution == "uniform":
        limit = np.sqrt(3 * variance)
        return rng.uniform(-limit, limit, size=(n_in, n_out))
    return _draw_truncated(rng, n_in, n_out) * float(np.sqrt(variance)) / _TRUNCATED_DEVIATION


def draw_bias(
    rng: np.random.Generator,
    n_in: int,
    n_out: int,
    initializer: BiasInitializer,
    activation: Activation,
) -> Draws:
    """Draw a bias of shape (n_out,): `zeros`, or `uniform` as scikit-learn draws it.

    That is uniform on ±sqrt(6 / (n_in + n_out)), with 2 instead of 6 in networks of sigmoids
    (`sklearn.neural_network.MLPRegressor`, after Glorot and Bengio 2010).
    """
    if initializer == "zeros":
        return np.zeros(n_out)
    limit = np.sqrt((2 if activation == "sigmoid" else 6) / (n_in + n_out))
    return rng.uniform(-limit, limit, size=n_out)


def _draw_truncated(rng: np.random.Generator, n_in: int, n_out: int) -> Draws:
    """Draw standard normal values within ±2."""
    values = rng.standard_normal((n_in, n_out))
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(outside.sum())
    return values


def _draw_orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> Draws:
    """Draw from the uniform distribution of orthogonal matrices (Mezzadri 2007, section 5)."""
    values = rng.standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(values)
    q *= np.sign(np.diag(r))
    return q if n_in >= n_out else q.T
