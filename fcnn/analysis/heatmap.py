"""What the heat map shows: the settled losses of all cells in rows and columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.axis_groups import group_axes
from fcnn.analysis.selection import Selection
from fcnn.analysis.value_labels import label_values


@dataclass(frozen=True)
class HeatMap:
    """Cells of a grid in rows and columns.

    Attributes:
        cells: those of the selection, with their place in the map (`row`, `column`), their settled
            `value` (the loss or accuracy that the ranking has, NaN if all seeds diverged) and the
            smallest and largest of their finished runs, `min` and `max`.
        row_axes: the axis along the rows with those that vary together with it, none if nothing
            differs.
        column_axes: all other axes, whose values are combined in the columns.
        row_labels: the values of each row.
        column_labels: the values of each column.
    """

    cells: pd.DataFrame
    row_axes: list[str]
    column_axes: list[str]
    row_labels: list[str]
    column_labels: list[str]

    def values(self, data_label: str) -> NDArray[np.float64]:
        """Return the settled values on one data, NaN elsewhere, shape (n_rows, n_columns)."""
        values = np.full((len(self.row_labels), len(self.column_labels)), np.nan)
        cells = self.cells[self.cells["data"] == data_label]
        values[cells["row"], cells["column"]] = cells["value"]
        return values


def arrange_heatmap(selection: Selection) -> HeatMap | None:
    """Arrange the cells by the first axis (rows) and all others together (columns).

    Axes that vary together with the first are along the rows, too.

    The trials of a search hardly have a value in common, so that they are left out.

    Returns:
        The map, None if no run of a grid has finished.
    """
    grid = selection.grid
    if grid.finished.empty:
        return None
    axes = list(grid.axes)
    row_axes = group_axes(grid.cells, axes, grid.data_axes)[0] if axes else []
    column_axes = [axis for axis in axes if axis not in row_axes]
    cells = _settled_values(grid)
    for axis in axes:
        categories = cells[axis].cat.categories
        cells[axis] = cells[axis].cat.rename_categories(label_values(grid.shown, axis, categories))
    row_labels = _ordered_labels(cells, row_axes)
    column_labels = _ordered_labels(cells, column_axes)
    rows = [row_labels.index(label) for label in _join_values(cells, row_axes)]
    columns = [column_labels.index(label) for label in _join_values(cells, column_axes)]
    placed = cells.assign(row=rows, column=columns)
    return HeatMap(placed, row_axes, column_axes, row_labels, column_labels)


def _settled_values(grid: Selection) -> pd.DataFrame:
    """Return the cells with their settled value and the range of their finished runs."""
    value = grid.measure.value
    finished = grid.finished.assign(value=grid.finished["score"].map(value))
    ranges = finished.groupby("cell")["value"].agg(["min", "max"])
    cells = grid.cells.join(ranges, on="cell")
    return cells.assign(value=cells["score"].map(value).where(cells["n_seeds"] > 0))


def _ordered_labels(cells: pd.DataFrame, axes: Sequence[str]) -> list[str]:
    in_order = cells.sort_values(list(axes))
    return list(dict.fromkeys(_join_values(in_order, axes)))


def _join_values(cells: pd.DataFrame, axes: Sequence[str]) -> list[str]:
    """Join the values of these axes for each cell: `relu, [4]`."""
    return [", ".join(map(str, values)) for values in cells[list(axes)].to_numpy()]
