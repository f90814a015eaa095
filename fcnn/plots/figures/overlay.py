"""The overlay: every cell's loss against the epoch in one plot."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fcnn.analysis.selection import Selection
from fcnn.params import hyperparameter_label
from fcnn.plots.colours import COLOURS, MARKERS, STYLES
from fcnn.plots.figures import ReportData
from fcnn.plots.typesetting import LONGEST, LogFormatter, told_apart, wrapped

ORDER = 20
ENDINGS = ("png", "svg")
"""The overlay is what people put into documents, where it has to scale."""
LEGEND_WIDTH = 50
"""Characters of a line in the legend."""
CAPTION = "Loss against epoch, a line for each cell: the median over seeds, with a band from the smallest to the largest"


def draw(material: ReportData) -> Figure:
    """One line a cell: the median over seeds of the loss, with a band from the smallest to the largest seed."""
    selection, curves = material.selection, material.curves
    lines = spread(selection, curves, ["loss"])
    names = [
        wrapped(name, LEGEND_WIDTH) for name in told_apart([name for name, *_ in lines], LONGEST)
    ]
    height = 0.24 * len(lines) + 0.17 * sum(name.count("\n") for name in names) + 1.5
    figure = Figure(figsize=(11, max(5.5, height)), layout="constrained")
    axes = figure.add_subplot()
    for name, look, has_band, values in lines:
        axes.plot(values.index, values["loss"]["median"], label=name, linewidth=1.8, **look)
        if has_band:
            axes.fill_between(
                values.index,
                values["loss"]["min"],
                values["loss"]["max"],
                color=look["color"],
                alpha=0.10,
                linewidth=0,
            )
    axes.set(yscale="log", xlabel="epoch", ylabel="loss", xlim=(1, max(2, curves["epoch"].max())))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter())
    axes.grid(which="major", alpha=0.3)
    axes.yaxis.grid(which="minor", alpha=0.12)
    axes.set_title(_title(selection, material.name), loc="left", fontsize=10)
    # Left to itself, matplotlib leaves out names that begin with an underscore.
    axes.legend(
        handles=axes.get_lines(),
        labels=names,
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        frameon=False,
        fontsize=9,
        handlelength=3.5,
        title=wrapped(", ".join(map(hyperparameter_label, selection.axes)), LEGEND_WIDTH),
    )
    return figure


def spread(
    selection: Selection, curves: pd.DataFrame, metrics: list[str]
) -> list[tuple[str, dict[str, Any], bool, pd.DataFrame]]:
    """The line of each cell: name, look, whether it has a band, and the values over its seeds.

    Values are indexed by epoch and have columns (metric, `median` | `min` | `max`); none where all seeds diverged.
    """
    cells = selection.cells
    of_run = curves["run_id"].map(selection.runs.set_index("run_id")["cell"])
    values = curves[metrics].groupby([of_run, curves["epoch"]]).agg(["median", "min", "max"])
    return [
        (
            _legend(selection, cell),
            look,
            cell["n_seeds"] > 1,
            values.loc[values.index.get_level_values(0) == cell["cell"]].droplevel(0),
        )
        for (_, cell), look in zip(
            cells.iterrows(), line_styles(cells, list(selection.axes)), strict=True
        )
    ]


def line_styles(cells: pd.DataFrame, keys: list[str]) -> list[dict[str, Any]]:
    """How each cell is drawn: colour from the first axis, line style from the second, marker from all others together.

    Where there is but one axis the style follows the colour, so that nobody needs to see colours to tell the lines apart.
    """
    codes = [cells[key].cat.codes.to_numpy() for key in keys] or [np.zeros(len(cells), dtype=int)]
    colour, style = codes[0], codes[min(1, len(codes) - 1)]
    other = (
        cells.groupby(keys[2:], sort=False, observed=True).ngroup().to_numpy()
        if keys[2:]
        else np.zeros(len(cells), dtype=int)
    )
    # With more values than there are styles, a marker tells the second round from the first.
    marker = other * (style.max(initial=0) // len(STYLES) + 1) + style // len(STYLES)
    palette = (
        COLOURS
        if colour.max(initial=0) < len(COLOURS)
        else colormaps["viridis"](np.linspace(0, 0.95, colour.max() + 1))
    )
    return [
        {
            "color": palette[colour[row]],
            "linestyle": STYLES[style[row] % len(STYLES)],
            "marker": MARKERS[marker[row] % len(MARKERS)],
            "markevery": 0.1,
            "markersize": 5,
        }
        for row in range(len(cells))
    ]


def _legend(selection: Selection, cell: "pd.Series[Any]") -> str:
    """What differs, and how many seeds finished where some did not: a median over survivors is not one over all."""
    text = cell["label"] or "all runs"
    if cell["n_seeds"] < len(selection.seeds):
        text += f" ({cell['n_seeds']} of {len(selection.seeds)} seeds"
        text += f", {cell['n_diverged']} diverged)" if cell["n_diverged"] else ")"
    return text


def _title(selection: Selection, name: str) -> str:
    seeds = selection.seeds
    which = f" ({seeds[0]} to {seeds[-1]})" if seeds == [*range(seeds[0], seeds[-1] + 1)] else ""
    text = (
        f"seed {seeds[0]}"
        if len(seeds) == 1
        else f"median of {len(seeds)} seeds{which}, band from smallest to largest"
    )
    finished = len(selection.runs)
    if finished < selection.planned:
        text += f" · {finished} of {selection.planned} runs"
    if selection.diverged:
        text += f" · {selection.diverged} diverged"
    lines = [name, selection.shared, text]
    if len(selection.data) > 1:
        lines.append(f"compare lines of the same {selection.data_axes_in_words} only")
    return "\n".join(wrapped(line, 120) for line in lines if line)
