"""The spread of runs over seeds: for each cell the median, the quartiles and the extremes.

The smallest and the largest value lie further apart the more seeds there are; quartiles do not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fcnn.analysis.selection import Selection

QUANTILES = {"min": 0.0, "lower": 0.25, "median": 0.5, "upper": 0.75, "max": 1.0}


@dataclass(frozen=True)
class CellCurves:
    """The curves of a cell over its seeds.

    Attributes:
        label: what distinguishes the cell, and how many seeds are missing or diverged.
        has_band: whether there are several seeds, so that smallest and largest differ.
        values: a row for each epoch, columns (metric, `min` | `lower` | `median` | `upper` |
            `max`), where `lower` and `upper` are quartiles. A seed that diverged counts from then
            on, with an infinite loss or an accuracy of 0.
    """

    label: str
    has_band: bool
    values: pd.DataFrame


def spread_curves(selection: Selection, curves: pd.DataFrame) -> list[CellCurves]:
    """Summarise the curves of each cell over its seeds, in the order of `selection.cells`.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch, as `Reader.curves` returns them; also of the runs that
            diverged.

    Example:
        >>> cell = spread_curves(selection, curves)[0]
        >>> cell.values["val_loss"]["median"]  # by epoch
    """
    continued = _continue_diverged(selection, curves)
    groups = continued.groupby(["cell", "epoch"])[selection.metrics]
    has_value = groups.count() > 0
    quantiles = {
        # Between two infinite values pandas interpolates to NaN.
        name: groups.quantile(fraction).fillna(np.inf).where(has_value)
        for name, fraction in QUANTILES.items()
    }
    values = pd.concat(quantiles, axis="columns").swaplevel(axis="columns")
    cells = values.index.get_level_values("cell")
    return [
        CellCurves(
            label=_label_cell(selection, cell),
            has_band=cell["n_seeds"] + cell["n_diverged"] > 1,
            values=values.loc[cells == cell["cell"]].droplevel("cell"),
        )
        for _, cell in selection.cells.iterrows()
    ]


def _continue_diverged(selection: Selection, curves: pd.DataFrame) -> pd.DataFrame:
    """Return the curves with their cells; those that diverged go on as long as their cell's do."""
    runs = selection.shown.set_index("run_id")
    curves = curves[curves["run_id"].isin(runs.index)]
    curves = curves.assign(cell=curves["run_id"].map(runs["cell"]))
    is_finite = ~(curves["epoch"] >= curves["run_id"].map(runs["diverged_epoch"]))
    worst = {metric: 0.0 if metric.endswith("accuracy") else np.inf for metric in selection.metrics}
    last_epochs = curves.groupby("cell")["epoch"].max()
    continuations = [
        pd.DataFrame({"cell": cell, "epoch": np.arange(int(first), last_epochs[cell] + 1), **worst})
        for cell, first in runs.dropna(subset="diverged_epoch")[["cell", "diverged_epoch"]].values
        if cell in last_epochs.index
    ]
    return pd.concat([curves[is_finite], *continuations], ignore_index=True)


def _label_cell(selection: Selection, cell: "pd.Series[Any]") -> str:
    """Label a cell, and say of how many seeds its median is and how many of them diverged."""
    label = cell["label"] or "all runs"
    n_all, n_diverged = len(selection.seeds), cell["n_diverged"]
    n_shown = cell["n_seeds"] + n_diverged
    if n_shown < n_all:
        diverged = f", {n_diverged} of them diverged" if n_diverged else ""
        return f"{label} ({n_shown} of {n_all} seeds{diverged})"
    return f"{label} ({n_diverged} of {n_all} seeds diverged)" if n_diverged else label
