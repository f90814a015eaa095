"""Builds a study's report: figures and tables in a folder, and with the sweep's parent run."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fcnn.analysis.conclusion import describe_best_run
from fcnn.analysis.failures import find_failures
from fcnn.analysis.measure import LOSS, Measure
from fcnn.errors import FcnnError, StoreError
from fcnn.plots.drawing import draw_all
from fcnn.plots.report_data import ReportData
from fcnn.report.claims_table import make_claims_table
from fcnn.report.closing import Summary
from fcnn.report.files import encode_files, find_formulas, write_files
from fcnn.report.judgement_tables import make_judgement_tables
from fcnn.report.page import Page
from fcnn.report.reading import read_report_data, run_tables
from fcnn.report.tables import Table, make_tables
from fcnn.tracking.mlflow_view import refresh_view
from fcnn.tracking.reader import Reader
from fcnn.tracking.report_artifacts import log_report

MAX_CHARACTERS_NAMED = 20
"""How many characters a warning names that no font has."""

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class Report:
    """A report as it was written.

    Attributes:
        files: the paths of its files.
        summary: what the study has shown, as it stands on the page.
        best_run_id: id of the median run of the best cell.
    """

    files: list[Path]
    summary: Summary
    best_run_id: str


def build(
    uri: str,
    name: str,
    folder: Path,
    run_id: str | None = None,
    target: float | None = None,
    measure: Measure = LOSS,
) -> Report:
    """Read a study from the store and write its report.

    A figure that cannot be drawn is named on the page and in a warning; the others are drawn.

    Args:
        uri: address of the store.
        name: the study's name.
        folder: where to write the report.
        run_id: the run whose surface is shown, with a diagram of its network; by default the median
            run of the best cell.
        target: the loss to which epochs are counted; by default `ranking.default_targets`.
        measure: what runs are ranked and compared by.

    Raises:
        ConfigError: there is no such study or run, or none of its runs has finished.
        FcnnError: no figure could be drawn; the tables are written.
        OSError: a file cannot be written.

    Example:
        >>> build("sqlite:///mlflow.db", "depth", Path("reports/depth"))
    """
    reader = Reader(uri)
    data = read_report_data(reader, name, run_id, measure)
    selection = data.selection
    drawing = draw_all(data)
    tables, headline = make_tables(selection, data.curves, target)
    printed = [table for table in tables.values() if len(table.rows)]
    winner_tables = make_judgement_tables(data.run)
    tables |= winner_tables
    claims = make_claims_table(data, target)
    csv_tables = _make_csv_tables(data, tables | ({"claims": claims} if claims else {}))
    failures = find_failures(selection.all_runs, selection.finished)
    page = Page(data, failures, drawing, printed, headline, claims, [*winner_tables.values()])
    files = write_files(folder, encode_files(drawing.pictures, csv_tables) | page.encode())
    _record_report(reader, data, files)
    for line in [*drawing.errors, *_list_hints(drawing.missing_characters, csv_tables)]:
        log.warning(line)
    if not drawing.pictures and not drawing.interactive:
        raise FcnnError(f"study={name}: no figure could be drawn; tables are in {folder}")
    summary = Summary(tables["ranking"].csv_rows, headline, claims.rows if claims else None)
    return Report(files, summary, str(selection.best_run["run_id"]))


def _record_report(reader: Reader, data: ReportData, files: list[Path]) -> None:
    """Keep a report with the latest sweep of its study, whose view it refreshes."""
    selection = data.selection
    if not selection.latest_sweep:
        return
    try:
        log_report(reader.client, selection.latest_sweep, files, describe_best_run(selection))
        refresh_view(reader.client, data.name, data.plan)
    except StoreError as error:
        log.warning(f"{error}; the report is not kept with its sweep")


def _make_csv_tables(data: ReportData, tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Return the rows of all csv files by name: runs, curves, and the tables of the report."""
    csv_tables = run_tables(data.selection, data.curves)
    return csv_tables | {name: table.csv_rows for name, table in tables.items()}


def _list_hints(missing_characters: set[str], tables: Mapping[str, pd.DataFrame]) -> list[str]:
    return [*_font_hint(missing_characters), *_formula_hint(tables)]


def _font_hint(missing_characters: set[str]) -> list[str]:
    if not missing_characters:
        return []
    examples = "".join(sorted(missing_characters)[:MAX_CHARACTERS_NAMED])
    return [
        f"figures: no installed font has {examples}; "
        "boxes are drawn instead (Noto Sans CJK has most)"
    ]


def _formula_hint(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Warn of texts that a spreadsheet would compute: other programs need them as they are."""
    formulas = find_formulas(tables)
    if not formulas:
        return []
    files = ", ".join(f"{name}.csv" for name in formulas)
    example = next(iter(formulas.values()))
    return [
        f"{files}: words such as {example} stand as written; "
        "a spreadsheet takes them for formulas unless they are imported as text"
    ]
