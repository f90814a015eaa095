"""The constant prediction against scikit-learn's, the noise floor against the true function's."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import log_loss, mean_squared_error

from fcnn.data import class_numbers, compute_constant_loss, compute_noise_floor, load_data
from fcnn.targets import TARGET_FUNCTIONS, Task

SKLEARN = "dataset=sklearn"


@pytest.mark.parametrize(
    "overrides",
    [
        ["dataset=prod", "dataset.noise=0.2"],
        ["dataset=xor"],
        ["dataset=circles", "dataset.noise=0.1"],
        [SKLEARN, "dataset.table=linnerud"],
        [SKLEARN, "dataset.table=breast_cancer"],
        [SKLEARN, "dataset.table=digits"],
    ],
)
def test_constant_loss_is_that_of_sklearns_dummies(config, overrides):
    data = load_data(config(*overrides))
    if data.task is Task.REGRESSION:
        dummy = DummyRegressor().fit(data.x, data.y)
        expected = mean_squared_error(
            data.y_val, dummy.predict(data.x_val).reshape(data.y_val.shape)
        )
    else:
        dummy = DummyClassifier(strategy="prior").fit(data.x, class_numbers(data.y, data.task))
        truth = class_numbers(data.y_val, data.task)
        expected = log_loss(truth, dummy.predict_proba(data.x_val), labels=dummy.classes_)
    assert compute_constant_loss(data) == pytest.approx(expected, rel=1e-6)


def test_constant_loss_is_infinite_for_a_class_that_nothing_trains(config):
    data = load_data(config("dataset=quadrants", "dataset.n_points=2"))
    assert np.isinf(compute_constant_loss(data))


@pytest.mark.parametrize("name", ["xor", "circles"])
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5, 1.0])
def test_noise_floor_of_classes_is_the_loss_of_the_true_function(config, name, noise):
    config = config(f"dataset={name}", f"dataset.noise={noise}", "training.validation_points=50000")
    data = load_data(config)
    n_classes = TARGET_FUNCTIONS[name].n_classes
    truth = TARGET_FUNCTIONS[name](data.x_val.astype(float)).astype(int)
    probabilities = np.full((len(truth), n_classes), noise / (n_classes - 1))
    probabilities[np.arange(len(truth)), truth] = 1 - noise
    labels = class_numbers(data.y_val, data.task)
    expected = log_loss(labels, probabilities, labels=range(n_classes))
    assert compute_noise_floor(config.dataset) == pytest.approx(expected, abs=0.02)


def test_noise_floor_of_values_is_the_variance_of_the_noise(config):
    assert compute_noise_floor(config("dataset.noise=0.3").dataset) == pytest.approx(0.09)
    assert compute_noise_floor(config().dataset) == 0
    assert compute_noise_floor(config("dataset=sklearn").dataset) is None
