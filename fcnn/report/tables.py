"""The tables of a report with the words around them."""

import pandas as pd

from fcnn.report import ranking, statistics
from fcnn.report.page import Table
from fcnn.report.selection import Selection

NAMES = ("ranking", "differences", "against_best", "importance")


def tables(
    selection: Selection, curves: pd.DataFrame, target: float | None
) -> tuple[dict[str, Table], str]:
    """The tables by the names of their files, and what they come to in a sentence; runs of no sweep are ranked and no more.

    `target` is the validation loss to reach, by default that of `ranking.default_targets`.
    """
    targets = (
        pd.Series(target, selection.shown["run_id"])
        if target
        else ranking.default_targets(selection, curves)
    )
    found, summary = {"ranking": _ranking(selection, curves, targets)}, ""
    left_out = (
        f" Diverged runs, {selection.diverged} of {len(selection.shown)}, are left out."
        if selection.diverged
        else ""
    )
    if selection.axes and selection.swept:
        compared = statistics.comparisons(selection)
        level = f"{100 * (1 - statistics.LEVEL):.0f} %"
        found["differences"] = Table(
            "What is really different",
            "Values of each hyperparameter compared within seeds, over all other hyperparameters. The factor is how many times larger "
            f"the first one's final validation loss is (median over seeds, {level} bootstrap interval); p-values are of Wilcoxon's "
            "signed-rank test, Holm-corrected for each hyperparameter. Seeds are of initial weights and batches: what they say is said of "
            f"these data points and no others.{left_out}",
            _compared(compared, ["axis"]),
        )
        found["against_best"] = Table(
            "Against the best",
            "Each cell compared within seeds with the one of its data set that has the smallest median, in the same way. Which one that is "
            "the same runs have told, so p-values are corrected for all pairs of cells; a pair that is beyond chance in one table and not "
            f"in another is at the edge of what these seeds can tell.{left_out}",
            _compared(statistics.against_best(selection), []),
        )
        shares, words = statistics.importance(selection)
        summary = statistics.summary(selection, shares, compared) or words
        ended = found["ranking"].rows
        if (
            ended["share stuck"].any()
            and (ended["share stuck"] + ended["share diverged"] == 1).all()
        ):
            summary = (
                "No run ends below half of the loss that there was after one epoch: either they have yet to learn (more epochs, "
                f"a larger learning rate), or the data allows no less. {summary}"
            )
        found["importance"] = Table(
            "Importance",
            "Share of the variance of the logarithm of the final validation loss (analysis of variance, sums of squares of type II, "
            f"statsmodels). {words}{left_out}",
            shares,
        )
    return found, summary


def _ranking(selection: Selection, curves: pd.DataFrame, targets: "pd.Series[float]") -> Table:
    return Table(
        "Ranking",
        "Final validation loss over seeds, the smallest median first; a seed that diverged counts as infinite (∞). Epochs to the target "
        "are the median of those seeds that get there; it is report.target, by default ten times the smallest median loss of a cell of the "
        "data set, at most where a run is no longer stuck. A seed is "
        f"stuck when it ends above {100 * ranking.STUCK:.0f} % of the plateau, which is the data set's median validation loss after "
        "one epoch. Seconds are from a run's start to its end; runs that train together share most of them.",
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
