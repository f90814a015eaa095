"""Parallel coordinates of a search: a line for each trial through its hyperparameters."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.plots.coordinates import lay_out_trials
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import wrap_text

ORDER = 8
CAPTION = (
    "Parallel coordinates of the search: a line for each trial through its hyperparameters to its "
    "settled loss or accuracy; the darker, the better. Numbers that span decades are on "
    "logarithmic axes"
)
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
    coordinates = lay_out_trials(trials, values_of_axis, selection)
    figure = Figure(figsize=(min(10.7, 2.2 * len(coordinates)), 4), layout="constrained")
    axes = figure.add_subplot()
    for place, coordinate in enumerate(coordinates):
        axes.axvline(place, color="black", linewidth=0.8)
        for height, label in coordinate.ticks:
            axes.text(
                place + 0.03, height, label, fontsize=9, va="center", bbox=BACKGROUND, zorder=3
            )
    heights = np.stack([coordinate.heights for coordinate in coordinates], 1)
    places = np.tile(np.arange(len(coordinates)), (len(trials), 1))
    ranks = trials["score"].rank().to_numpy()
    # The best trial is drawn last, on top of the others.
    order = np.argsort(-ranks)
    lines = np.stack([places, heights], 2)[order]
    axes.add_collection(LineCollection(list(lines), colors=rank_colours(ranks[order]), alpha=0.8))
    names = [wrap_text(coordinate.name, 18) for coordinate in coordinates]
    axes.set_xticks(range(len(names)), names)
    axes.set(xlim=(-0.3, len(names) - 0.4), ylim=(-0.05, 1.05), yticks=[])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def rank_colours(ranks: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return a colour `(r, g, b, alpha)` for each rank (n,); the best, 1, is the darkest."""
    return np.asarray(colormaps["viridis"](Normalize(1, 1.15 * len(ranks))(ranks)))
