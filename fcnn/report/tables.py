"""The tables of a report with the words around them."""

from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.design import Design, build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.analysis.measure import Measure
from fcnn.analysis.numbers import (
    INFINITE,
    format_intervals,
    format_numbers,
    format_share_intervals,
)
from fcnn.analysis.paired import MIN_SEEDS
from fcnn.analysis.ranking import choose_targets, rank_cells
from fcnn.analysis.search_importance import estimate_search_importance
from fcnn.analysis.selection import Selection
from fcnn.report.headline import write_headline
from fcnn.report.notes import (
    differences_note,
    importance_note,
    ranking_note,
    search_importance_note,
)

TABLE_NAMES = (
    *("claims", "ranking", "differences", "importance", "search_importance"),
    *("test_sample", "inputs"),
)
"""Names of the files of all tables, without suffix."""


@dataclass(frozen=True)
class Table:
    """A table to print.

    Attributes:
        heading: what it is called.
        note: how to read it.
        rows: with columns named for people.
        numbers: the same for other programs, where they differ.
    """

    heading: str
    note: str
    rows: pd.DataFrame
    numbers: pd.DataFrame | None = None

    @property
    def csv_rows(self) -> pd.DataFrame:
        """The rows for a csv file."""
        return self.rows if self.numbers is None else self.numbers


def make_tables(
    selection: Selection, curves: pd.DataFrame, target: float | None
) -> tuple[dict[str, Table], str]:
    """Make the tables of a report, and the headline that they come to.

    Runs outside any sweep and the trials of a search are ranked but not compared.

    Args:
        selection: the runs to show.
        curves: a row for each run and epoch.
        target: the validation loss to reach, by default that of `default_targets`.

    Returns:
        The tables by the names of their files, and the headline.
    """
    ranking = rank_cells(selection, curves, choose_targets(selection, target))
    printed = _format_ranking(selection, ranking)
    tables = {"ranking": Table("Ranking", ranking_note(selection, ranking), printed, ranking)}
    if not selection.latest_sweep:
        return tables, ""
    design = build_design(selection.grid)
    values = compare_values(design)
    tables |= _make_comparisons(design, values)
    absence = ""
    if len(selection.shown) > len(selection.grid.shown):
        search_tables, absence = _make_search_importance(selection)
        tables |= search_tables
    headline = f"{write_headline(selection, ranking, values)} {absence}".rstrip()
    return tables, headline


def _format_ranking(selection: Selection, ranking: pd.DataFrame) -> pd.DataFrame:
    """Join the limits of intervals, and say `> 100` where half of the seeds never arrive."""
    cells = selection.ranked_cells
    if "data" in ranking:
        cells = cells.sort_values(
            "data", key=lambda data: data.map(selection.data_labels.index), kind="stable"
        )
    lengths = selection.shown.groupby("cell")["training.epochs"].first()
    n_epochs = cells["cell"].map(lengths)
    epochs = [
        text if text != INFINITE else f"> {length}"
        for text, length in zip(format_numbers(ranking["epochs to target"]), n_epochs, strict=True)
    ]
    printed = ranking.assign(low=format_intervals(ranking["low"], ranking["high"]))
    printed["epochs to target"] = epochs
    printed["still falling"] = ranking["still falling"].map({True: "yes", False: "no"})
    printed = printed.drop(columns="high").rename(columns={"low": "interval"})
    # Verdicts stand beside the names, where a narrow screen has them in sight.
    verdict = printed.pop("could be the best")
    printed.insert(list(printed).index("cell") + 1, "could be the best", verdict)
    return printed


def _make_comparisons(design: Design, values: pd.DataFrame) -> dict[str, Table]:
    """Make the tables of what the runs of a grid say about its hyperparameters.

    Pairs of single runs are not shown.
    """
    grid = design.selection
    tables = {}
    if (values["seeds"] > 1).any():
        tables["differences"] = Table(
            "Comparisons",
            differences_note(grid),
            _format_comparisons(values, grid.measure),
            _name_columns(values),
        )
    if len(grid.shown):
        shares, note = estimate_importance(design)
        if len(shares):
            intervals = format_share_intervals(shares["low"], shares["high"])
            printed = shares.assign(low=intervals).drop(columns="high")
            tables["importance"] = Table(
                "Importance in this grid",
                importance_note(grid, note),
                printed.rename(columns={"low": "interval"}),
                shares,
            )
    return tables


def _make_search_importance(selection: Selection) -> tuple[dict[str, Table], str]:
    """Make the table of what matters in a search; if nothing can be told, the reason instead."""
    shares, note = estimate_search_importance(selection)
    if shares.empty:
        return {}, note
    heading, note = "Importance in this search", search_importance_note(selection, note)
    return {"search_importance": Table(heading, note, shares)}, ""


def _format_comparisons(comparisons: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Join the limits of intervals, and say how many seeds agree."""
    agreeing = [
        f"{agree} of {seeds}" if seeds >= MIN_SEEDS else str(seeds)
        for agree, seeds in zip(comparisons["agree"], comparisons["seeds"], strict=True)
    ]
    columns = ["axis", "a", "b", "verdict", measure.effect, "interval", "p", "seeds that agree"]
    limits = comparisons["low"], comparisons["high"]
    printed = comparisons.assign(interval=format_intervals(*limits, measure.no_effect))
    printed[measure.effect] = format_numbers(comparisons[measure.effect], measure.no_effect)
    printed["seeds that agree"] = agreeing
    return _name_columns(printed[columns])


def _name_columns(comparisons: pd.DataFrame) -> pd.DataFrame:
    return comparisons.rename(columns={"axis": "hyperparameter", "a": "first", "b": "second"})
