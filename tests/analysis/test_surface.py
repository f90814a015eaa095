"""What a network of two inputs has learned, beside the truth."""

import numpy as np
import pytest

from fcnn.analysis.surface import RESOLUTION, compute_surface
from fcnn.data import encode_classes, load_data
from fcnn.targets import TARGET_FUNCTIONS


@pytest.fixture
def surface_of(config):
    """`surface_of("prod", predict, is_known)`: of a data set with or without its ground truth."""

    def compute(name, predict, is_known=True):
        data = load_data(config(f"dataset={name}"))
        return data, compute_surface(predict, data, TARGET_FUNCTIONS[name] if is_known else None)

    return compute


def predict_product(x):
    return (x[:, :1] * x[:, 1:] / 4).astype(np.float32)


def test_grid_extends_a_quarter_beyond_where_the_points_are_drawn(surface_of):
    _, surface = surface_of("prod", predict_product)
    low, high = surface.low, surface.high
    np.testing.assert_array_equal([low, high], [[-2, -2], [2, 2]])
    assert surface.edges.shape == (2, RESOLUTION)
    np.testing.assert_allclose(surface.edges[:, [0, -1]], [[-3, 3], [-3, 3]])
    assert surface.prediction.shape == surface.is_inside.shape == (RESOLUTION**2,)
    # Rows of the grid go along the second input.
    x1, x2 = np.meshgrid(*surface.edges)
    np.testing.assert_allclose(surface.prediction, (x1 * x2 / 4).ravel(), atol=1e-5)
    inside = (np.abs(x1) <= 2) & (np.abs(x2) <= 2)
    np.testing.assert_array_equal(surface.is_inside, inside.ravel())


def test_points_on_the_edge_are_inside(surface_of):
    data, surface = surface_of("prod", predict_product, is_known=False)
    np.testing.assert_array_equal(surface.low, data.x.min(axis=0))
    np.testing.assert_array_equal(surface.high, data.x.max(axis=0))
    assert (surface.truth, surface.error) == (None, None)


def test_error_is_prediction_minus_truth(surface_of):
    _, surface = surface_of("prod", lambda x: predict_product(x) + np.float32(0.25))
    np.testing.assert_allclose(surface.error, 0.25, atol=1e-5)


def test_several_classes_have_the_most_likely_and_one_minus_the_probability_of_the_true(surface_of):
    circles = TARGET_FUNCTIONS["circles"]

    def predict(x):
        return 0.6 * encode_classes(circles(x.astype(float)).astype(int), 4) + 0.1

    _, surface = surface_of("circles", predict)
    is_right = surface.prediction == surface.truth
    assert is_right.mean() > 0.999  # but for points on a circle, which float32 puts on one side
    np.testing.assert_allclose(surface.error[is_right], 0.3, atol=1e-6)
    np.testing.assert_allclose(surface.error[~is_right], 0.9, atol=1e-6)
