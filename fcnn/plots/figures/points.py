"""The data sets of a study as scatter plots."""

from collections.abc import Mapping
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcnn.analysis.run import find_winners, load_data_sets
from fcnn.data import Data, class_numbers
from fcnn.plots.colours import CLASS_COLOURS, VALUES
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import distinguish_labels, label_inputs, wrap_text
from fcnn.targets import Task

ORDER = 70
CAPTION = "The data sets"
MAX_COLUMNS = 2
"""Panels in a row."""


def draw(data: ReportData) -> Figure | None:
    """Draw every data set of two inputs, as the best network on it saw it; None if none has."""
    selection = data.selection
    winners = find_winners(selection)
    run = data.run
    data_sets = load_data_sets(winners, selection.axes, run.load_arrays, run.load_schema)
    return plot_points(data_sets) if data_sets else None


def plot_points(data_sets: Mapping[str, Data]) -> Figure:
    """Plot a panel for each data set of two inputs.

    Colours show the value (the higher, the colder) or the class.

    Args:
        data_sets: by label.
    """
    n_columns = min(MAX_COLUMNS, len(data_sets))
    n_rows = ceil(len(data_sets) / n_columns)
    figure = Figure(figsize=(4.8 * n_columns + 0.8, 4.0 * n_rows), layout="constrained")
    for number, (label, data) in enumerate(data_sets.items(), start=1):
        title = wrap_text(f"{label}, {len(data.x)} points", 34)
        xlabel, ylabel = label_inputs(data)
        axes = figure.add_subplot(
            n_rows, n_columns, number, title=title, xlabel=xlabel, ylabel=ylabel, aspect="equal"
        )
        axes.title.set_fontsize(9)
        if data.task is Task.REGRESSION:
            points = axes.scatter(data.x[:, 0], data.x[:, 1], c=data.y[:, 0], cmap=VALUES, s=6)
            figure.colorbar(points, ax=axes, label="y", shrink=0.8)
        else:
            _draw_classes(axes, data)
    return figure


def _draw_classes(axes: Axes, data: Data) -> None:
    labels = [wrap_text(label, 20) for label in distinguish_labels(data.classes, 60)]
    for number in range(len(data.classes)):
        points = data.x[class_numbers(data.y, data.task) == number]
        colour = CLASS_COLOURS[number % len(CLASS_COLOURS)]
        axes.scatter(points[:, 0], points[:, 1], color=colour, s=6)
    # By default matplotlib leaves out labels that begin with an underscore.
    axes.legend(
        handles=list(axes.collections),
        labels=labels,
        title="class",
        fontsize=8,
        markerscale=2,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        frameon=False,
    )
