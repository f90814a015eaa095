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
from fcnn.plots.bands import BAND_OPACITY, EXTREMES_OPACITY, find_band, find_largest
from fcnn.plots.line_styles import assign_line_styles
from fcnn.plots.typesetting import wrap_text

LEGEND_WIDTH = 80
"""Characters in a line of the legend."""
HOVER_TEXT = "%{fullData.name}<br>epoch %{x}: %{y:.3g}<extra></extra>"
FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1a1a1a"}


def draw_interactive(cells: Sequence[CellCurves], selection: Selection) -> str:
    """Draw each cell as a line, the median over seeds, in a band between the quartiles.

    The smallest and the largest value are thin lines.

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
    points_of_metric = {
        metric.replace("val_", "validation "): _trace_points(cells, metric)
        for metric in selection.metrics
    }
    first_metric = next(iter(points_of_metric))
    for trace, x, y in zip(figure.data, *points_of_metric[first_metric], strict=True):
        trace.update(x=x, y=y)
    n_extra_lines = sum(name.count("<br>") for name in names)
    figure.update_layout(
        updatemenus=_menus(points_of_metric),
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
    """Add the line of a cell, and its band and extremes if it has several seeds, without points."""
    colour = to_hex(style["color"])
    figure.add_scatter(
        mode="lines",
        name=name,
        legendgroup=name,
        line={"color": colour, "dash": _dash_pattern(style["linestyle"]), "width": 2},
        hovertemplate=HOVER_TEXT,
    )
    if not cell.has_band:
        return
    beside = {"mode": "lines", "legendgroup": name, "showlegend": False, "hoverinfo": "skip"}
    figure.add_scatter(
        line={"width": 0}, fill="toself", fillcolor=_fade(colour, BAND_OPACITY), **beside
    )
    figure.add_scatter(line={"color": _fade(colour, EXTREMES_OPACITY), "width": 0.8}, **beside)


def _trace_points(cells: Sequence[CellCurves], metric: str) -> tuple[list[Any], list[Any]]:
    """Return x and y of each trace: medians, the outline of the band, and both extremes."""
    x: list[Any] = []
    y: list[Any] = []
    largest = find_largest(cells, metric)
    for cell in cells:
        values = cell.values[metric]
        epochs = values.index.tolist()
        x.append(epochs)
        y.append(_round(values["median"]))
        if cell.has_band:
            band = find_band(values, largest)
            x.append([*band.index, *band.index[::-1]])
            y.append(_round([*band["upper"], *band["lower"][::-1]]))
            # A gap separates the two lines.
            x.append([*epochs, None, *epochs])
            y.append([*_round(values["min"]), None, *_round(values["max"])])
    return x, y


def _menus(points_of_metric: dict[str, tuple[list[Any], list[Any]]]) -> list[dict[str, Any]]:
    metrics = [
        {
            "label": name,
            "method": "update",
            "args": [{"x": x, "y": y}, {"yaxis.title.text": name}],
        }
        for name, (x, y) in points_of_metric.items()
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


def _fade(colour: str, opacity: float) -> str:
    red, green, blue = (255 * value for value in to_rgb(colour))
    return f"rgba({red:.0f},{green:.0f},{blue:.0f},{opacity:.2f})"


def _round(values: Any) -> list[float]:
    """Round to four significant digits: more than a plot shows, and a fraction of the page."""
    return [float(f"{value:.4g}") for value in np.asarray(values, dtype=float)]
