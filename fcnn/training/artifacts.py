"""What a run keeps of its network beside its curves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import Config, SyntheticDataset
from fcnn.data import Data
from fcnn.libraries.base import load_library
from fcnn.network import Weights, forward, name_weights, output_mismatch
from fcnn.prediction import TablePredictor

MAX_TEST_ROWS = 2000
"""Test rows that a run on a table keeps, of which a report judges its network."""


def describe_fault(config: Config, data: Data, weights: Weights, model: Any) -> str:
    """How far a model's predictions are from those of the network; empty if they agree."""
    x = data.x_val if data.x_val_raw is None else data.x_val_raw
    predicted = load_library(config.library).predict(model, x)
    deviation = output_mismatch(predicted, weights, data, config.model.activation)
    if deviation is None:
        return ""
    unit = " deviations of the target" if data.y_scale else ""
    fault = f"differs from the network that was evaluated, by up to {deviation:.2g}{unit}"
    if config.library == "keras":
        fault += ": predict() rounds its inputs to float32; model(x) takes float64"
    return fault


def make_predictor(config: Config, data: Data, weights: Weights) -> TablePredictor | None:
    """What predicts rows of a table; None of synthetic data."""
    if data.schema is None:
        return None
    return TablePredictor(data.schema, weights, config.model.activation)


def make_network_arrays(config: Config, data: Data, weights: Weights) -> dict[str, NDArray[Any]]:
    """What a report draws a network from.

    That is its weights and, of a table, what the config alone does not give. 16 hidden units take
    one kilobyte, where predictions on a grid would take fifteen.
    """
    arrays = name_weights(weights)
    if isinstance(config.dataset, SyntheticDataset):
        return arrays
    arrays["true"] = data.y_val
    arrays["predicted"] = forward(weights, data.x_val, config.model.activation, data.task)
    arrays["classes"] = np.array(data.classes, dtype=str)
    if data.n_inputs == 2:
        arrays |= {"x": data.x, "y": data.y}
    if data.x_test is not None and data.y_test is not None:
        # Rows are in random order, so the first ones are a random sample.
        arrays |= {
            "x_test": data.x_test[:MAX_TEST_ROWS],
            "test_true": data.y_test[:MAX_TEST_ROWS],
            "constant": data.y.mean(axis=0, dtype=np.float64),
        }
    if data.val_rows is not None and data.test_rows is not None:
        arrays |= {"val_rows": data.val_rows, "test_rows": data.test_rows}
    return arrays
