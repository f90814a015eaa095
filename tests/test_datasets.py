import numpy as np
import pytest

from fcnn import datasets


def test_prod_is_the_product_of_the_inputs_over_four(config):
    data = datasets.load(config().dataset, 500)
    np.testing.assert_allclose(data.y[:, 0], data.x[:, 0] * data.x[:, 1] / 4, rtol=1e-6)
    assert (data.n_inputs, data.n_outputs) == (2, 1)
    assert data.x.dtype == data.y.dtype == np.float32


def test_points_fill_the_square_and_validation_points_are_others(config):
    data = datasets.load(config("dataset.n_points=2500").dataset, 500)
    assert data.x.shape == (2500, 2)
    assert data.x_val.shape == (500, 2)
    for points in (data.x, data.x_val):
        assert points.min(axis=0) == pytest.approx([-2, -2], abs=0.05)
        assert points.max(axis=0) == pytest.approx([2, 2], abs=0.05)
    assert not {tuple(point) for point in data.x} & {tuple(point) for point in data.x_val}


def test_same_seed_same_points_other_seed_other_points(config):
    first, again, other = (datasets.load(config(f"dataset.seed={seed}").dataset, 500) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)
