"""The heat map: every cell's final validation loss as a number and a colour."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.cells import cell_len

from fcnn.analysis.ranking import quantile
from fcnn.params import hyperparameter_label
from fcnn.plots.figures import ReportData
from fcnn.plots.typesetting import told_apart, wrapped

ORDER = 10
CAPTION = (
    "Final validation loss of each cell: the median over seeds (a diverged one counts as infinite), below it the smallest and the largest; "
    "colours are on a logarithmic scale, of different data on one for each"
)
LABEL_WIDTH = 40
"""Characters in a line of a tick's label, which has three at most."""
SPAN = 2
"""Losses that lie within this factor are not to look far apart: the colours reach from the smallest to this times it, at least."""


def draw(material: ReportData) -> Figure | None:
    """Rows are the values of the first axis, columns those of all others together.

    In each cell stands the median over seeds, of which diverged ones count as infinite, under it the range of those that finished,
    and how many diverged where some did. The trials of a search have hardly a value in common and
    are no map: they are left out.
    """
    selection = material.selection.grid
    if selection.runs.empty:
        return None
    spread = selection.runs.groupby("cell")["final_val_loss"].agg(["min", "max"])
    cells = selection.cells.join(spread, on="cell").join(
        quantile(selection.shown, 0.5).rename("median"), on="cell"
    )
    first, others = list(selection.axes)[:1], list(selection.axes)[1:]
    rows, columns = (
        list(dict.fromkeys(_words(cells.sort_values(keys), keys))) for keys in (first, others)
    )
    y, x = (
        [rows.index(words) for words in _words(cells, first)],
        [columns.index(words) for words in _words(cells, others)],
    )
    x_labels, y_labels = (
        [wrapped(text, LABEL_WIDTH) for text in told_apart(texts, 3 * LABEL_WIDTH)]
        for texts in (columns, rows)
    )
    wide = max(map(cell_len, columns)) > 15  # characters that a cell is wide
    # What the labels need beside the cells: about 0.09 inches a character, 0.17 a line.
    left = 0.09 * _longest(y_labels)
    below = (0.05 * _longest(x_labels) if wide else 0.0) + 0.17 * _lines(x_labels)
    width = max(4.5, 1.4 + left + 1.3 * len(columns))
    row_height = max(0.62, 0.17 * _lines(y_labels))
    figure = Figure(figsize=(width, 1.7 + below + row_height * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    images = {}
    for data in selection.data:
        alike = np.full((len(rows), len(columns)), np.nan)
        chosen = (cells["data"] == data).to_numpy()
        alike[np.array(y)[chosen], np.array(x)[chosen]] = cells["median"][chosen]
        images[data] = axes.imshow(alike, cmap="viridis", norm=_norm(alike), aspect="auto")
    for row, column, (_, cell) in zip(y, x, cells.iterrows(), strict=True):
        image = images[cell["data"]]
        red, green, blue, _ = (
            image.cmap(image.norm(cell["median"])) if np.isfinite(cell["median"]) else (1, 1, 1, 1)
        )
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        axes.text(
            column,
            row,
            _text(cell),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
        )
    axes.set_xticks(
        range(len(columns)),
        x_labels,
        rotation=30 if wide else 0,
        ha="right" if wide else "center",
        rotation_mode="anchor" if wide else "default",
        va="top" if not wide else "center",
    )
    axes.set_yticks(range(len(rows)), y_labels if first else ["all runs"])
    axes.set(
        xlabel=", ".join(map(hyperparameter_label, others)),
        ylabel=", ".join(map(hyperparameter_label, first)),
    )
    title = f"{material.name}: final validation loss"
    if len(selection.shown) < len(material.selection.shown):
        title += " of the grid's runs, without the search's"
    if len(selection.data) > 1:
        title += f"\ncompare numbers and colours of the same {selection.data_axes_in_words} only"
    title = "\n".join(wrapped(line, int(11 * width)) for line in title.split("\n"))
    figure.suptitle(title, x=0.01, ha="left", fontsize=10)
    axes.tick_params(length=0)
    return figure


def _norm(values: NDArray[np.float64]) -> LogNorm | None:
    """The logarithmic scale of the colours of these losses."""
    positive = values[(values > 0) & np.isfinite(values)]
    if not len(positive):
        return None
    return LogNorm(positive.min(), max(positive.max(), positive.min() * SPAN))


def _longest(labels: list[str]) -> int:
    """Characters in the longest line."""
    return max(cell_len(line) for label in labels for line in label.split("\n"))


def _lines(labels: list[str]) -> int:
    return max(label.count("\n") for label in labels) + 1


def _words(cells: pd.DataFrame, axes: list[str]) -> list[str]:
    return [", ".join(map(str, values)) for values in cells[axes].to_numpy()]


def _text(cell: "pd.Series[Any]") -> str:
    lines = []
    if cell["n_seeds"]:
        lines.append(f"{cell['median']:.3g}".replace("inf", "∞"))
    if cell["n_seeds"] > 1:
        lines.append(f"{cell['min']:.3g} to {cell['max']:.3g}")
    if cell["n_diverged"]:
        lines.append(f"{cell['n_diverged']} diverged")
    return "\n".join(lines)
