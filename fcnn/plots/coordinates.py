"""The hyperparameters of a search as vertical axes, on each of which every trial has a height."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.effects import spans_decades
from fcnn.analysis.search_importance import encode_values, has_numbers
from fcnn.analysis.selection import NOT_APPLICABLE, Selection
from fcnn.analysis.value_labels import label_values
from fcnn.escaping import shortened
from fcnn.params import hyperparameter_label

MAX_WORDS = 12
"""Values in words that an axis has room for."""
WORD_LENGTH = 18
N_TICKS = 5
ABSENT_HEIGHT = -0.05
"""Where a trial stands on an axis of a hyperparameter that it does not have."""
HEIGHT_LIMITS = (-0.1, 1.05)
"""What of the axes is shown, with a margin."""


@dataclass(frozen=True, eq=False)
class Coordinate:
    """A vertical axis from 0 to 1.

    Attributes:
        name: what is on it.
        heights: of the trials, shape (n_trials,).
        ticks: heights with their labels.
        texts: the value of each trial.
    """

    name: str
    heights: NDArray[np.float64]
    ticks: Sequence[tuple[float, str]]
    texts: Sequence[str]


def lay_out_trials(
    trials: pd.DataFrame, values_of_axis: Mapping[str, list[str]], selection: Selection
) -> list[Coordinate]:
    """Lay out an axis for each hyperparameter and a last for the settled value.

    Args:
        trials: as `summarise_trials` returns them.
        values_of_axis: the hyperparameters with their values in order.
        selection: what the trials are from.
    """
    measure = selection.measure
    coordinates = []
    for axis, values in values_of_axis.items():
        labels = label_values(selection.shown, axis, values)
        words = None if has_numbers(trials[axis]) else list(labels.values())
        texts = [labels.get(value, NOT_APPLICABLE) for value in trials[axis]]
        numbers = encode_values(trials[axis], values)
        coordinates.append(_lay_out(hyperparameter_label(axis), numbers, words, texts))
    losses = trials["score"].map(measure.value).to_numpy(dtype=float)
    texts = [f"{loss:.3g}" for loss in losses]
    return [*coordinates, _lay_out(f"settled {measure.noun}", losses, None, texts)]


def describe_trials(coordinates: Sequence[Coordinate]) -> list[str]:
    """Name all values of each trial: `learning rate 0.01, settled validation loss 0.002`."""
    names = [coordinate.name for coordinate in coordinates]
    return [
        ", ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
        for texts in zip(*(coordinate.texts for coordinate in coordinates), strict=True)
    ]


def _lay_out(
    name: str, numbers: NDArray[np.float64], words: Sequence[str] | None, texts: Sequence[str]
) -> Coordinate:
    """Lay out an axis, logarithmic where numbers span decades; words stand at 0, 1, ..."""
    is_logarithmic = words is None and spans_decades(numbers)
    scaled = np.log10(numbers) if is_logarithmic else numbers
    low, high = float(np.nanmin(scaled)), float(np.nanmax(scaled))
    width = (high - low) or 1.0
    if words is None:
        places = np.linspace(low, high, N_TICKS)
        labels = [f"{10**place if is_logarithmic else place:.3g}" for place in places]
    else:
        places = np.arange(0, len(words), -(-len(words) // MAX_WORDS), dtype=float)
        labels = [shortened(words[int(place)], WORD_LENGTH) for place in places]
    heights = np.nan_to_num((scaled - low) / width, nan=ABSENT_HEIGHT)
    ticks = [float(place) for place in (places - low) / width]
    return Coordinate(name, heights, list(zip(ticks, labels, strict=True)), texts)
