"""What all interactive plots share: the JavaScript library that draws them, and their looks."""

from functools import cache
from importlib.resources import files
from typing import Any

import plotly.graph_objects as go

from fcnn.escaping import plotly
from fcnn.plots.typesetting import wrap_text

FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1a1a1a"}
GRID_COLOUR = "#ddd"
HOVER_WIDTH = 60
"""Characters in a line of what is shown on hover."""
_LOG_TICK_SIZE = 15
"""Pixels; Plotly draws the digits between decades at three quarters of it."""
MIN_PANEL_WIDTH = 220
"""Pixels of each of several panels: where a window is narrower, the page scrolls them sideways."""


@cache
def plotly_script() -> str:
    """Return the source of Plotly's basic bundle, as `plotly_basic/README.md` describes it."""
    script = files("fcnn.plots") / "plotly_basic" / "plotly-basic.min.js"
    return script.read_text(encoding="utf-8")


def format_lines(text: str, width: int) -> str:
    """Wrap a text into lines of about `width` characters, in Plotly's markup."""
    return "<br>".join(map(plotly, wrap_text(text, width).split("\n")))


def value_axis(*, is_logarithmic: bool) -> dict[str, Any]:
    """Return Plotly's properties of a vertical axis of losses or accuracies."""
    scale = {"type": "log", "tickfont_size": _LOG_TICK_SIZE} if is_logarithmic else {}
    return {"gridcolor": GRID_COLOUR, "exponentformat": "power", **scale}


def to_html(figure: go.Figure, name: str) -> str:
    """Return HTML that contains a figure and its data.

    It fetches nothing, but expects the library that draws it, `plotly_script`, to be loaded.

    Args:
        figure: the figure.
        name: of the element that it is drawn into.
    """
    figure.update_layout(plot_bgcolor="white", font=FONT)
    options = {"displayModeBar": False, "responsive": True}
    html = figure.to_html(full_html=False, include_plotlyjs=False, config=options, div_id=name)
    n_columns = len({axis.domain for axis in figure.select_xaxes()})
    if n_columns < 2:
        return str(html)
    return f'<div style="min-width: {MIN_PANEL_WIDTH * n_columns}px">{html}</div>'
