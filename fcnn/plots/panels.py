"""How the curves of a study are arranged: in panels of few lines, with the best to begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn.analysis.axis_groups import group_axes
from fcnn.analysis.frames import params_of_row
from fcnn.analysis.selection import Selection
from fcnn.params import Params, format_label
from fcnn.plots.line_styles import assign_line_styles, rank_line_styles

MAX_LINES = 12
"""Lines that a reader can tell apart in a panel."""
MAX_PANELS = 9
MAX_CELLS = 24
"""With more cells than this the best are shown first."""
N_BEST = 10


@dataclass(frozen=True)
class Panel:
    """Lines that share a pair of axes.

    Attributes:
        title: what its cells have in common, empty with a single panel.
        cells: their places in `Selection.cells`.
    """

    title: str
    cells: list[int]


@dataclass(frozen=True)
class Arrangement:
    """The curves of a study in panels.

    Attributes:
        panels: all cells, each in one panel.
        line_axes: the axes by which lines of a panel differ.
        names: what the legend calls each cell; cells of different panels may share a name, and
            then they share a style.
        styles: matplotlib's line properties for each cell.
        best: the places of the cells to begin with, the best first; all cells unless they are many.
    """

    panels: list[Panel]
    line_axes: list[str]
    names: list[str]
    styles: list[dict[str, Any]]
    best: list[int]

    @property
    def fits(self) -> bool:
        """Whether all cells can be shown at once."""
        return all(len(panel.cells) <= MAX_LINES for panel in self.panels)

    @property
    def n_columns(self) -> int:
        """How many panels stand side by side."""
        n_panels = len(self.panels)
        return 1 if n_panels == 1 else 2 if n_panels <= 4 else 3

    @property
    def places(self) -> dict[int, int]:
        """The number of the panel of each cell."""
        return {cell: n for n, panel in enumerate(self.panels) for cell in panel.cells}


def arrange_panels(selection: Selection, labels: Sequence[str]) -> Arrangement:
    """Arrange the cells of a study so that no panel has too many lines.

    The first axis is shown by colour and the second by line style, axes that vary together as one;
    panels are by the third and all others, if that is not enough by the second or the first, too.
    Up to `MAX_CELLS` cells that no axis divides, such as the trials of a search, are divided in
    order; of more only the best are shown.

    Args:
        selection: the runs to show.
        labels: of its cells.
    """
    cells, axes = selection.cells, list(selection.axes)
    for line_groups, panels in _find_divisions(selection):
        is_single = len(panels) == 1
        line_axes = axes if is_single else _flatten(line_groups)
        names = list(labels) if is_single else _label_cells(selection, line_axes)
        styles = assign_line_styles(cells, line_groups)
        return Arrangement(panels, line_axes, names, styles, find_best(selection))
    places = list(range(len(cells)))
    if MAX_LINES < len(cells) <= MAX_CELLS:
        half = (len(cells) + 1) // 2
        panels = [Panel("", places[:half]), Panel("", places[half:])]
    else:
        panels = [Panel("", places)]
    styles = rank_line_styles(selection.ranked_cells.index)
    return Arrangement(panels, axes, list(labels), styles, find_best(selection))


def find_best(selection: Selection, places: Sequence[int] | None = None) -> list[int]:
    """Return the places of the best cells, the best first.

    Where losses are measured on different data, the best of each data come first.

    Args:
        selection: the runs to show.
        places: of the cells to choose from, by default all unless there are more than `MAX_CELLS`.
    """
    cells = selection.cells
    if places is None and len(cells) <= MAX_CELLS:
        return list(range(len(cells)))
    ranked = selection.ranked_cells
    ranks = ranked.groupby("data", sort=False).cumcount().sort_values(kind="stable")
    candidates = range(len(cells)) if places is None else places
    return [place for place in ranks.index if place in set(candidates)][:N_BEST]


def _find_divisions(selection: Selection) -> list[tuple[list[list[str]], list[Panel]]]:
    """Return the groups of axes of lines with the panels that divide the cells best, if any do.

    The trials of a search hardly have a value in common, so that nothing divides them.
    """
    groups = group_axes(selection.cells, selection.axes, selection.data_axes)
    candidates = [groups[:2], groups[:1], groups[1:2]]
    if selection.shown["searched"].any():
        candidates = [groups]
    divisions = []
    for line_groups in candidates:
        others = _flatten(group for group in groups if group not in line_groups)
        panels = _divide_by(selection, others)
        is_readable = max(len(panel.cells) for panel in panels) <= MAX_LINES
        if is_readable and len(panels) <= MAX_PANELS:
            divisions.append((line_groups, panels))
    return sorted(divisions, key=lambda division: len(division[1]))[:1]


def _flatten(groups: Iterable[Sequence[str]]) -> list[str]:
    return [axis for group in groups for axis in group]


def _divide_by(selection: Selection, facet_axes: Sequence[str]) -> list[Panel]:
    """Return a panel for each combination of values of these axes, in their order."""
    cells = selection.cells
    if not facet_axes:
        return [Panel("", list(range(len(cells))))]
    titles = _label_cells(selection, facet_axes)
    groups = cells.groupby(list(facet_axes), observed=True, sort=True)
    members = [[int(place) for place in group.index] for _, group in groups]
    return [Panel(titles[places[0]], places) for places in members]


def _label_cells(selection: Selection, axes: Sequence[str]) -> list[str]:
    """Label each cell by its values of these axes."""
    first_runs = selection.shown.drop_duplicates("cell").set_index("cell")
    params: pd.Series[Any] = first_runs.apply(params_of_row, axis="columns")
    return [_format_cell(params[cell], axes) for cell in selection.cells["cell"]]


def _format_cell(params: Params, axes: Sequence[str]) -> str:
    return format_label(params, axes) or "all others"
