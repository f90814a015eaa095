"""The tables of a report with the words around them."""

from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.comparisons import compare_values, compare_with_best
from fcnn.analysis.conclusion import conclude
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.ranking import STUCK_SHARE, default_targets, rank_cells
from fcnn.analysis.selection import Selection
from fcnn.analysis.significance import LEVEL

TABLE_NAMES = ("ranking", "differences", "against_best", "importance")
"""Names of the files of all tables, without suffix."""
_SEARCH_NOTE = (
    "a search chooses its trials by their losses and tries most values only once, so shares and "
    "comparisons would show where it has looked, not what a hyperparameter does"
)


@dataclass(frozen=True)
class Table:
    """A table to print.

    Attributes:
        heading: what it is called.
        note: how to read it.
        rows: with columns named for people.
    """

    heading: str
    note: str
    rows: pd.DataFrame


def make_tables(
    selection: Selection, curves: pd.DataFrame, target: float | None
) -> tuple[dict[str, Table], str]:
    """Make the tables of a report, and the sentences that they come to.

    Runs outside any sweep and the trials of a search are ranked but not compared.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch.
        target: the validation loss to reach, by default that of `default_targets`.

    Returns:
        The tables by the names of their files, and the conclusion.
    """
    if target:
        targets = pd.Series(target, selection.shown["run_id"])
    else:
        targets = default_targets(selection, curves)
    ranking = rank_cells(selection, curves, targets)
    tables = {"ranking": Table("Ranking", _ranking_note(selection), ranking)}
    if not selection.latest_sweep:
        return tables, ""
    grid, conclusion = selection.grid, ""
    if grid.axes and len(grid.finished):
        comparisons, conclusion = _make_comparisons(grid)
        tables |= comparisons
    n_searched = len(selection.shown) - len(grid.shown)
    if n_searched and conclusion:
        conclusion += (
            f" This is about the grid's {len(grid.finished)} runs without the search's "
            f"{n_searched}: "
            f"{_SEARCH_NOTE}."
        )
    elif n_searched:
        conclusion = f"Importance and comparisons of single values are not shown: {_SEARCH_NOTE}."
    if selection.axes and _has_learned_nothing(ranking):
        conclusion = (
            "No run ends below half of its loss after one epoch: either training has to go on "
            "(more epochs, a larger learning rate), or the data allow no lower loss. "
            f"{conclusion}"
        )
    return tables, conclusion


def _has_learned_nothing(ranking: pd.DataFrame) -> bool:
    """Whether every run is stuck or has diverged, and not all have diverged."""
    stuck, diverged = ranking["share stuck"], ranking["share diverged"]
    return bool(stuck.any() and (stuck + diverged == 1).all())


def _ranking_note(selection: Selection) -> str:
    note = (
        "Final validation loss over seeds, the smallest median first; a seed that diverged counts "
        "as infinite (∞). Epochs to target are the median over the seeds that reach it. The target "
        "is report.target, by default ten times the smallest median loss of a cell on the same "
        "data, but not above the loss at which a seed is stuck. A seed is stuck if it ends above "
        f"{100 * STUCK_SHARE:.0f} % of the plateau, the median validation loss after one epoch on "
        "the same data. Seconds are from a run's start to its end; runs that train together share "
        "most of them."
    )
    if len(selection.data_labels) == 1:
        return note
    return f"A ranking for each set of data, which differ in {selection.data_axes_label}. {note}"


def _make_comparisons(grid: Selection) -> tuple[dict[str, Table], str]:
    """Make the tables of what the runs of a grid say about its hyperparameters.

    Tables that would only compare pairs of single runs are left out.
    """
    design = build_design(grid)
    values, cells = compare_values(design), compare_with_best(design)
    shares, importance_note = estimate_importance(design)
    left_out = ""
    if grid.n_diverged:
        left_out = f" Diverged runs, {grid.n_diverged} of {len(grid.shown)}, are left out."
    tables = {}
    if (values["seeds"] > 1).any():
        tables["differences"] = Table(
            "What is really different",
            _differences_note(grid) + left_out,
            _format_comparisons(values, ["axis"]),
        )
    if (cells["seeds"] > 1).any():
        tables["against_best"] = Table(
            "Against the best", _AGAINST_BEST_NOTE + left_out, _format_comparisons(cells, [])
        )
    if len(shares):
        note = f"{_IMPORTANCE_NOTE} {importance_note}{left_out}"
        tables["importance"] = Table("Importance", note, shares)
    return tables, conclude(design, shares, values) or importance_note


def _differences_note(grid: Selection) -> str:
    and_data = " and the same data" if len(grid.data_labels) > 1 else ""
    return (
        f"Values of each hyperparameter, compared within seeds{and_data} and averaged over all "
        "other hyperparameters. The factor is how many times larger the final validation loss of "
        f"the first is (median over seeds, {100 * (1 - LEVEL):.0f} % bootstrap interval); p-values "
        "are from Wilcoxon's signed-rank test, Holm-corrected for each hyperparameter. Seeds vary "
        "the initial weights and the batches, so what they show holds for these data points only."
    )


_AGAINST_BEST_NOTE = (
    "Each cell, compared in the same way with the best on the same data, the one with the smallest "
    "median. The best cell is chosen from the same runs, so p-values are corrected for all pairs "
    "of cells; a pair that is beyond chance in one table and not in another is at the edge of what "
    "these seeds can tell."
)
_IMPORTANCE_NOTE = (
    "Share of the variance of the logarithm of the final validation loss (analysis of variance, "
    "sums of squares of type II, statsmodels), minus what chance alone would explain (epsilon "
    "squared)."
)


def _format_comparisons(comparisons: pd.DataFrame, first_columns: list[str]) -> pd.DataFrame:
    """Rename the columns of a comparison for people, and join the limits of its intervals."""
    intervals = [
        "–" if pd.isna(low) else f"{low:.3g} to {high:.3g}"
        for low, high in zip(comparisons["low"], comparisons["high"], strict=True)
    ]
    columns = [*first_columns, "a", "b", "factor", "interval", "p", "seeds", "verdict"]
    return comparisons.assign(interval=intervals)[columns].rename(
        columns={"axis": "hyperparameter", "a": "first", "b": "second"}
    )
