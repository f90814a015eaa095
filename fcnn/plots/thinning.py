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
    """Round to four significant digits, or to a thousandth of how much the values differ.

    That is more than a plot shows, and a fraction of the page.
    """
    numbers = np.asarray(values, dtype=float)
    finite = numbers[np.isfinite(numbers)]
    spread = np.ptp(finite) if len(finite) else 0.0
    digits = 4
    if spread > 0:
        decades = np.floor(np.log10([np.abs(finite).max(), spread]))
        digits += max(0, int(decades[0] - decades[1]))
    return [float(f"{number:.{digits}g}") for number in numbers]
