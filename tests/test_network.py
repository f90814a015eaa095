import numpy as np
import pytest

from fcnn.data import Data, Scale
from fcnn.network import batch_order, forward, initial_weights, n_parameters, output_mismatch
from fcnn.targets import Task

SIZES = (300, 200, 100)


def test_parameters_include_biases():
    assert n_parameters((2, 16, 16, 1)) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1


@pytest.mark.parametrize(
    ("initializer", "limit", "variance"),
    [
        ("random_uniform", 0.05, 0.05**2 / 3),
        ("glorot_uniform", np.sqrt(6 / 500), 2 / 500),
        ("he_normal", 2 * np.sqrt(2 / 300) / 0.87962566, 2 / 300),
    ],
)
def test_initial_kernels_follow_their_formula(initializer, limit, variance):
    kernel, bias, _, _ = initial_weights(SIZES, initializer, seed=0)
    assert kernel.shape == (300, 200)
    assert kernel.dtype == np.float32
    assert np.abs(kernel).max() == pytest.approx(limit, rel=0.01)
    assert kernel.var() == pytest.approx(variance, rel=0.02)
    assert kernel.mean() == pytest.approx(0, abs=0.001)
    assert not bias.any()


def test_weights_depend_on_the_seed_alone():
    first, again, other = (initial_weights(SIZES, "he_normal", seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[2], again[2])
    assert not np.array_equal(first[0], other[0])


def test_mismatch_is_reported_beyond_rounding_only():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)).astype(np.float32), np.zeros((20, 1), np.float32)
    data = Data(x, y, x, y, y_scale=Scale(np.array([1e9]), np.array([7.0])))
    weights = [values + 0.1 for values in initial_weights((3, 5, 1), "glorot_uniform", 0)]
    outputs = forward(weights, x, "tanh", Task.REGRESSION).astype(float) * 7 + 1e9
    assert output_mismatch(outputs + 1e-4, weights, data, "tanh") is None
    assert output_mismatch(outputs + 3.5, weights, data, "tanh") == pytest.approx(0.5, rel=1e-3)
    assert output_mismatch(np.full_like(outputs, np.nan), weights, data, "tanh") is not None


def test_every_epoch_visits_every_point_once_in_its_own_order():
    first, second = batch_order(100, seed=0, epoch=1), batch_order(100, seed=0, epoch=2)
    assert sorted(first) == sorted(second) == list(range(100))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, batch_order(100, seed=0, epoch=1))
