"""The test loss is the one that Keras computes from the same weights, in double precision."""

import keras
import numpy as np
import pytest

from fcnn.data import load_data
from fcnn.evaluation import evaluate_test_sample
from fcnn.libraries.base import load_library
from fcnn.network import initial_weights, layer_sizes

LOSSES = {
    "regression": keras.losses.MeanSquaredError(),
    "binary": keras.losses.BinaryCrossentropy(),
    "multiclass": keras.losses.CategoricalCrossentropy(),
}


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize(
    "overrides",
    [["dataset=prod"], ["dataset=xor"], ["dataset=circles"], ["dataset=sklearn"]],
)
def test_test_metrics_are_those_of_the_model(config, overrides, activation):
    config = config(*overrides, f"model.activation={activation}", "model.hidden_units=[5,4]")
    data = load_data(config)
    weights = initial_weights(layer_sizes(data, config.model), "glorot_uniform", seed=1)
    metrics = evaluate_test_sample(weights, data, activation)
    model = load_library("keras").build_model(config, data, weights)
    x = data.x_test
    if data.x_scale:
        x = data.x_scale.mean + data.x_scale.deviation * x.astype(np.float64)
    outputs = load_library("keras").predict(model, x)
    assert metrics["test_loss"] == pytest.approx(
        float(LOSSES[data.task](data.y_test, outputs)), rel=1e-5
    )
    if data.classes:
        is_correct = (
            (outputs > 0.5) == (data.y_test > 0.5)
            if data.n_outputs == 1
            else outputs.argmax(axis=1) == data.y_test.argmax(axis=1)
        )
        assert metrics["test_accuracy"] == pytest.approx(is_correct.mean())
    assert set(metrics) == {"test_loss", "test_accuracy"} if data.classes else {"test_loss"}


def test_confident_mistakes_cost_what_they_should(config):
    data = load_data(config("dataset=xor"))
    weights = [np.zeros((2, 1), np.float32), np.float32([200])]  # always the second class
    metrics = evaluate_test_sample(weights, data, "relu")
    share = float((data.y_test == 0).mean())
    assert metrics == {"test_loss": pytest.approx(200 * share), "test_accuracy": 1 - share}


def test_no_test_sample_has_no_metrics(config):
    data = load_data(config("dataset=sklearn", "dataset.test_share=0"))
    assert evaluate_test_sample([], data, "relu") == {}
