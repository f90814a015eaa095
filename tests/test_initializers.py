"""Initial kernels and biases are distributed as in Keras, and biases as in scikit-learn."""

from typing import get_args

import numpy as np
import pytest

from fcnn.config.fields import Initializer
from fcnn.network import initial_weights

SIZES = (300, 200, 100)


@pytest.mark.parametrize("initializer", get_args(Initializer))
@pytest.mark.parametrize("n_in_and_n_out", [(300, 200), (150, 400)])
def test_kernels_have_the_distribution_of_keras(initializer, n_in_and_n_out):
    from fcnn.libraries.runtime import keras

    kernel, _ = initial_weights(n_in_and_n_out, initializer, seed=1)
    initialize = type(keras.initializers.get(initializer))(seed=4)
    expected = np.asarray(initialize(n_in_and_n_out), np.float64)
    assert kernel.shape == expected.shape
    assert kernel.dtype == np.float32
    assert abs(kernel.mean()) < 0.02 * expected.std()
    assert kernel.std() == pytest.approx(expected.std(), rel=0.01)
    places = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999]
    spread = np.quantile(expected, places)
    np.testing.assert_allclose(np.quantile(kernel, places), spread, atol=0.15 * expected.std())
    if initializer not in ("random_normal", "orthogonal"):
        assert np.abs(kernel).max() == pytest.approx(np.abs(expected).max(), rel=0.01)


@pytest.mark.parametrize("n_in_and_n_out", [(30, 20), (20, 30), (1, 5)])
def test_orthogonal_kernels_are_orthogonal(n_in_and_n_out):
    kernel, _ = initial_weights(n_in_and_n_out, "orthogonal", seed=0)
    tall = kernel if kernel.shape[0] >= kernel.shape[1] else kernel.T
    np.testing.assert_allclose(tall.T @ tall, np.eye(tall.shape[1]), atol=1e-5)


@pytest.mark.parametrize(("activation", "factor"), [("relu", 6), ("sigmoid", 2)])
def test_uniform_biases_are_those_of_scikit_learn(activation, factor):
    from sklearn.neural_network import MLPRegressor

    own = initial_weights(SIZES, "glorot_uniform", 0, "uniform", activation)
    name = "logistic" if activation == "sigmoid" else activation
    network = MLPRegressor(hidden_layer_sizes=(200,), activation=name, random_state=0)
    rng = np.random.default_rng(0)
    network.partial_fit(rng.normal(size=(2, 300)), rng.normal(size=(2, 100)))
    for bias, expected, n_in, n_out in zip(
        own[1::2], network.intercepts_, SIZES[:-1], SIZES[1:], strict=True
    ):
        limit = np.sqrt(factor / (n_in + n_out))
        assert np.abs(bias).max() == pytest.approx(limit, rel=0.05)
        assert np.abs(expected).max() == pytest.approx(limit, rel=0.05)
        assert bias.std() == pytest.approx(limit / np.sqrt(3), rel=0.1)


def test_biases_change_no_kernel_and_are_zero_unless_chosen():
    zero, uniform = (
        initial_weights(SIZES, "he_normal", 0, name, "relu") for name in ("zeros", "uniform")
    )
    assert not any(bias.any() for bias in zero[1::2])
    assert all(bias.all() for bias in uniform[1::2])
    for kernel, same in zip(zero[0::2], uniform[0::2], strict=True):
        np.testing.assert_array_equal(kernel, same)
