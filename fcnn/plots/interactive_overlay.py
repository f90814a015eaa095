"""The overlay as an interactive plot, with names on hover and menus of metric, cells and scale."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import plotly.graph_objects as go
from matplotlib.colors import to_hex, to_rgb
from plotly.subplots import make_subplots

from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.params import hyperparameter_label
from fcnn.plots.bands import BAND_OPACITY, EXTREMES_OPACITY, find_band, find_largest
from fcnn.plots.interactive_menus import TraceCells, make_menus
from fcnn.plots.panels import MAX_LINES, Arrangement, arrange_panels
from fcnn.plots.plotly_library import GRID_COLOUR, format_lines, value_axis
from fcnn.plots.thinning import round_values, thin_epochs

LEGEND_WIDTH = 80
"""Characters in a line of the legend."""
PANEL_TITLE_WIDTH = 40
HOVER_TEXT = "%{fullData.name}<br>epoch %{x}: %{y:.3g}<extra></extra>"
FULL_HOVER_TEXT = "%{meta}<br>epoch %{x}: %{y:.3g}<extra></extra>"
SYMBOLS = {"o": "circle", "s": "square", "^": "triangle-up", "D": "diamond", "v": "triangle-down"}
"""Plotly's names of matplotlib's markers."""


def plot_interactive_overlay(cells: Sequence[CellCurves], selection: Selection) -> go.Figure:
    """Draw each cell as a line, the median over seeds, in a band between the quartiles.

    The smallest and the largest value are thin lines. Panels are those of `arrange_panels`.

    Args:
        cells: the spread of each cell, in the order of `selection.cells`.
        selection: the runs that the cells are made of.
    """
    arrangement = arrange_panels(selection, [cell.label for cell in cells])
    figure = _make_panels(arrangement)
    n_panels, n_columns = len(arrangement.panels), arrangement.n_columns
    trace_cells: TraceCells = []
    for place, cell in enumerate(cells):
        n_traces = len(figure.data)
        _add_cell(figure, cell, place, arrangement)
        trace_cells += [[place]] * (len(figure.data) - n_traces)
    points_of_metric = {
        metric.replace("val_", "validation "): _trace_points(cells, metric)
        for metric in selection.metrics
    }
    first_metric = next(iter(points_of_metric))
    for trace, x, y in zip(figure.data, *points_of_metric[first_metric], strict=True):
        trace.update(x=x, y=y)
    if n_panels > 1:
        trace_cells += _add_legend(figure, arrangement)
    n_shown = len(arrangement.best)
    for trace, trace_places in zip(figure.data, trace_cells, strict=True):
        if not set(trace_places) & set(arrangement.best):
            trace.update(visible=False)
    names = dict.fromkeys(arrangement.names[place] for place in arrangement.best)
    n_lines = sum(1 + format_lines(name, LEGEND_WIDTH).count("<br>") for name in names)
    has_choice = len(cells) > MAX_LINES
    figure.update_layout(
        updatemenus=make_menus(points_of_metric, trace_cells, arrangement, selection),
        legend=_legend(arrangement),
        margin={"l": 60, "r": 10, "t": 110 if has_choice else 60, "b": 40},
        height=_height(n_panels, n_columns) + 12 * n_shown + 17 * (n_lines - len(names)),
    )
    _label_axes(figure, arrangement, first_metric)
    return figure


def _label_axes(figure: go.Figure, arrangement: Arrangement, metric: str) -> None:
    """Name the axes at the left and at the lower edge; losses are on logarithmic axes."""
    figure.update_xaxes(gridcolor=GRID_COLOUR)
    figure.update_yaxes(**value_axis(is_logarithmic=True))
    n_panels, n_columns = len(arrangement.panels), arrangement.n_columns
    for number in range(n_panels):
        row, column = divmod(number, n_columns)
        if number + n_columns >= n_panels:
            figure.update_xaxes(title="epoch", showticklabels=True, row=row + 1, col=column + 1)
        if column == 0:
            figure.update_yaxes(title=metric, row=row + 1, col=1)


def _height(n_panels: int, n_columns: int) -> int:
    """Return the height in pixels of panels, menus and the title of the legend."""
    return 520 if n_panels == 1 else 140 + 300 * ceil(n_panels / n_columns)


def _make_panels(arrangement: Arrangement) -> go.Figure:
    """Return a figure with empty panels."""
    n_panels, n_columns = len(arrangement.panels), arrangement.n_columns
    titles = [format_lines(panel.title, PANEL_TITLE_WIDTH) for panel in arrangement.panels]
    figure = make_subplots(
        rows=ceil(n_panels / n_columns),
        cols=n_columns,
        shared_xaxes="all",
        shared_yaxes="all",
        subplot_titles=titles if n_panels > 1 else None,
        horizontal_spacing=0.03,
        vertical_spacing=0.14 / ceil(n_panels / n_columns),
    )
    figure.update_annotations(font_size=13)
    return figure


def _add_cell(figure: go.Figure, cell: CellCurves, place: int, arrangement: Arrangement) -> None:
    """Add the line of a cell, and its band and extremes if it has several seeds, without points."""
    colour, line = _line_properties(arrangement.styles[place])
    name = format_lines(arrangement.names[place], LEGEND_WIDTH)
    number = arrangement.places[place]
    row, column = divmod(number, arrangement.n_columns)
    panel = {"row": row + 1, "col": column + 1}
    is_single = len(arrangement.panels) == 1
    figure.add_scatter(
        name=name,
        legendgroup=name,
        showlegend=is_single,
        meta=None if is_single else format_lines(cell.label, LEGEND_WIDTH),
        hovertemplate=HOVER_TEXT if is_single else FULL_HOVER_TEXT,
        **line,
        **panel,
    )
    if not cell.has_band:
        return
    beside = {"mode": "lines", "legendgroup": name, "showlegend": False, "hoverinfo": "skip"}
    figure.add_scatter(
        line={"width": 0}, fill="toself", fillcolor=_fade(colour, BAND_OPACITY), **beside, **panel
    )
    extremes = {"color": _fade(colour, EXTREMES_OPACITY), "width": 0.8}
    figure.add_scatter(line=extremes, **beside, **panel)


def _add_legend(figure: go.Figure, arrangement: Arrangement) -> TraceCells:
    """Add a trace without points for each name of the legend, and return the cells of each."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(arrangement.names):
        places.setdefault(name, []).append(place)
    for name, cells in places.items():
        _, line = _line_properties(arrangement.styles[cells[0]])
        label = format_lines(name, LEGEND_WIDTH)
        figure.add_scatter(x=[None], y=[None], name=label, legendgroup=label, **line)
    return list(places.values())


def _line_properties(style: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the colour of a line, and its properties in Plotly's words."""
    colour = to_hex(style["color"])
    line: dict[str, Any] = {
        "mode": "lines",
        "line": {"color": colour, "dash": _dash_pattern(style["linestyle"]), "width": 2},
    }
    if style["marker"]:
        marker = {"symbol": SYMBOLS[style["marker"]], "size": 7, "maxdisplayed": 10}
        line |= {"mode": "lines+markers", "marker": marker}
    return colour, line


def _trace_points(cells: Sequence[CellCurves], metric: str) -> tuple[list[Any], list[Any]]:
    """Return x and y of each trace: medians, the outline of the band, and both extremes."""
    x: list[Any] = []
    y: list[Any] = []
    largest = find_largest(cells, metric)
    for cell in cells:
        epochs = thin_epochs(cell.values.index.tolist())
        values = cell.values[metric].loc[epochs]
        x.append(epochs)
        y.append(round_values(values["median"]))
        if cell.has_band:
            band = find_band(values, largest)
            x.append([*band.index, *band.index[::-1]])
            y.append(round_values([*band["upper"], *band["lower"][::-1]]))
            # A gap separates the two lines.
            x.append([*epochs, None, *epochs])
            y.append([*round_values(values["min"]), None, *round_values(values["max"])])
    return x, y


def _legend(arrangement: Arrangement) -> dict[str, Any]:
    """Return the legend at the lower edge, for which Plotly makes room, whole on a phone, too."""
    title = format_lines(", ".join(map(hyperparameter_label, arrangement.line_axes)), LEGEND_WIDTH)
    return {
        "title": {"text": title, "side": "top"},
        "orientation": "h",
        "yref": "container",
        "y": 0,
        "yanchor": "bottom",
        "maxheight": 1,
    }


def _dash_pattern(style: Any) -> str:
    """Translate a line style of matplotlib to Plotly's."""
    return "solid" if style == "solid" else ",".join(f"{2 * length}px" for length in style[1])


def _fade(colour: str, opacity: float) -> str:
    red, green, blue = (255 * value for value in to_rgb(colour))
    return f"rgba({red:.0f},{green:.0f},{blue:.0f},{opacity:.2f})"
