import numpy as np
import pytest

from fcnn.data import Data, Scale
from fcnn.network import batch_order, forward, initial_weights, n_parameters, output_mismatch
from fcnn.targets import Task

SIZES = (300, 200, 100)


def test_parameters_include_biases():
    assert n_parameters((2, 16, 16, 1)) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1


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
