"""The factorial design of a study: which hyperparameters vary, and what can be told apart."""

from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.axis_groups import count_combinations, group_axes
from fcnn.analysis.selection import NOT_APPLICABLE, Selection
from fcnn.analysis.value_labels import label_values
from fcnn.params import hyperparameter_label


@dataclass(frozen=True)
class Design:
    """The runs of a study with their factors.

    Attributes:
        selection: the runs that the design is made of.
        runs: these runs in the order of the axes, also those that diverged. `settled` is the score
            that is compared, the log10 settled loss unless the study's measure is another; further
            columns are one for each factor.
        factors: the columns of the factors in `runs`, with their labels. A factor has several
            values on the same data; axes that determine each other there are one factor, and so are
            an optimizer or schedule and a setting that follows from it (its own learning rate).
    """

    selection: Selection
    runs: pd.DataFrame
    factors: dict[str, str]

    @property
    def is_full(self) -> bool:
        """Whether on all data the runs have every combination of the factors' values."""
        factors = list(self.factors)
        by_data = self.runs.groupby("data")
        n_possible = by_data[factors].nunique().prod(axis=1)
        combinations = self.runs.drop_duplicates(["data", *factors])
        return bool((combinations.groupby("data").size() == n_possible).all())


def build_design(selection: Selection) -> Design:
    """Find the factors among the axes of a selection.

    Example:
        >>> design = build_design(select(reader.runs("depth", plan), plan))
        >>> compare_values(design)
    """
    runs = (
        selection.cells[["cell"]]
        .merge(selection.shown, on="cell")
        .fillna(dict.fromkeys(selection.axes, NOT_APPLICABLE))
    )
    runs["settled"] = runs["score"]
    varying = [
        axis
        for axis in selection.axes
        if axis not in selection.data_axes
        and count_combinations(runs, axis) > count_combinations(runs)
    ]
    factors: dict[str, str] = {}
    for number, group in enumerate(group_axes(runs, varying)):
        columns = [
            runs[axis].map(label_values(runs, axis, dict.fromkeys(runs[axis]))) for axis in group
        ]
        runs[f"factor_{number}"] = [", ".join(labels) for labels in zip(*columns, strict=True)]
        factors[f"factor_{number}"] = ", ".join(map(hyperparameter_label, group))
    return Design(selection, runs, factors)
