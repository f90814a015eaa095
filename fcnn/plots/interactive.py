"""The overlay as an interactive plot, with names on hover and menus of metric and scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.colors import to_hex, to_rgb

from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.escaping import plotly
from fcnn.params import hyperparameter_label
from fcnn.plots.line_styles import assign_line_styles
from fcnn.plots.typesetting import wrap_text

LEGEND_WIDTH = 80
"""Characters in a line of the legend."""
BAND_OPACITY = 0.10
HOVER_TEXT = "%{fullData.name}<br>epoch %{x}: %{y:.3g}<extra></extra>"
FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1a1a1a"}


def draw_interactive(cells: Sequence[CellCurves], selection: Selection) -> str:
    """Draw each cell as a line, the median over seeds, and a band from smallest to largest.

    Args:
        cells: the spread of each cell, in the order of `selection.cells`.
        selection: the runs that the cells are made of.

    Returns:
        HTML that contains the plot, its data and the library that draws it, and fetches nothing.
    """
    figure = go.Figure()
    names = [_format_lines(cell.label) for cell in cells]
    styles = assign_line_styles(selection.cells, list(selection.axes))
    for cell, name, style in zip(cells, names, styles, strict=True):
        _add_cell(figure, cell, name, style)
    values_of_metric = {
        metric.replace("val_", "validation "): _trace_values(cells, metric)
        for metric in selection.metrics
    }
    first_metric = next(iter(values_of_metric))
    for trace, values in zip(figure.data, values_of_metric[first_metric], strict=True):
        trace.y = values
    n_extra_lines = sum(name.count("<br>") for name in names)
    figure.update_layout(
        updatemenus=_menus(values_of_metric),
        xaxis={"title": "epoch", "gridcolor": "#ddd"},
        yaxis={
            "title": first_metric,
            "type": "log",
            "gridcolor": "#ddd",
            "exponentformat": "power",
        },
        legend=_legend(selection),
        margin={"l": 60, "r": 10, "t": 50, "b": 40},
        height=520 + 12 * len(cells) + 17 * n_extra_lines,
        plot_bgcolor="white",
        font=FONT,
    )
    options = {"displayModeBar": False, "responsive": True}
    return str(
        figure.to_html(full_html=False, include_plotlyjs=True, config=options, div_id="overlay")
    )


def _add_cell(figure: go.Figure, cell: CellCurves, name: str, style: dict[str, Any]) -> None:
    """Add the line of a cell, and its band if it has one, without their values."""
    epochs = cell.values.index.tolist()
    colour = to_hex(style["color"])
    figure.add_scatter(
        x=epochs,
        mode="lines",
        name=name,
        legendgroup=name,
        line={"color": colour, "dash": _dash_pattern(style["linestyle"]), "width": 2},
        hovertemplate=HOVER_TEXT,
    )
    if cell.has_band:
        figure.add_scatter(
            x=epochs + epochs[::-1],
            mode="lines",
            legendgroup=name,
            showlegend=False,
            line={"width": 0},
            fill="toself",
            fillcolor=_band_colour(colour),
            hoverinfo="skip",
        )


def _trace_values(cells: Sequence[CellCurves], metric: str) -> list[list[float]]:
    """Return the values of a metric for each trace: medians, and the outline of the band if any."""
    traces = []
    for cell in cells:
        values = cell.values[metric]
        traces.append(_round(values["median"]))
        if cell.has_band:
            traces.append(_round([*values["max"], *values["min"][::-1]]))
    return traces


def _menus(values_of_metric: dict[str, list[list[float]]]) -> list[dict[str, Any]]:
    metrics = [
        {"label": name, "method": "update", "args": [{"y": values}, {"yaxis.title.text": name}]}
        for name, values in values_of_metric.items()
    ]
    scales = [
        {"label": f"{kind} axis", "method": "relayout", "args": [{"yaxis.type": kind}]}
        for kind in ("log", "linear")
    ]
    place = {"y": 1.02, "yanchor": "bottom"}
    return [
        place | {"buttons": metrics, "x": 0, "xanchor": "left"},
        place | {"buttons": scales, "x": 1, "xanchor": "right"},
    ]


def _legend(selection: Selection) -> dict[str, Any]:
    title = _format_lines(", ".join(map(hyperparameter_label, selection.axes)))
    return {
        "title": {"text": title, "side": "top"},
        "orientation": "h",
        "y": -0.15,
        "yanchor": "top",
    }


def _format_lines(text: str) -> str:
    """Wrap a text for a legend, in Plotly's markup."""
    return "<br>".join(map(plotly, wrap_text(text, LEGEND_WIDTH).split("\n")))


def _dash_pattern(style: Any) -> str:
    """Translate a line style of matplotlib to Plotly's."""
    return "solid" if style == "solid" else ",".join(f"{2 * length}px" for length in style[1])


def _band_colour(colour: str) -> str:
    red, green, blue = (255 * value for value in to_rgb(colour))
    return f"rgba({red:.0f},{green:.0f},{blue:.0f},{BAND_OPACITY:.2f})"


def _round(values: Any) -> list[float]:
    """Round to four significant digits: more than a plot shows, and a fraction of the page."""
    return [float(f"{value:.4g}") for value in np.asarray(values, dtype=float)]
