"""The bands around the lines of an overlay, also where seeds diverged."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.spread import CellCurves

BAND_OPACITY = 0.15
EXTREMES_OPACITY = 0.5


def find_band(values: Any, largest: float) -> pd.DataFrame:
    """Return the band between the quartiles, as far as it can be drawn.

    Args:
        values: a frame of one metric of a cell, with the columns `lower` and `upper`.
        largest: what is drawn in place of an infinite upper quartile.

    Returns:
        `lower` and `upper` by epoch, without epochs in which both are infinite.
    """
    is_finite = np.isfinite(values["lower"].to_numpy())
    band: pd.DataFrame = values[["lower", "upper"]][is_finite].clip(upper=largest)
    return band


def find_largest(cells: Sequence[CellCurves], metric: str) -> float:
    """Return the largest finite value of a metric that any seed of any cell has."""
    values = np.concatenate([cell.values[metric].to_numpy().ravel() for cell in cells])
    return float(np.max(values, initial=0.0, where=np.isfinite(values)))
