"""Parallel coordinates of a search: a line for each trial through its hyperparameters."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.escaping import plotly
from fcnn.plots.coordinates import HEIGHT_LIMITS, describe_trials, lay_out_trials
from fcnn.plots.plotly_library import HOVER_WIDTH, format_lines
from fcnn.plots.report_data import ReportData
from fcnn.plots.thinning import round_values
from fcnn.plots.typesetting import wrap_text

ORDER = 8
CAPTION = (
    "Parallel coordinates of the search: a line for each trial through its hyperparameters to its "
    "settled {measure}; the darker, the better. Numbers that span decades are on "
    "logarithmic axes"
)
BACKGROUND = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1}
"""Behind labels, which stand on lines."""
NAME_WIDTH = 18
"""Characters in a line of the name of an axis."""
MAX_INTERACTIVE_TRIALS = 300
"""More lines than these take a browser seconds to draw."""


def draw(data: ReportData) -> Figure | None:
    """Draw the trials of a search of two or more hyperparameters; None without one."""
    trials, axes = summarise_trials(data.selection)
    return plot_parallel(trials, axes, data.selection) if len(axes) > 1 else None


def draw_interactive(data: ReportData) -> go.Figure | None:
    """Draw the same as an interactive plot; None also of more than `MAX_INTERACTIVE_TRIALS`."""
    trials, axes = summarise_trials(data.selection)
    if len(axes) < 2 or len(trials) > MAX_INTERACTIVE_TRIALS:
        return None
    return plot_interactive_parallel(trials, axes, data.selection)


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
    axes.add_collection(LineCollection(list(lines), colors=_rank_colours(ranks[order]), alpha=0.8))
    names = [wrap_text(coordinate.name, NAME_WIDTH) for coordinate in coordinates]
    axes.set_xticks(range(len(names)), names)
    axes.set(xlim=(-0.3, len(names) - 0.4), ylim=HEIGHT_LIMITS, yticks=[])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def plot_interactive_parallel(
    trials: pd.DataFrame, values_of_axis: dict[str, list[str]], selection: Selection
) -> go.Figure:
    """Plot the same in Plotly's way, with the values of each trial on hover.

    Args:
        trials: as `summarise_trials` returns them.
        values_of_axis: the hyperparameters with their values in order.
        selection: what the trials are from.
    """
    coordinates = lay_out_trials(trials, values_of_axis, selection)
    texts = describe_trials(coordinates)
    heights = np.stack([coordinate.heights for coordinate in coordinates], 1)
    ranks = trials["score"].rank().to_numpy()
    colours = _rank_colours(ranks)
    figure = go.Figure()
    for trial in np.argsort(-ranks):
        figure.add_scatter(
            mode="lines+markers",
            x=list(range(len(coordinates))),
            y=round_values(heights[trial]),
            meta=format_lines(texts[trial], HOVER_WIDTH),
            hovertemplate="%{meta}<extra></extra>",
            opacity=0.8,
            line={"color": to_hex(colours[trial]), "width": 1.5},
            marker={"size": 5},
        )
    for place, coordinate in enumerate(coordinates):
        figure.add_vline(place, line={"color": "black", "width": 1}, layer="below")
        for height, label in coordinate.ticks:
            figure.add_annotation(
                x=place,
                y=height,
                text=plotly(label),
                xanchor="left",
                xshift=4,
                showarrow=False,
                bgcolor="rgba(255,255,255,0.75)",
                font_size=12,
            )
    names = [format_lines(coordinate.name, NAME_WIDTH) for coordinate in coordinates]
    ends = [-0.1, len(coordinates) - 0.4]
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=names, range=ends, zeroline=False
    )
    figure.update_yaxes(visible=False, range=HEIGHT_LIMITS)
    margin = {"l": 60, "r": 10, "t": 10, "b": 60}  # else a wide first name is not shown
    figure.update_layout(showlegend=False, hovermode="closest", height=400, margin=margin)
    return figure


def _rank_colours(ranks: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return a colour `(r, g, b, alpha)` for each rank (n,); the best, 1, is the darkest."""
    return np.asarray(colormaps["viridis"](Normalize(1, 1.15 * len(ranks))(ranks)))
