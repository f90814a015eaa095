"""The factorial design of a study: which hyperparameters vary, and what can be told apart."""

from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.axis_groups import count_combinations, vary_together
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
    factors: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for number, axis in enumerate(selection.axes):
        varies = count_combinations(runs, axis) > count_combinations(runs)
        if axis in selection.data_axes or not varies:
            continue
        labels = label_values(runs, axis, dict.fromkeys(runs[axis]))
        together = (name for name, group in groups.items() if vary_together(runs, group, axis))
        if same := next(together, None):
            groups[same].append(axis)
            runs[same] += ", " + runs[axis].map(labels)
            factors[same] += ", " + hyperparameter_label(axis)
        else:
            runs[f"factor_{number}"] = runs[axis].map(labels)
            factors[f"factor_{number}"] = hyperparameter_label(axis)
            groups[f"factor_{number}"] = [axis]
    return Design(selection, runs, factors)
