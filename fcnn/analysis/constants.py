"""The loss of the constant prediction and the noise floor, between which a network learns.

Runs have both recorded (`constant_loss`, `noise_floor`). For runs of older versions they are
computed again where the data can be sampled again, which takes nothing but the run's params.
"""

from typing import Any

import numpy as np
import pandas as pd

from fcnn.config.schema import SyntheticDataset
from fcnn.data import compute_constant_loss, compute_noise_floor, sample_dataset
from fcnn.targets import TARGET_FUNCTIONS

RECORDED, SAMPLED, FIRST_EPOCH = "recorded", "sampled", "first epoch"
"""Where the loss of the constant prediction comes from."""
_SAMPLE_KEYS = [
    *("dataset.name", "dataset.n_points", "dataset.noise", "dataset.seed"),
    "training.validation_points",
]


def find_constant_losses(runs: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Return what a prediction that ignores the inputs and a perfect prediction would reach.

    Args:
        runs: rows of `Reader.runs`, with the column `data`.
        curves: a row for each run and epoch.

    Returns:
        A row for each run, with the index of `runs`. `constant_loss`: the validation loss of the
        constant prediction that fits the training targets best; where nobody knows it, the median
        loss after one epoch on the same data. `noise_floor`: the loss that no prediction is below,
        0 where nobody knows it. `constant_source`: `RECORDED`, `SAMPLED` or `FIRST_EPOCH`.
    """
    unknown = pd.Series(np.nan, index=runs.index)
    # It is infinite where a class of the validation points has no training point.
    constants = runs.get("constant_loss", unknown).astype(float).replace(np.inf, np.nan)
    floors = runs.get("noise_floor", unknown).astype(float)
    source = pd.Series(RECORDED, index=runs.index)
    is_synthetic = runs["dataset.name"].isin(list(TARGET_FUNCTIONS)) & constants.isna()
    # Runs on tables alone have no columns of synthetic data.
    if is_synthetic.any():
        for _, group in runs[is_synthetic].groupby(_SAMPLE_KEYS, sort=False):
            constants[group.index], floors[group.index] = _sample_baselines(group.iloc[0])
            source[group.index] = SAMPLED
    is_unknown = constants.isna()
    if is_unknown.any():
        constants = constants.fillna(_losses_after_one_epoch(runs, curves))
        source[is_unknown] = FIRST_EPOCH
    return pd.DataFrame(
        {"constant_loss": constants, "noise_floor": floors.fillna(0.0), "constant_source": source}
    )


def _sample_baselines(row: "pd.Series[Any]") -> tuple[float, float | None]:
    """Return the constant prediction's loss and the noise floor of a synthetic data set."""
    dataset = SyntheticDataset(
        name=row["dataset.name"],
        n_points=int(row["dataset.n_points"]),
        noise=float(row["dataset.noise"]),
        seed=int(row["dataset.seed"]),
    )
    data = sample_dataset(dataset, int(row["training.validation_points"]))
    return compute_constant_loss(data), compute_noise_floor(dataset)


def _losses_after_one_epoch(runs: pd.DataFrame, curves: pd.DataFrame) -> "pd.Series[float]":
    """Return the median validation loss after one epoch on the same data, for each run."""
    first = curves[curves["epoch"] == 1].drop_duplicates("run_id").set_index("run_id")["val_loss"]
    losses = runs["run_id"].map(first)
    return losses.groupby(runs["data"]).transform("median")
