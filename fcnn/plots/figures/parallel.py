"""Parallel coordinates of a search: a line for each trial through its hyperparameters."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcnn.analysis.effects import spans_decades
from fcnn.analysis.search_importance import encode_values, has_numbers, summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.analysis.value_labels import label_values
from fcnn.escaping import shortened
from fcnn.params import hyperparameter_label
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import wrap_text

ORDER = 8
CAPTION = (
    "Parallel coordinates of the search: a line for each trial through its hyperparameters to its "
    "settled loss or accuracy; the darker, the better. Numbers that span decades are on "
    "logarithmic axes"
)
MAX_WORDS = 12
"""Values in words that an axis has room for."""
N_TICKS = 5
BACKGROUND = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1}
"""Behind labels, which stand on lines."""


def draw(data: ReportData) -> Figure | None:
    """Draw the trials of a search of two or more hyperparameters; None without one."""
    trials, axes = summarise_trials(data.selection)
    return plot_parallel(trials, axes, data.selection) if len(axes) > 1 else None


def plot_parallel(
    trials: pd.DataFrame, values_of_axis: dict[str, list[str]], selection: Selection
) -> Figure:
    """Plot a vertical axis for each hyperparameter and a last for the settled value.

    Args:
        trials: as `summarise_trials` returns them.
        values_of_axis: the hyperparameters with their values in order.
        selection: what the trials are from.
    """
    measure = selection.measure
    figure = Figure(figsize=(min(10.7, 2.2 * len(values_of_axis) + 2.2), 4), layout="constrained")
    axes = figure.add_subplot()
    heights = []
    for place, (axis, values) in enumerate(values_of_axis.items()):
        numbers = encode_values(trials[axis], values)
        labels = label_values(selection.shown, axis, values)
        words = None if has_numbers(trials[axis]) else list(labels.values())
        heights.append(_draw_axis(axes, place, numbers, words))
    losses = trials["score"].map(measure.value).to_numpy(dtype=float)
    heights.append(_draw_axis(axes, len(heights), losses, None))
    ranks = trials["score"].rank().to_numpy()
    colours = colormaps["viridis"](Normalize(1, 1.15 * len(ranks))(ranks))
    lines = np.stack([np.tile(np.arange(len(heights)), (len(trials), 1)), np.stack(heights, 1)], 2)
    # The best trial is drawn last, on top of the others.
    order = np.argsort(-ranks)
    axes.add_collection(LineCollection(list(lines[order]), colors=colours[order], alpha=0.8))
    names = [*map(hyperparameter_label, values_of_axis), f"settled {measure.noun}"]
    axes.set_xticks(range(len(names)), [wrap_text(name, 18) for name in names])
    axes.set(xlim=(-0.3, len(names) - 0.4), ylim=(-0.05, 1.05), yticks=[])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def _draw_axis(
    axes: Any, place: int, numbers: NDArray[np.float64], words: list[str] | None
) -> NDArray[np.float64]:
    """Draw a vertical axis with its labels, and return the heights of the values on it.

    A trial without the hyperparameter is below the axis, at -0.05.
    """
    is_logarithmic = words is None and spans_decades(numbers)
    scaled = np.log10(numbers) if is_logarithmic else numbers
    low, high = float(np.nanmin(scaled)), float(np.nanmax(scaled))
    width = (high - low) or 1.0
    if words is None:
        ticks = np.linspace(low, high, N_TICKS)
        labels = [f"{10**tick if is_logarithmic else tick:.3g}" for tick in ticks]
    else:
        step = -(-len(words) // MAX_WORDS)
        ticks = np.arange(0, len(words), step, dtype=float)
        labels = [shortened(words[int(tick)], 18) for tick in ticks]
    axes.axvline(place, color="black", linewidth=0.8)
    for tick, label in zip(ticks, labels, strict=True):
        height = (tick - low) / width
        axes.text(place + 0.03, height, label, fontsize=9, va="center", bbox=BACKGROUND, zorder=3)
    return np.nan_to_num((scaled - low) / width, nan=-0.05)
