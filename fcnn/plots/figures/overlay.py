"""The overlay: every cell's loss against the epoch in one plot."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.errors import ConfigError
from fcnn.params import hyperparameter_label
from fcnn.plots.bands import BAND_OPACITY, EXTREMES_OPACITY, find_band, find_largest
from fcnn.plots.line_styles import assign_line_styles
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import MAX_TEXT_LENGTH, LogFormatter, distinguish_labels, wrap_text

ORDER = 20
FORMATS = ("png", "svg")
"""The overlay is what people put into documents, where it has to scale."""
CAPTION = (
    "Loss against epoch, a line for each cell: the median over seeds, in a band from the lower to "
    "the upper quartile; thin lines are the smallest and the largest value. A seed that diverged "
    "counts as infinite from then on"
)
LEGEND_WIDTH = 50
"""Characters in a line of the legend."""
TITLE_WIDTH = 120
"""Characters in a line of the title."""


def draw(data: ReportData, metric: str = "loss") -> Figure:
    """Draw one line for each cell: the median of a metric over seeds, with its quartiles.

    Raises:
        ConfigError: the study has no such metric.
    """
    if metric not in data.selection.metrics:
        allowed = ", ".join(data.selection.metrics)
        raise ConfigError(f"metric={metric}: should be one of {allowed}")
    return plot_overlay(data.cells, data.selection, data.name, metric)


def plot_overlay(
    cells: Sequence[CellCurves], selection: Selection, name: str, metric: str = "loss"
) -> Figure:
    """Plot the spread over seeds of one metric, for each cell.

    Args:
        cells: the spread of each cell, in the order of `selection.cells`.
        selection: the runs that the cells are made of.
        name: the study's name.
        metric: what to plot; losses are on a logarithmic axis.
    """
    labels = distinguish_labels([cell.label for cell in cells], MAX_TEXT_LENGTH)
    labels = [wrap_text(label, LEGEND_WIDTH) for label in labels]
    legend_height = 0.24 * len(cells) + 0.17 * sum(label.count("\n") for label in labels)
    figure = Figure(figsize=(11, max(5.5, legend_height + 1.5)), layout="constrained")
    axes = figure.add_subplot()
    _draw_lines(axes, cells, selection, labels, metric)
    n_epochs = max((cell.values.index.max() for cell in cells if len(cell.values)), default=0)
    axes.set(
        xlabel="epoch", ylabel=metric.replace("val_", "validation "), xlim=(1, max(2, n_epochs))
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if metric.endswith("loss"):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(LogFormatter())
        axes.yaxis.set_minor_formatter(LogFormatter())
    axes.grid(which="major", alpha=0.3)
    axes.yaxis.grid(which="minor", alpha=0.12)
    axes.set_title(_title(selection, name), loc="left", fontsize=10)
    # By default matplotlib leaves out labels that begin with an underscore.
    axes.legend(
        handles=axes.get_lines(),
        labels=labels,
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        frameon=False,
        fontsize=9,
        handlelength=3.5,
        title=wrap_text(", ".join(map(hyperparameter_label, selection.axes)), LEGEND_WIDTH),
    )
    return figure


def _draw_lines(
    axes: Axes,
    cells: Sequence[CellCurves],
    selection: Selection,
    labels: Sequence[str],
    metric: str,
) -> None:
    styles = assign_line_styles(selection.cells, list(selection.axes))
    largest = find_largest(cells, metric)
    for cell, style, label in zip(cells, styles, labels, strict=True):
        epochs, values = cell.values.index, cell.values[metric]
        axes.plot(epochs, values["median"], label=label, linewidth=1.8, **style)
        if cell.has_band:
            _draw_band(axes, values, style["color"], largest)


def _draw_band(axes: Axes, values: Any, colour: Any, largest: float) -> None:
    """Draw the quartiles as a band, and the smallest and the largest value as thin lines."""
    band = find_band(values, largest)
    axes.fill_between(
        band.index, band["lower"], band["upper"], color=colour, alpha=BAND_OPACITY, linewidth=0
    )
    extremes = [np.column_stack([values.index, values[name]]) for name in ("min", "max")]
    axes.add_collection(
        LineCollection(extremes, colors=[colour], linewidths=0.6, alpha=EXTREMES_OPACITY)
    )


def _title(selection: Selection, name: str) -> str:
    n_finished = len(selection.finished)
    status = _describe_seeds(selection.seeds)
    if n_finished < selection.n_planned:
        status += f" · {n_finished} of {selection.n_planned} runs"
    if selection.n_diverged:
        status += f" · {selection.n_diverged} diverged"
    lines = [name, selection.shared, status]
    if len(selection.data_labels) > 1:
        lines.append(f"compare lines of the same {selection.data_axes_label} only")
    return "\n".join(wrap_text(line, TITLE_WIDTH) for line in lines if line)


def _describe_seeds(seeds: Sequence[int]) -> str:
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    is_range = list(seeds) == list(range(seeds[0], seeds[-1] + 1))
    limits = f" ({seeds[0]} to {seeds[-1]})" if is_range else ""
    spread = "band between the quartiles, thin lines smallest and largest"
    return f"median of {len(seeds)} seeds{limits}, {spread}"
