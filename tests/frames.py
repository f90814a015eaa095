"""Data frames as `Reader` returns them, made without training."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.config.data_seed import DATA_SEED_KEY
from fcnn.config.schema import flatten_hyperparameters
from fcnn.params import SEED_KEY, cell_id, format_layer_sizes
from fcnn.tracking.plan import Plan


@pytest.fixture
def runs_of(config):
    """`runs_of([overrides, ...])`: finished runs, started one second apart, the newest first."""

    def params_of(overrides):
        # Composing takes long, and the seed is but a number.
        values = dict(override.split("=", 1) for override in overrides)
        seed = values.pop(SEED_KEY, "0")
        data_seed = values.pop(DATA_SEED_KEY, seed)
        composed = config(*(f"{key}={value}" for key, value in values.items()))
        return flatten_hyperparameters(composed) | {SEED_KEY: seed, DATA_SEED_KEY: data_seed}

    def derived_params(params):
        hidden_units = map(int, params["model.hidden_units"].strip("[]").split(","))
        return {
            "model.units": format_layer_sizes([2, *hidden_units, 1]),
            "model.parameters": "1",
        }

    def frame(variations, status="FINISHED", start="2026-01-01"):
        rows = []
        for number, overrides in enumerate(variations):
            params = params_of(overrides)
            row = {
                "run_id": f"{start}-{number}",
                "name": "",
                "status": status,
                "started": pd.Timestamp(start, tz="UTC") + pd.Timedelta(seconds=number),
                "seconds": 1.0,
                "sweep": "parent",
                "fingerprint": cell_id(params) + params[SEED_KEY],
                "error": "",
                "kept_epoch": np.nan,
                "diverged_epoch": np.nan if status == "FINISHED" else 3.0,
                "final_loss": 1.0,
                "final_val_loss": 1.0 + number,
                "final_accuracy": np.nan,
                "final_val_accuracy": np.nan,
                "final_test_loss": np.nan,
                # Above all losses of these tests, so that none is cut.
                "constant_loss": 1e30,
                "noise_floor": np.nan,
            }
            rows.append(row | params | derived_params(params))
        return pd.DataFrame(rows[::-1])

    return frame


@pytest.fixture
def curves_of():
    """Curves of 10 epochs: losses are `value / epoch`, validation losses twice that."""

    def frame(values):
        epochs = np.arange(1, 11)
        return pd.concat(
            pd.DataFrame(
                {
                    "run_id": run_id,
                    "epoch": epochs,
                    "loss": value / epochs,
                    "val_loss": 2 * value / epochs,
                }
            )
            for run_id, value in values.items()
        )

    return frame


@pytest.fixture
def grid():
    """Overrides of 3 activations x 2 sizes x 3 seeds, in the order of a sweep."""
    return [
        [f"model.activation={activation}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
        for activation in ("sigmoid", "tanh", "relu")
        for units in (16, 4)
        for seed in (0, 1, 2)
    ]


@pytest.fixture
def rates_by_sizes(runs_of):
    """Three rates over decades, two sizes, three seeds; the loss is the rate times the size."""
    runs = runs_of(
        [
            [
                f"optimizer.learning_rate={rate}",
                f"model.hidden_units=[{units}]",
                f"training.seed={seed}",
            ]
            for rate in (0.001, 0.01, 0.1)
            for units in (4, 16)
            for seed in (0, 1, 2)
        ]
    )
    sizes = runs["model.hidden_units"].str.strip("[]").astype(float)
    runs["final_val_loss"] = runs["optimizer.learning_rate"].astype(float) * sizes
    plan = Plan("parent", ["optimizer.learning_rate", "model.hidden_units"], {}, set())
    return select(runs, plan)
