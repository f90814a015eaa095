"""The spread of runs over seeds: for each cell the median, the smallest and the largest value."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn.analysis.selection import Selection

STATISTICS = ["median", "min", "max"]


@dataclass(frozen=True)
class CellCurves:
    """The curves of a cell over its seeds.

    Attributes:
        label: what distinguishes the cell, and how many seeds it has if some are missing.
        has_band: whether there are several seeds, so that smallest and largest differ.
        values: a row for each epoch, columns (metric, `median` | `min` | `max`); no rows if all
            seeds diverged.
    """

    label: str
    has_band: bool
    values: pd.DataFrame


def spread_curves(selection: Selection, curves: pd.DataFrame) -> list[CellCurves]:
    """Summarise the curves of each cell over its seeds, in the order of `selection.cells`.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch, as `Reader.curves` returns them.

    Example:
        >>> cell = spread_curves(selection, curves)[0]
        >>> cell.values["val_loss"]["median"]  # by epoch
    """
    cell_of_run = curves["run_id"].map(selection.finished.set_index("run_id")["cell"])
    values = curves[selection.metrics].groupby([cell_of_run, curves["epoch"]]).agg(STATISTICS)
    cells = values.index.get_level_values(0)
    return [
        CellCurves(
            label=_label_cell(selection, cell),
            has_band=cell["n_seeds"] > 1,
            values=values.loc[cells == cell["cell"]].droplevel(0),
        )
        for _, cell in selection.cells.iterrows()
    ]


def _label_cell(selection: Selection, cell: "pd.Series[Any]") -> str:
    """Label a cell; a median over the seeds that finished has to be told from one over all."""
    label = cell["label"] or "all runs"
    n_all = len(selection.seeds)
    if cell["n_seeds"] == n_all:
        return label
    diverged = f", {cell['n_diverged']} diverged" if cell["n_diverged"] else ""
    return f"{label} ({cell['n_seeds']} of {n_all} seeds{diverged})"
