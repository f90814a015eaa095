"""The trials of a search: the settled loss against each hyperparameter."""

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcnn.analysis.search_importance import encode_values, has_numbers, summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.analysis.value_labels import label_values
from fcnn.params import hyperparameter_label
from fcnn.plots.colours import COLOURS
from fcnn.plots.loss_axis import name_places, scale_losses, scale_numbers
from fcnn.plots.report_data import ReportData

ORDER = 7
CAPTION = (
    "Trials of the search against each hyperparameter, a point for each trial: the mean over its "
    "seeds. The best trial has the other colour"
)
MAX_COLUMNS = 3
"""Panels in a row."""


def draw(data: ReportData) -> Figure | None:
    """Draw the trials of a search; None without a search."""
    trials, axes = summarise_trials(data.selection)
    return plot_trials(trials, axes, data.selection) if axes else None


def plot_trials(
    trials: pd.DataFrame, values_of_axis: dict[str, list[str]], selection: Selection
) -> Figure:
    """Plot a panel for each hyperparameter.

    Args:
        trials: as `summarise_trials` returns them.
        values_of_axis: the hyperparameters with their values in order.
        selection: what the trials are from.
    """
    measure = selection.measure
    losses = trials["score"].map(measure.value)
    colours = np.where(trials["score"] == trials["score"].min(), COLOURS[1], COLOURS[0])
    n_columns = min(MAX_COLUMNS, len(values_of_axis))
    n_rows = ceil(len(values_of_axis) / n_columns)
    figure = Figure(figsize=(3.4 * n_columns + 0.5, 3.2 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
    figure.supylabel(f"settled {measure.noun}", fontsize=10)
    for panel, (axis, values) in zip(panels.flat, values_of_axis.items(), strict=False):
        places = encode_values(trials[axis], values)
        panel.scatter(places, losses, c=colours.tolist(), s=14, alpha=0.8, linewidths=0)
        panel.set_xlabel(hyperparameter_label(axis))
        panel.grid(alpha=0.3)
        if has_numbers(trials[axis]):
            scale_numbers(panel, places)
        else:
            name_places(panel, list(label_values(selection.shown, axis, values).values()))
    for panel in panels.flat[len(values_of_axis) :]:
        panel.set_axis_off()
    if measure.is_logarithmic:
        scale_losses(panels[0, 0], losses)
    return figure
