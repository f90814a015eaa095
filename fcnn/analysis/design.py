"""The factorial design of a study: which hyperparameters vary, and what can be told apart."""

from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.selection import NOT_APPLICABLE, Selection
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
            values on the same data; axes that determine each other there (an optimizer that always
            has the same learning rate) are one factor.
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
    for number, axis in enumerate(selection.axes):
        varies = _count_combinations(runs, axis) > _count_combinations(runs)
        if axis in selection.data_axes or not varies:
            continue
        equivalent = next((name for name in factors if _are_equivalent(runs, name, axis)), None)
        if equivalent:
            runs[equivalent] += ", " + runs[axis]
            factors[equivalent] += ", " + hyperparameter_label(axis)
        else:
            runs[f"factor_{number}"] = runs[axis]
            factors[f"factor_{number}"] = hyperparameter_label(axis)
    return Design(selection, runs, factors)


def _count_combinations(runs: pd.DataFrame, *columns: str) -> int:
    """Count the combinations of values of these columns, on each data, in total."""
    return int(runs.groupby(["data", *columns]).ngroups)


def _are_equivalent(runs: pd.DataFrame, first: str, second: str) -> bool:
    """Whether each of two columns determines the other."""
    n_both = _count_combinations(runs, first, second)
    return n_both == _count_combinations(runs, first) == _count_combinations(runs, second)
