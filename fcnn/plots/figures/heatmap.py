"""The heat map: the settled validation loss of every cell as a number and a colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray
from rich.cells import cell_len

from fcnn.analysis.heatmap import HeatMap, arrange_heatmap
from fcnn.analysis.numbers import format_numbers
from fcnn.analysis.selection import Selection
from fcnn.params import hyperparameter_label
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import distinguish_labels, wrap_text

ORDER = 30
CAPTION = (
    "Settled {measure} of each cell, as in the ranking, where diverged seeds count, too; below it "
    "the smallest and the largest of the other seeds; each set of data has a scale of colours of "
    "its own, which is logarithmic for losses"
)
LABEL_WIDTH = 40
"""Characters in a line of a tick label."""
LABEL_LINES = 3
"""Lines of a tick label, at most."""
CELL_WIDTH = 15
"""Characters that fit a cell; longer column labels are slanted."""
INCHES_PER_CHARACTER, INCHES_PER_LINE = 0.09, 0.17
MIN_COLOUR_RATIO = 2
"""The colours span at least this ratio, so that similar losses have similar colours."""


def draw(data: ReportData) -> Figure | None:
    """Draw the heat map; None if no run of a grid has finished."""
    heatmap = arrange_heatmap(data.selection)
    return plot_heatmap(heatmap, data.selection, data.name) if heatmap else None


def plot_heatmap(heatmap: HeatMap, selection: Selection, name: str) -> Figure:
    """Plot the cells with their settled value, its range, and how many seeds diverged.

    Args:
        heatmap: the cells in rows and columns.
        selection: all runs shown, also those that the map leaves out.
        name: the study's name.
    """
    layout = _Layout(heatmap)
    figure = Figure(figsize=(layout.width, layout.height), layout="constrained")
    axes = figure.add_subplot()
    images = {}
    for data_label in selection.grid.data_labels:
        values = heatmap.values(data_label)
        scale = _colour_scale(values) if selection.measure.is_logarithmic else None
        images[data_label] = axes.imshow(values, cmap="viridis", norm=scale, aspect="auto")
    labels = _format_cells(heatmap.cells)
    for label, (_, cell) in zip(labels, heatmap.cells.iterrows(), strict=True):
        _write_cell(axes, cell, label, images[cell["data"]])
    layout.label_ticks(axes)
    axes.set(
        xlabel=", ".join(map(hyperparameter_label, heatmap.column_axes)),
        ylabel=", ".join(map(hyperparameter_label, heatmap.row_axes)),
    )
    axes.tick_params(length=0)
    title = _wrap_lines(_title(selection, name), int(11 * layout.width))
    figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    return figure


@dataclass(frozen=True)
class _Layout:
    """The size of the figure, and the labels of its rows and columns."""

    heatmap: HeatMap

    @cached_property
    def column_labels(self) -> list[str]:
        return _shorten_labels(self.heatmap.column_labels)

    @cached_property
    def row_labels(self) -> list[str]:
        return _shorten_labels(self.heatmap.row_labels)

    @property
    def is_slanted(self) -> bool:
        return max(map(cell_len, self.heatmap.column_labels)) > CELL_WIDTH

    @property
    def width(self) -> float:
        """Inches, with what the labels of rows need beside the cells."""
        label_width = INCHES_PER_CHARACTER * _count_characters(self.row_labels)
        return max(4.5, 1.4 + label_width + 1.3 * len(self.column_labels))

    @property
    def height(self) -> float:
        """Inches, with what the labels of columns need below the cells."""
        slanted = 0.05 * _count_characters(self.column_labels) if self.is_slanted else 0.0
        below = slanted + INCHES_PER_LINE * _count_lines(self.column_labels)
        row_height = max(0.62, INCHES_PER_LINE * _count_lines(self.row_labels))
        return 1.7 + below + row_height * len(self.row_labels)

    def label_ticks(self, axes: Axes) -> None:
        axes.set_xticks(
            range(len(self.column_labels)),
            self.column_labels,
            rotation=30 if self.is_slanted else 0,
            ha="right" if self.is_slanted else "center",
            rotation_mode="anchor" if self.is_slanted else "default",
            va="center" if self.is_slanted else "top",
        )
        row_labels = self.row_labels if self.heatmap.row_axes else ["all runs"]
        axes.set_yticks(range(len(self.row_labels)), row_labels)


def _shorten_labels(labels: Sequence[str]) -> list[str]:
    short_labels = distinguish_labels(labels, LABEL_LINES * LABEL_WIDTH)
    return [wrap_text(label, LABEL_WIDTH) for label in short_labels]


def _colour_scale(losses: NDArray[np.float64]) -> LogNorm | None:
    """Return the logarithmic scale of the colours of these losses."""
    positive = losses[(losses > 0) & np.isfinite(losses)]
    if not len(positive):
        return None
    return LogNorm(positive.min(), max(positive.max(), positive.min() * MIN_COLOUR_RATIO))


def _write_cell(axes: Axes, cell: "pd.Series[Any]", label: str, image: AxesImage) -> None:
    """Write a cell's losses in black or white, whichever stands out from its colour."""
    is_dark = False
    if np.isfinite(cell["value"]):
        red, green, blue, _ = image.cmap(image.norm(cell["value"]))
        is_dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
    axes.text(
        cell["column"],
        cell["row"],
        label,
        ha="center",
        va="center",
        fontsize=8,
        color="white" if is_dark else "black",
    )


def _format_cells(cells: pd.DataFrame) -> list[str]:
    """Write the value of each cell, its range, and how many seeds diverged; one notation in all."""
    columns = [cells[name] for name in ("value", "min", "max")]
    texts = iter(format_numbers(pd.concat(columns)))
    values, smallest, largest = ([next(texts) for _ in column] for column in columns)
    labels = []
    for number, (_, cell) in enumerate(cells.iterrows()):
        lines = []
        if cell["n_seeds"]:
            lines.append(values[number])
        if cell["n_seeds"] > 1:
            lines.append(f"{smallest[number]} to {largest[number]}")
        if cell["n_diverged"]:
            lines.append(f"{cell['n_diverged']} diverged")
        labels.append("\n".join(lines))
    return labels


def _title(selection: Selection, name: str) -> list[str]:
    lines = [f"{name}: settled {selection.measure.noun}"]
    if len(selection.grid.shown) < len(selection.shown):
        lines[0] += " of the grid's runs, without the search's"
    if len(selection.grid.data_labels) > 1:
        axes = selection.data_axes_label
        lines.append(f"compare numbers and colours of the same {axes} only")
    return lines


def _wrap_lines(lines: Sequence[str], width: int) -> str:
    """Wrap each of these lines and join them."""
    return "\n".join(wrap_text(line, width) for line in lines)


def _count_characters(labels: Sequence[str]) -> int:
    """Count the characters in the longest line of all labels."""
    return max(cell_len(line) for label in labels for line in label.split("\n"))


def _count_lines(labels: Sequence[str]) -> int:
    return max(label.count("\n") for label in labels) + 1
