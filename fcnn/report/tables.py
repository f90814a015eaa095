"""The tables of a report with the words around them."""

import pandas as pd

from fcnn.analysis import ranking, statistics
from fcnn.analysis.selection import Selection
from fcnn.report.page import Table

NAMES = ("ranking", "differences", "against_best", "importance")


_SEARCH = (
    "a search chooses its trials by their losses and tries most values once, so that shares and "
    "pairs would "
    "say where it has looked, not what a hyperparameter does"
)


def tables(
    selection: Selection, curves: pd.DataFrame, target: float | None
) -> tuple[dict[str, Table], str]:
    """The tables by the names of their files, and what they come to in a sentence; runs of no sweep are ranked and no more.

    So are the trials of a search, of which the sentence says why. `target` is the validation loss
    to reach, by default that of `ranking.default_targets`.
    """
    targets = (
        pd.Series(target, selection.shown["run_id"])
        if target
        else ranking.default_targets(selection, curves)
    )
    found, summary = {"ranking": _ranking(selection, curves, targets)}, ""
    if not selection.swept:
        return found, summary
    grid = selection.grid
    searched = len(selection.shown) - len(grid.shown)
    if grid.axes and len(grid.runs):
        compared, summary = _comparisons(grid)
        found |= compared
    if searched and summary:
        summary += (
            f" This is of the grid's {len(grid.runs)} runs without the search's {searched}: "
            f"{_SEARCH}."
        )
    elif searched:
        summary = f"Importance and comparisons of single values are not shown: {_SEARCH}."
    ended = found["ranking"].rows
    if (
        selection.axes
        and ended["share stuck"].any()
        and (ended["share stuck"] + ended["share diverged"] == 1).all()
    ):
        summary = (
            "No run ends below half of the loss that there was after one epoch: either they have "
            "yet to learn (more epochs, "
            f"a larger learning rate), or the data allows no less. {summary}"
        )
    return found, summary


def _comparisons(grid: Selection) -> tuple[dict[str, Table], str]:
    """What the runs of a grid say of its hyperparameters: the tables, and the sentence on them.

    Tables in which there is nothing but pairs of single runs are left out.
    """
    left_out = (
        f" Diverged runs, {grid.diverged} of {len(grid.shown)}, are left out."
        if grid.diverged
        else ""
    )
    compared, against_best = statistics.comparisons(grid), statistics.against_best(grid)
    and_data = " and the same data" if len(grid.data) > 1 else ""
    level = f"{100 * (1 - statistics.LEVEL):.0f} %"
    found = {}
    if (compared["seeds"] > 1).any():
        found["differences"] = Table(
            "What is really different",
            f"Values of each hyperparameter compared within seeds{and_data}, over all other "
            "hyperparameters. The factor is how many times larger "
            f"the first one's final validation loss is (median over seeds, {level} bootstrap interval); p-values are of Wilcoxon's "
            "signed-rank test, Holm-corrected for each hyperparameter. Seeds are of initial weights and batches: what they say is said of "
            f"these data points and no others.{left_out}",
            _compared(compared, ["axis"]),
        )
    if (against_best["seeds"] > 1).any():
        found["against_best"] = Table(
            "Against the best",
            "Each cell compared within seeds with the one on the same data that has the smallest "
            "median, in the same way. Which one that is "
            "the same runs have told, so p-values are corrected for all pairs of cells; a pair that is beyond chance in one table and not "
            f"in another is at the edge of what these seeds can tell.{left_out}",
            _compared(against_best, []),
        )
    shares, words = statistics.importance(grid)
    if len(shares):
        found["importance"] = Table(
            "Importance",
            "Share of the variance of the logarithm of the final validation loss (analysis of variance, sums of squares of type II, "
            "statsmodels), less what chance alone would have (epsilon squared). "
            f"{words}{left_out}",
            shares,
        )
    return found, statistics.summary(grid, shares, compared) or words


def _ranking(selection: Selection, curves: pd.DataFrame, targets: "pd.Series[float]") -> Table:
    several = (
        f"A ranking for each set of data; they differ in {selection.data_axes_in_words}. "
        if len(selection.data) > 1
        else ""
    )
    return Table(
        "Ranking",
        f"{several}Final validation loss over seeds, the smallest median first; a seed that "
        "diverged counts as infinite (∞). Epochs to the target "
        "are the median of those seeds that get there; it is report.target, by default ten times "
        "the smallest median loss of a cell on the "
        "same data, at most where a run is no longer stuck. A seed is "
        f"stuck when it ends above {100 * ranking.STUCK:.0f} % of the plateau, which is the "
        "median validation loss after "
        "one epoch on the same data. Seconds are from a run's start to its end; runs that train "
        "together share most of them.",
        ranking.ranking(selection, curves, targets),
    )


def _compared(rows: pd.DataFrame, before: list[str]) -> pd.DataFrame:
    interval = [
        f"{low:.3g} to {high:.3g}" if low == low else "–"
        for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    columns = [*before, "a", "b", "factor", "interval", "p", "seeds", "verdict"]
    return rows.assign(interval=interval)[columns].rename(
        columns={"axis": "hyperparameter", "a": "first", "b": "second"}
    )
