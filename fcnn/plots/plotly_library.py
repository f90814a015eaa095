"""The JavaScript library that draws the interactive plot, which a page carries with it."""

from functools import cache
from importlib.resources import files


@cache
def plotly_script() -> str:
    """Return the source of Plotly's basic bundle, as `plotly_basic/README.md` describes it."""
    script = files("fcnn.plots") / "plotly_basic" / "plotly-basic.min.js"
    return script.read_text(encoding="utf-8")
