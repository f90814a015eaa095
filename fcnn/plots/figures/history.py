"""The history of a search: the settled loss of each trial, and the best so far."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.plots.colours import COLOURS
from fcnn.plots.loss_axis import scale_losses
from fcnn.plots.report_data import ReportData

ORDER = 6
CAPTION = (
    "History of the search: each trial in the order in which trials began, the mean over its "
    "seeds; the line is the best so far"
)


def draw(data: ReportData) -> Figure | None:
    """Draw the history of a search; None without a search, or where data differ."""
    selection = data.selection
    trials, axes = summarise_trials(selection)
    is_comparable = len(trials) > 0 and trials["data"].nunique() == 1
    return plot_history(trials, selection) if axes and is_comparable else None


def plot_history(trials: pd.DataFrame, selection: Selection) -> Figure:
    """Plot the settled value against the number of the trial.

    Args:
        trials: as `summarise_trials` returns them, in the order in which they began.
        selection: what the trials are from.
    """
    measure = selection.measure
    numbers = np.arange(1, len(trials) + 1)
    values = trials["score"].map(measure.value)
    best = trials["score"].cummin().map(measure.value)
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.add_subplot(xlabel="trial", ylabel=f"settled {measure.noun}")
    axes.scatter(numbers, values, s=16, color=COLOURS[0], alpha=0.7, linewidths=0, label="trial")
    axes.step(numbers, best, where="post", color=COLOURS[1], linewidth=2, label="best so far")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=9)
    if measure.is_logarithmic:
        scale_losses(axes, values)
    return figure
