"""The headline of a report: what a study has shown, with what its runs cannot show."""

import numpy as np
import pandas as pd

from fcnn.analysis.conclusion import conclude
from fcnn.analysis.measure import LOSS
from fcnn.analysis.selection import Selection

_SEARCH_NOTE = (
    "a search chooses its trials by their losses and tries most values only once, so "
    "comparisons would show where it has looked, not what a hyperparameter does"
)


def write_headline(selection: Selection, ranking: pd.DataFrame, values: pd.DataFrame) -> str:
    """Write the headline of a study that has a sweep.

    Args:
        selection: the runs to show.
        ranking: of `rank_cells`.
        values: the comparisons of its grid, of `compare_values`.
    """
    headline = conclude(selection, ranking, values)
    n_searched = len(selection.shown) - len(selection.grid.shown)
    if n_searched and len(values):
        headline += (
            f" Comparisons are about the grid's {len(selection.grid.shown)} runs without the "
            f"search's {n_searched}: {_SEARCH_NOTE}."
        )
    elif n_searched:
        headline += f" Pairs of values are not compared: {_SEARCH_NOTE}."
    if selection.axes and selection.measure is LOSS and _has_learned_nothing(ranking):
        headline = (
            "No run gets halfway from the loss of the constant prediction to the lowest possible: "
            "either training has to go on (more epochs, a larger learning rate), or the data allow "
            f"no lower loss. {headline}"
        )
    return headline


def _has_learned_nothing(ranking: pd.DataFrame) -> bool:
    """Whether every run is stuck or has diverged, and not all have diverged."""
    stuck, diverged = ranking["share stuck"], ranking["share diverged"]
    return bool(stuck.any() and np.isclose(stuck + diverged, 1).all())
