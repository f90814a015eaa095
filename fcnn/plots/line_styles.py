"""How the lines of cells differ: in colour, line style and marker."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps

from fcnn.plots.colours import COLOURS, MARKERS, STYLES


def assign_line_styles(
    cells: pd.DataFrame, groups: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    """Return matplotlib's line properties for each cell.

    The first group sets the colour, the second the line style, all others the marker. With a
    single group the line style follows the colour, so that lines differ by more than colour.

    Args:
        cells: `Selection.cells`.
        groups: its categorical columns, in groups that vary together.
    """
    codes = [_number_values(cells, group) for group in groups]
    codes = codes or [np.zeros(len(cells), dtype=int)]
    colour_codes, style_codes = codes[0], codes[min(1, len(codes) - 1)]
    # With more values than line styles, a marker tells the second round from the first.
    n_rounds = style_codes.max(initial=0) // len(STYLES) + 1
    marker_codes = _number_values(
        cells, [axis for group in groups[2:] for axis in group]
    ) * n_rounds + style_codes // len(STYLES)
    palette = _palette(colour_codes.max(initial=0) + 1)
    return [
        {
            "color": palette[colour],
            "linestyle": STYLES[style % len(STYLES)],
            "marker": MARKERS[marker % len(MARKERS)],
            "markevery": 0.1,
            "markersize": 5,
        }
        for colour, style, marker in zip(colour_codes, style_codes, marker_codes, strict=True)
    ]


def rank_line_styles(ranked: Iterable[int]) -> list[dict[str, Any]]:
    """Return line properties by rank, for cells that no axis divides.

    Neighbours in the ranking, which are shown together, differ in colour.

    Args:
        ranked: the places of the cells, the best first.
    """
    styles = {}
    for rank, place in enumerate(ranked):
        n_rounds, colour = divmod(rank, len(COLOURS))
        styles[place] = {
            "color": COLOURS[colour],
            "linestyle": STYLES[n_rounds % len(STYLES)],
            "marker": MARKERS[n_rounds // len(STYLES) % len(MARKERS)],
            "markevery": 0.1,
            "markersize": 5,
        }
    return [styles[place] for place in range(len(styles))]


def _number_values(cells: pd.DataFrame, axes: Sequence[str]) -> Any:
    """Number the combinations of values of these axes in their order, shape (n_cells,)."""
    if not axes:
        return np.zeros(len(cells), dtype=int)
    return cells.groupby(list(axes), observed=True).ngroup().to_numpy()


def _palette(n_colours: int) -> Any:
    if n_colours <= len(COLOURS):
        return COLOURS
    return [tuple(colour) for colour in colormaps["viridis"](np.linspace(0, 0.95, n_colours))]
