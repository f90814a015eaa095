"""The activations of every library are Keras's, and so are those in NumPy."""

import inspect
from typing import get_args

import numpy as np
import pytest

from fcnn.activations import ACTIVATIONS
from fcnn.config.fields import Activation
from fcnn.config.schema import Config
from fcnn.errors import ConfigError
from fcnn.libraries.runtime import keras
from fcnn.network import forward
from fcnn.targets import Task

NAMES = get_args(Activation)
X = np.concatenate([np.linspace(-9, 9, 721), [-1e4, -80, -1e-5, 1e-5, 80]]).astype(np.float32)
OF_SEVERAL_ARGUMENTS = {"glu", "log_softmax", "softmax", "sparsemax", "threshold"}
"""Those that need an axis, or numbers."""
OTHER_NAMES = {"swish", "hard_swish"}
"""Other names of `silu` and `hard_silu`."""


@pytest.mark.parametrize("name", NAMES)
def test_activation_in_numpy_is_that_of_keras(name):
    values = ACTIVATIONS[name](X)
    assert values.dtype == np.float32
    expected = np.asarray(keras.activations.get(name)(X))
    np.testing.assert_allclose(values, expected, rtol=2e-5, atol=1e-6)
    assert ACTIVATIONS[name](X.astype(np.float64)).dtype == np.float64


def test_every_activation_of_one_argument_of_keras_can_be_chosen():
    functions = {
        name: function
        for name, function in inspect.getmembers(keras.activations, inspect.isfunction)
        if name not in ("get", "serialize", "deserialize")
    }
    classes = {"linear"}  # plain functions too, but for what Keras wraps
    assert {*functions} | classes == {*NAMES} | OF_SEVERAL_ARGUMENTS | OTHER_NAMES
    assert ACTIVATIONS.keys() == {*NAMES}


def test_report_computes_outputs_with_the_activation():
    kernel, bias = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    outputs = forward([kernel, bias, kernel, bias], X[:, None], "mish", Task.REGRESSION)
    np.testing.assert_allclose(outputs[:, 0], ACTIVATIONS["mish"](X))


@pytest.mark.parametrize("library", ["tensorflow", "torch"])
def test_activations_of_another_library_are_those_of_keras(config, library):
    if library == "torch":
        pytest.importorskip("torch")
    from importlib import import_module

    module = import_module(f"fcnn.libraries.{library}")
    assert {*module.ACTIVATIONS} == {name for name in NAMES if is_accepted(config, library, name)}
    for name, function in module.ACTIVATIONS.items():
        if library == "torch":
            import torch

            values = function()(torch.from_numpy(X)).numpy()
        else:
            values = function(X).numpy()
        expected = np.asarray(keras.activations.get(name)(X))
        np.testing.assert_allclose(values, expected, rtol=2e-5, atol=1e-6, err_msg=name)


def test_scikit_learn_has_its_four_activations(config):
    accepted = {name for name in NAMES if is_accepted(config, "sklearn", name)}
    assert accepted == {"linear", "relu", "sigmoid", "tanh"}


def is_accepted(config, library, name):
    try:
        return isinstance(config(f"library={library}", f"model.activation={name}"), Config)
    except ConfigError as error:
        return f"model.activation={name}: library={library} does not have it, " not in str(error)
