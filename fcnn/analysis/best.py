"""Which cells could be the best, in the manner of Hsu's multiple comparisons with the best."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc

from fcnn.analysis.paired import MIN_SEEDS, paired_p_value, upper_p_values
from fcnn.analysis.selection import Selection
from fcnn.params import SEED_KEY

YES, NO, UNTESTED = "yes", "no", "–"
"""Whether a cell could be the best; a cell with too few seeds is not tested."""


def find_candidates(selection: Selection) -> "pd.Series[str]":
    """Tell for each cell whether it could be the best on its data.

    A cell drops out if another beats it with a one-sided paired t test at the level over the number
    of others (Hsu 1984 compares with the best in this way), and only if Friedman's test finds any
    difference between the cells. Without this gate one of twelve equal cells would drop out in
    every fifth study.

    Returns:
        `YES`, `NO` or `UNTESTED`, by the cell's id.
    """
    answers = pd.Series(UNTESTED, index=selection.cells["cell"], dtype=object)
    for _, runs in selection.shown.groupby("data", sort=False):
        scores = runs.pivot_table(index=SEED_KEY, columns="cell", values="score")
        scores = scores.loc[:, scores.notna().sum() >= MIN_SEEDS]
        if scores.shape[1] > 1:
            could_be_best = compare_with_rest(scores, selection.level)
            answers[scores.columns] = could_be_best.map({True: YES, False: NO})
    # With seeds missing the best cell of all can be beaten on some of them.
    answers[[cell for cell in selection.winners["cell"] if answers[cell] == NO]] = YES
    return answers


def compare_with_rest(scores: pd.DataFrame, level: float) -> "pd.Series[bool]":
    """Tell for each cell whether no other beats it.

    Args:
        scores: by seed, a column for each of two cells or more; less is better.
        level: the significance level of all comparisons together.
    """
    could_be_best = pd.Series(True, index=scores.columns)
    if _differ(scores, level):
        level_of_pair = level / (scores.shape[1] - 1)
        for cell in scores.columns:
            differences = scores[[cell]].to_numpy() - scores.drop(columns=cell).to_numpy()
            could_be_best[cell] = not (upper_p_values(differences) < level_of_pair).any()
    return could_be_best


def _differ(scores: pd.DataFrame, level: float) -> bool:
    """Whether any cell differs from the others, on the seeds that all have."""
    common = scores.dropna()
    if len(common) < MIN_SEEDS:
        return False
    values = common.to_numpy()
    if values.shape[1] == 2:
        return paired_p_value(values[:, 0] - values[:, 1]) < level
    return friedman_p_value(values) < level


def friedman_p_value(scores: NDArray[Any]) -> float:
    """Test whether all cells have the same distribution of ranks within seeds.

    Friedman's chi-squared in the form of Iman and Davenport (1980), which is compared with an F
    distribution and less conservative.

    Args:
        scores: shape (n_seeds, n_cells), three cells or more.

    Returns:
        The p-value, 1 if all scores of each seed are equal.
    """
    n_seeds, n_cells = scores.shape
    if np.all(np.ptp(scores, axis=1) == 0):
        return 1.0
    ranks = pd.DataFrame(scores).rank(axis="columns").to_numpy() - (n_cells + 1) / 2
    statistic = (n_cells - 1) * (ranks.sum(axis=0) ** 2).sum() / (ranks**2).sum()
    denominator = n_seeds * (n_cells - 1) - statistic
    if denominator <= 0:
        return 0.0  # all seeds agree on the order of all cells
    f_statistic = (n_seeds - 1) * statistic / denominator
    degrees = n_cells - 1
    return float(fdtrc(degrees, degrees * (n_seeds - 1), f_statistic))
