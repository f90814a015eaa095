"""The history of a search: the settled loss of each trial, and the best so far."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.plots.colours import COLOURS
from fcnn.plots.coordinates import describe_trials, lay_out_trials
from fcnn.plots.loss_axis import scale_losses
from fcnn.plots.plotly_library import GRID_COLOUR, HOVER_WIDTH, format_lines, value_axis
from fcnn.plots.report_data import ReportData
from fcnn.plots.thinning import round_values

ORDER = 6
CAPTION = (
    "History of the search: each trial in the order in which trials began, the mean over its "
    "seeds; the line is the best so far"
)


def draw(data: ReportData) -> Figure | None:
    """Draw the history of a search; None without a search, or where data differ."""
    trials, axes = summarise_trials(data.selection)
    return plot_history(trials, data.selection) if axes and _are_comparable(trials) else None


def draw_interactive(data: ReportData) -> go.Figure | None:
    """Draw the same as an interactive plot, with the values of each trial on hover."""
    trials, axes = summarise_trials(data.selection)
    if not axes or not _are_comparable(trials):
        return None
    return plot_interactive_history(trials, axes, data.selection)


def _are_comparable(trials: pd.DataFrame) -> bool:
    return bool(trials["data"].nunique() == 1)


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


def plot_interactive_history(
    trials: pd.DataFrame, values_of_axis: dict[str, list[str]], selection: Selection
) -> go.Figure:
    """Plot the same in Plotly's way.

    Args:
        trials: as `summarise_trials` returns them, in the order in which they began.
        values_of_axis: the hyperparameters with their values in order.
        selection: what the trials are from.
    """
    measure = selection.measure
    numbers = list(range(1, len(trials) + 1))
    values = trials["score"].map(measure.value)
    texts = describe_trials(lay_out_trials(trials, values_of_axis, selection))
    figure = go.Figure()
    figure.add_scatter(
        name="trial",
        mode="markers",
        x=numbers,
        y=round_values(values),
        text=[format_lines(text, HOVER_WIDTH) for text in texts],
        hovertemplate="trial %{x}<br>%{text}<extra></extra>",
        marker={"color": COLOURS[0], "size": 7, "opacity": 0.7},
    )
    figure.add_scatter(
        name="best so far",
        mode="lines",
        x=numbers,
        y=round_values(trials["score"].cummin().map(measure.value)),
        hoverinfo="skip",
        line={"color": COLOURS[1], "width": 2, "shape": "hv"},
    )
    is_logarithmic = measure.is_logarithmic and values.min() > 0
    figure.update_xaxes(title="trial", gridcolor=GRID_COLOUR)
    figure.update_yaxes(
        title=f"settled {measure.noun}", **value_axis(is_logarithmic=is_logarithmic)
    )
    figure.update_layout(height=340, margin={"l": 60, "r": 10, "t": 10, "b": 40})
    return figure
