"""Fewer points for lines than a screen could show."""

from collections.abc import Sequence
from typing import Any

import numpy as np

MAX_POINTS = 200
"""Points of a line; a panel is hardly wider in pixels."""


def thin_epochs(epochs: Sequence[int]) -> list[int]:
    """Choose at most `MAX_POINTS` epochs, evenly spaced, the first and the last among them."""
    if len(epochs) <= MAX_POINTS:
        return list(epochs)
    places = np.linspace(0, len(epochs) - 1, MAX_POINTS).round().astype(int)
    return [int(epochs[place]) for place in places]


def describe_thinning(n_epochs: int) -> str:
    """Say how many of the epochs of a curve are drawn, empty if all are."""
    if n_epochs <= MAX_POINTS:
        return ""
    return f"Of {n_epochs} epochs {MAX_POINTS} are drawn, evenly spaced."


def round_values(values: Any) -> list[float]:
    """Round to four significant digits: more than a plot shows, and a fraction of the page."""
    return [float(f"{value:.4g}") for value in np.asarray(values, dtype=float)]
