"""The trials of a search: the settled loss against each hyperparameter."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcnn.analysis.search_importance import encode_values, has_numbers, summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.params import hyperparameter_label
from fcnn.plots.colours import COLOURS
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import LogFormatter, distinguish_labels

ORDER = 30
CAPTION = (
    "Trials of the search against each hyperparameter, a point for each trial: the mean over its "
    "seeds. The best trial has the other colour"
)
MAX_COLUMNS = 3
"""Panels in a row."""
MIN_LOG_RATIO = 30
"""Positive numbers that span at least this ratio are on a logarithmic axis."""
LABEL_LENGTH = 20
"""Characters of a value."""


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
    figure = Figure(figsize=(3.6 * n_columns + 0.6, 3.2 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
    figure.supylabel(measure.noun, fontsize=10)
    for panel, (axis, values) in zip(panels.flat, values_of_axis.items(), strict=False):
        places = encode_values(trials[axis], values)
        panel.scatter(places, losses, c=colours.tolist(), s=14, alpha=0.8, linewidths=0)
        panel.set_xlabel(hyperparameter_label(axis))
        panel.grid(alpha=0.3)
        if has_numbers(trials[axis]):
            _scale_numbers(panel, places)
        else:
            _label_values(panel, values)
    for panel in panels.flat[len(values_of_axis) :]:
        panel.set_axis_off()
    if measure.is_logarithmic:
        panels[0, 0].set_yscale("log")
        panels[0, 0].yaxis.set_major_formatter(LogFormatter())
        panels[0, 0].yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))
    return figure


def _scale_numbers(panel: Axes, numbers: Any) -> None:
    smallest, largest = np.nanmin(numbers), np.nanmax(numbers)
    if smallest > 0 and largest / smallest >= MIN_LOG_RATIO:
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter(LogFormatter())
        panel.xaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))


def _label_values(panel: Axes, values: Sequence[str]) -> None:
    labels = distinguish_labels(values, LABEL_LENGTH)
    is_wide = sum(map(len, labels)) > 2 * LABEL_LENGTH
    panel.set_xticks(
        range(len(labels)),
        labels,
        rotation=30 if is_wide else 0,
        ha="right" if is_wide else "center",
    )
    panel.set_xlim(-0.5, len(labels) - 0.5)
