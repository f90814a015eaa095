"""The history and the parallel coordinates of a search as interactive plots."""

import numpy as np
import plotly.graph_objects as go
from matplotlib.colors import to_hex

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import Selection
from fcnn.escaping import plotly
from fcnn.plots.colours import COLOURS
from fcnn.plots.coordinates import Coordinate, lay_out_trials
from fcnn.plots.figures.parallel import rank_colours
from fcnn.plots.plotly_library import GRID_COLOUR, TICK_SIZE, format_lines, to_html
from fcnn.plots.thinning import round_values

MAX_TRIALS = 300
"""More lines than these take seconds to draw."""
HOVER_WIDTH = 60


def draw_history(selection: Selection) -> str | None:
    """Draw the settled value of each trial of a search, and the best so far.

    Returns:
        HTML as `to_html` gives it; None without a search, or where data differ.
    """
    trials, axes = summarise_trials(selection)
    if not axes or trials["data"].nunique() != 1:
        return None
    measure = selection.measure
    numbers = list(range(1, len(trials) + 1))
    values = trials["score"].map(measure.value)
    figure = go.Figure()
    figure.add_scatter(
        name="trial",
        mode="markers",
        x=numbers,
        y=round_values(values),
        text=_describe_trials(lay_out_trials(trials, axes, selection)),
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
        title=f"settled {measure.noun}",
        gridcolor=GRID_COLOUR,
        type="log" if is_logarithmic else "linear",
        exponentformat="power",
        tickfont_size=TICK_SIZE if is_logarithmic else None,
    )
    figure.update_layout(height=340, margin={"l": 60, "r": 10, "t": 10, "b": 40})
    return to_html(figure, "history")


def draw_parallel(selection: Selection) -> str | None:
    """Draw a line for each trial of a search through its hyperparameters to its settled value.

    Returns:
        HTML as `to_html` gives it; None without a search of two hyperparameters, or of more than
        `MAX_TRIALS` trials.
    """
    trials, axes = summarise_trials(selection)
    if len(axes) < 2 or len(trials) > MAX_TRIALS:
        return None
    coordinates = lay_out_trials(trials, axes, selection)
    texts = _describe_trials(coordinates)
    heights = np.stack([coordinate.heights for coordinate in coordinates], 1)
    ranks = trials["score"].rank().to_numpy()
    colours = rank_colours(ranks)
    figure = go.Figure()
    for trial in np.argsort(-ranks):
        figure.add_scatter(
            mode="lines+markers",
            x=list(range(len(coordinates))),
            y=round_values(heights[trial]),
            meta=texts[trial],
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
    names = [format_lines(coordinate.name, 18) for coordinate in coordinates]
    ends = [-0.1, len(coordinates) - 0.4]
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=names, range=ends, zeroline=False
    )
    figure.update_yaxes(visible=False, range=[-0.1, 1.1])
    margin = {"l": 10, "r": 10, "t": 10, "b": 60}
    figure.update_layout(showlegend=False, hovermode="closest", height=400, margin=margin)
    return to_html(figure, "parallel")


def _describe_trials(coordinates: list[Coordinate]) -> list[str]:
    """Name all values of each trial, in Plotly's markup."""
    names = [coordinate.name for coordinate in coordinates]
    return [
        format_lines(", ".join(map(" ".join, zip(names, texts, strict=True))), HOVER_WIDTH)
        for texts in zip(*(coordinate.texts for coordinate in coordinates), strict=True)
    ]
