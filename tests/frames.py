"""Data frames as `Reader` gives them, made without training."""

import numpy as np
import pandas as pd
import pytest

from fcnn.config.schema import flatten_hyperparameters
from fcnn.params import SEED_KEY, cell_id, format_layer_sizes


@pytest.fixture
def runs_of(config):
    """`runs_of([overrides, ...])`: a finished run for each, started one second apart, the newest first."""

    def frame(variations, status="FINISHED", start="2026-01-01"):
        rows = []
        for number, overrides in enumerate(variations):
            # Composing takes long, and the seed is but a number.
            given = dict(override.split("=", 1) for override in overrides)
            seed = given.pop(SEED_KEY, "0")
            params = flatten_hyperparameters(
                config(*(f"{key}={value}" for key, value in given.items()))
            ) | {SEED_KEY: seed}
            units = format_layer_sizes(
                [2, *map(int, params["model.hidden_units"].strip("[]").split(",")), 1]
            )
            started = pd.Timestamp(start, tz="UTC") + pd.Timedelta(seconds=number)
            record = {
                "run_id": f"{start}-{number}",
                "name": "",
                "status": status,
                "started": started,
                "seconds": 1.0,
                "sweep": "parent",
                "fingerprint": cell_id(params) + seed,
                "error": "",
                "diverged_epoch": np.nan if status == "FINISHED" else 3.0,
            }
            record |= {
                "final_loss": 1.0,
                "final_val_loss": 1.0 + number,
                "final_accuracy": np.nan,
                "final_val_accuracy": np.nan,
            }
            rows.append(record | params | {"model.units": units, "model.parameters": "1"})
        return pd.DataFrame(rows[::-1])

    return frame


@pytest.fixture
def curves_of():
    """Curves of 10 epochs: the run's losses are `value / epoch`, its validation losses twice that."""

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
