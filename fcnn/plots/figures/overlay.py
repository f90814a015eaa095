"""The overlay: every cell's loss against the epoch in one plot."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.errors import ConfigError
from fcnn.params import hyperparameter_label
from fcnn.plots.bands import BAND_OPACITY, EXTREMES_OPACITY, find_band, find_largest
from fcnn.plots.interactive_overlay import plot_interactive_overlay
from fcnn.plots.panels import Arrangement, Panel, arrange_panels
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import MAX_TEXT_LENGTH, LogFormatter, distinguish_labels, wrap_text

ORDER = 20
FORMATS = ("png", "svg")
"""The overlay is what people put into documents, where it has to scale."""
CAPTION = (
    "Loss against epoch, a line for each cell: the median over seeds, in a band from the lower to "
    "the upper quartile; thin lines are the smallest and the largest value. A seed that diverged "
    "counts as infinite from then on. From three axes on there is a panel for each value of the "
    "third"
)
LEGEND_WIDTH = 50
"""Characters in a line of the legend."""
WIDTH = 10.7
"""Inches, at which the page shows the figure in its own size."""
TITLE_WIDTH = 115
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


def draw_interactive(data: ReportData) -> go.Figure:
    """Draw the same as an interactive plot, with menus of metric, cells and scale."""
    return plot_interactive_overlay(data.cells, data.selection)


def plot_overlay(
    cells: Sequence[CellCurves], selection: Selection, name: str, metric: str = "loss"
) -> Figure:
    """Plot the spread over seeds of one metric, for each cell.

    Panels are those of `arrange_panels`; where no panels fit all cells, the best are shown.

    Args:
        cells: the spread of each cell, in the order of `selection.cells`.
        selection: the runs that the cells are made of.
        name: the study's name.
        metric: what to plot; losses are on a logarithmic axis.
    """
    labels = distinguish_labels([cell.label for cell in cells], MAX_TEXT_LENGTH)
    arrangement = arrange_panels(selection, labels)
    panels = arrangement.panels
    title = _title(selection, name)
    if not arrangement.fits:
        panels = [Panel("", arrangement.best)]
        title += f"\nthe {len(arrangement.best)} best of {len(cells)} cells"
    n_columns = arrangement.n_columns
    n_rows = ceil(len(panels) / n_columns)
    names = [arrangement.names[place] for panel in panels for place in panel.cells]
    wrapped = [wrap_text(text, LEGEND_WIDTH) for text in dict.fromkeys(names)]
    legend_height = sum(0.24 + 0.17 * text.count("\n") for text in wrapped)
    height = max(5.5 if n_rows == 1 else 3.3 * n_rows, legend_height + 1.5)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        _draw_lines(axes, panel.cells, cells, arrangement, metric)
        axes.set_title(wrap_text(panel.title, TITLE_WIDTH // n_columns - 8), fontsize=9)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    _scale_axes(grid, len(panels), metric, max((_count_epochs(cell) for cell in cells), default=0))
    if len(panels) == 1:
        grid[0, 0].set_title(title, loc="left", fontsize=10)
    else:
        figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    _add_legend(grid, arrangement)
    return figure


def _count_epochs(cell: CellCurves) -> int:
    return int(cell.values.index.max()) if len(cell.values) else 0


def _scale_axes(grid: Any, n_panels: int, metric: str, n_epochs: int) -> None:
    """Label the outer axes of panels that share their scales."""
    first = grid[0, 0]
    first.set_xlim(1, max(2, n_epochs))
    # As matplotlib chooses ticks, so that they have room in a smaller figure, too.
    first.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    if metric.endswith(("loss", "score")):
        first.set_yscale("log")
        first.yaxis.set_major_formatter(LogFormatter())
        first.yaxis.set_minor_formatter(LogFormatter())
    for number, axes in enumerate(list(grid.flat)[:n_panels]):
        axes.grid(which="major", alpha=0.3)
        axes.yaxis.grid(which="minor", alpha=0.12)
        if number % grid.shape[1] == 0:
            axes.set_ylabel(metric.replace("val_", "validation "))
        if number + grid.shape[1] >= n_panels:
            axes.set_xlabel("epoch")
            axes.xaxis.set_tick_params(labelbottom=True)


def _add_legend(grid: Any, arrangement: Arrangement) -> None:
    """Name each line once, beside the panels."""
    lines = {line.get_label(): line for axes in grid.flat for line in axes.get_lines()}
    is_single = grid.size == 1
    # By default matplotlib leaves out labels that begin with an underscore.
    legend = grid[0, -1].legend if is_single else grid[0, 0].figure.legend
    place = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5)}
    legend(
        handles=list(lines.values()),
        labels=[wrap_text(label, LEGEND_WIDTH) for label in lines],
        frameon=False,
        fontsize=9,
        handlelength=3.5,
        title=wrap_text(", ".join(map(hyperparameter_label, arrangement.line_axes)), LEGEND_WIDTH),
        **(place if is_single else {"loc": "outside right center"}),
    )


def _draw_lines(
    axes: Axes,
    places: Sequence[int],
    cells: Sequence[CellCurves],
    arrangement: Arrangement,
    metric: str,
) -> None:
    """Draw the lines of a panel, with their bands."""
    largest = find_largest(cells, metric)
    for place in places:
        cell, style = cells[place], arrangement.styles[place]
        epochs, values = cell.values.index, cell.values[metric]
        name = arrangement.names[place]
        axes.plot(epochs, values["median"], label=name, linewidth=1.8, **style)
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
