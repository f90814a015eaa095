"""The settled loss by value of each hyperparameter: the main effects of a grid."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.axis_groups import group_axes
from fcnn.analysis.selection import NOT_APPLICABLE, Selection
from fcnn.analysis.value_labels import label_values
from fcnn.params import hyperparameter_label

MIN_LOG_RATIO = 30
"""Positive numbers that span at least this ratio are on a logarithmic axis."""


@dataclass(frozen=True)
class MainEffect:
    """The runs of a grid by their value of one hyperparameter.

    Attributes:
        label: the name of the hyperparameter.
        values: labels of its values, in order.
        numbers: the values themselves if all are positive and span decades, else None, shape
            (n_values,).
        runs: a row for each run, with `value`, the number of its value, and `settled`, its settled
            loss or accuracy.
        summary: a row for each value, with the quartiles `lower`, `median` and `upper`.
    """

    label: str
    values: list[str]
    numbers: NDArray[np.float64] | None
    runs: pd.DataFrame
    summary: pd.DataFrame


def find_main_effects(selection: Selection) -> list[MainEffect]:
    """Summarise the settled losses of a grid by value of each hyperparameter.

    All other hyperparameters take all of their values, so that a spread is over these and over
    seeds. Losses on different data are each divided by the geometric mean of their data (of
    accuracies the mean is subtracted), which leaves what the hyperparameters do.

    Returns:
        One effect for each axis that is no property of the data, axes that vary together as one;
        none without a grid.
    """
    grid = selection.grid
    if grid.finished.empty:
        return []
    axes = [axis for axis in grid.axes if axis not in grid.data_axes]
    return [_summarise(grid, group) for group in group_axes(grid.cells, axes)]


def spans_decades(numbers: NDArray[np.float64]) -> bool:
    """Whether numbers are positive and so far apart that a linear axis would hide most."""
    finite = numbers[np.isfinite(numbers)]
    return bool(len(finite) and finite.min() > 0 and finite.max() / finite.min() >= MIN_LOG_RATIO)


def _summarise(grid: Selection, group: list[str]) -> MainEffect:
    values = grid.shown[group].fillna(NOT_APPLICABLE)
    column = pd.Series(list(values.itertuples(index=False, name=None)))
    cells = grid.cells.sort_values(group)
    in_order = list(dict.fromkeys(cells[group].itertuples(index=False, name=None)))
    labels = [label_values(grid.shown, axis, dict.fromkeys(values[axis])) for axis in group]
    scores = grid.shown["score"]
    if len(grid.data_labels) > 1:
        scores = scores - scores.groupby(grid.shown["data"]).transform("mean")
    runs = pd.DataFrame(
        {
            "value": column.map({value: place for place, value in enumerate(in_order)}),
            "settled": scores.map(grid.measure.value),
        }
    )
    quartiles = runs.groupby("value")["settled"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    texts = [", ".join(value) for value in in_order]  # of several axes, no numbers
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(dtype=float)
    is_numeric = bool(np.isfinite(numbers).all()) and spans_decades(numbers)
    return MainEffect(
        label=", ".join(map(hyperparameter_label, group)),
        values=[
            ", ".join(names[text] for names, text in zip(labels, value, strict=True))
            for value in in_order
        ],
        numbers=numbers if is_numeric else None,
        runs=runs,
        summary=quartiles.set_axis(["lower", "median", "upper"], axis="columns"),
    )
