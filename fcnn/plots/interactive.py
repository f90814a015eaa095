"""The overlay as an interactive plot: hover names a cell, a click on the legend hides it, menus choose metric and scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib.colors import to_hex, to_rgb

from fcnn.analysis.selection import Selection
from fcnn.escaping import plotly
from fcnn.params import hyperparameter_label
from fcnn.plots.figures.overlay import spread
from fcnn.plots.typesetting import wrapped


def interactive(selection: Selection, curves: pd.DataFrame) -> str:
    """A piece of HTML that holds the plot, its data and the library that draws it; nothing is fetched.

    Each cell is a line, the median over seeds, and a band from the smallest to the largest; `curves` as `Reader.curves` gives.
    """
    figure = go.Figure()
    values: dict[str, list[list[float]]] = {metric: [] for metric in selection.metrics}
    cells = spread(selection, curves, selection.metrics)
    names = [_lines(name) for name, *_ in cells]
    for name, (_, look, has_band, mine) in zip(names, cells, strict=True):
        colour, epochs = to_hex(look["color"]), mine.index.tolist()
        for metric, lines in values.items():
            lines.append(_rounded(mine[metric]["median"]))
            if has_band:
                lines.append(_rounded([*mine[metric]["max"], *mine[metric]["min"][::-1]]))
        hover = "%{fullData.name}<br>epoch %{x}: %{y:.3g}<extra></extra>"
        line = {"color": colour, "dash": _dash(look["linestyle"]), "width": 2}
        figure.add_scatter(
            x=epochs, mode="lines", name=name, legendgroup=name, line=line, hovertemplate=hover
        )
        if has_band:
            shade = "rgba({:.0f},{:.0f},{:.0f},0.10)".format(
                *(255 * part for part in to_rgb(colour))
            )
            band = {
                "fill": "toself",
                "fillcolor": shade,
                "line": {"width": 0},
                "hoverinfo": "skip",
                "mode": "lines",
            }
            figure.add_scatter(x=epochs + epochs[::-1], legendgroup=name, showlegend=False, **band)
    words = {metric.replace("val_", "validation "): numbers for metric, numbers in values.items()}
    first = next(iter(words))
    for trace, numbers in zip(figure.data, words[first], strict=True):
        trace.y = numbers
    title = _lines(", ".join(map(hyperparameter_label, selection.axes)))
    metrics = [
        {"label": word, "method": "update", "args": [{"y": numbers}, {"yaxis.title.text": word}]}
        for word, numbers in words.items()
    ]
    scales = [
        {"label": f"{kind} axis", "method": "relayout", "args": [{"yaxis.type": kind}]}
        for kind in ("log", "linear")
    ]
    menu = {"y": 1.02, "yanchor": "bottom"}
    figure.update_layout(
        updatemenus=[
            menu | {"buttons": metrics, "x": 0, "xanchor": "left"},
            menu | {"buttons": scales, "x": 1, "xanchor": "right"},
        ],
        xaxis={"title": "epoch", "gridcolor": "#ddd"},
        yaxis={"title": first, "type": "log", "gridcolor": "#ddd", "exponentformat": "power"},
        legend={
            "title": {"text": title, "side": "top"},
            "orientation": "h",
            "y": -0.15,
            "yanchor": "top",
        },
        margin={"l": 60, "r": 10, "t": 50, "b": 40},
        height=520 + 12 * len(cells) + 17 * sum(name.count("<br>") for name in names),
        plot_bgcolor="white",
        font={"family": "system-ui, sans-serif", "size": 13, "color": "#1a1a1a"},
    )
    options = {"displayModeBar": False, "responsive": True}
    return str(
        figure.to_html(full_html=False, include_plotlyjs=True, config=options, div_id="overlay")
    )


def _lines(text: str) -> str:
    """A text in Plotly's own markup, in lines that fit a legend."""
    return "<br>".join(map(plotly, wrapped(text, 80).split("\n")))


def _dash(style: Any) -> str:
    """A matplotlib line style in plotly's words."""
    return "solid" if style == "solid" else ",".join(f"{2 * part}px" for part in style[1])


def _rounded(numbers: "pd.Series[float] | Sequence[float]") -> list[float]:
    """Four significant digits are more than a plot shows, and a fraction of the page."""
    return [float(f"{number:.4g}") for number in np.asarray(numbers, dtype=float)]
