"""Writes a study's report: figures and tables in a folder, and the same files with the sweep's parent run."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow.csv import WriteOptions, write_csv

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection, select, with_table_names
from fcnn.errors import ConfigError, FcnnError
from fcnn.params import SEED_KEY
from fcnn.plots import figures
from fcnn.plots.figures import Picture, ReportData, draw_all, undrawn
from fcnn.plots.interactive import interactive
from fcnn.report.page import Page
from fcnn.report.tables import NAMES, tables
from fcnn.tracking.names import INTERRUPTED
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import log_report

log = logging.getLogger("fcnn")

# But not numbers, nor the dash of a value that is not there.
_FORMULA = re.compile(r"(?![-+][\d.]+(e[-+]?\d+)?$|-$)[=+@-]")


def build(
    uri: str, name: str, folder: Path, run_id: str | None = None, target: float | None = None
) -> list[Path]:
    """Reads the study `name` from the store at `uri` and writes its report into `folder`; gives the files' paths.

    The surface is that of the study's best run, or of `run_id`, of which there is a diagram of the network too. `target` is
    the validation loss whose epochs are counted.

    A figure that cannot be drawn is named on the page and in a warning; the others are there.

    Raises:
        ConfigError: there is no such study or run, or none of its runs has finished.
        FcnnError: no figure could be drawn; the tables are written.
    """
    reader = Reader(uri)
    plan = reader.plan(name)
    runs = reader.runs(name, plan)
    if runs.empty:
        raise ConfigError(
            f"study={name}: the store has no runs of it; it has {', '.join(reader.studies()) or 'no study at all'}"
        )
    try:
        selection = select(runs, plan)
    except ValueError as error:
        raise ConfigError(f"study={name}: {error}") from None
    runs = with_table_names(runs)
    asked = runs[(runs["run_id"] == run_id) & (runs["status"] == "FINISHED")]
    if run_id and asked.empty:
        raise ConfigError(f"report.run={run_id}: study {name} has no finished run of this id")
    curves = reader.curves(list(selection.runs["run_id"]), selection.metrics)
    run = TrackedRun(asked.iloc[0] if run_id else selection.best, reader)
    drawing = draw_all(ReportData(name, selection, curves, run, run_id is not None))
    plot = None
    try:
        plot = interactive(selection, curves)
    except Exception as error:
        drawing.undrawn.append(undrawn("the interactive plot", error))
    found, summary = tables(selection, curves, target)
    drawn_runs = selection.runs.drop(columns=["diverged_epoch", "error"]).dropna(
        axis="columns", how="all"
    )
    drawn_curves = selection.runs[["run_id", "label", SEED_KEY]].merge(curves, on="run_id")
    csv = {"runs": drawn_runs, "curves": drawn_curves} | {
        key: table.rows for key, table in found.items()
    }
    files = _write(folder, drawing.pictures, csv)
    page = Page(
        name=name,
        description=reader.description(name),
        selection=selection,
        failures=_failures(runs, selection),
        interactive=plot,
        undrawn=drawing.undrawn,
        pictures=drawing.pictures,
        tables=[table for table in found.values() if len(table.rows)],
        summary=summary,
    )
    files += page.write(folder)
    if plan:
        log_report(
            reader.client,
            plan.latest_sweep,
            files,
            selection.best_in_words,
        )
    for line in [*drawing.undrawn, *_font_hint(drawing.missing), *_formula_hint(csv)]:
        log.warning(line)
    if not drawing.pictures and plot is None:
        raise FcnnError(f"study={name}: no figure could be drawn; tables are in {folder}")
    return files


def _font_hint(missing: set[str]) -> list[str]:
    if not missing:
        return []
    some = "".join(sorted(missing)[:20])
    return [f"figures: no installed font has {some}; boxes stand for them (Noto Sans CJK has most)"]


def _formula_hint(csv: dict[str, pd.DataFrame]) -> list[str]:
    """Says which files have words that a spreadsheet computes: they stand as written, for programs that read them."""
    files = {
        f"{name}.csv": str(word)
        for name, table in csv.items()
        for column in table.select_dtypes(exclude=["number", "datetimetz"])
        for word in table[column].dropna().unique()
        if _FORMULA.match(str(word))
    }
    if not files:
        return []
    word = next(iter(files.values()))
    return [
        f"{', '.join(files)}: words such as {word} stand as written; "
        "a spreadsheet takes them for formulas unless they are imported as text"
    ]


def _failures(runs: pd.DataFrame, selection: Selection) -> list[tuple[str, str, str]]:
    """Name, id and reason of every run that failed or was interrupted, and that no later run of the same config made good."""
    good = set(selection.runs["fingerprint"])
    bad = runs[
        runs["status"].isin(["FAILED", "KILLED"]) & ~runs["fingerprint"].isin(good)
    ].drop_duplicates("fingerprint")
    return [
        (
            row["name"],
            row["run_id"],
            row["error"] or (INTERRUPTED if row["status"] == "KILLED" else "no reason is recorded"),
        )
        for _, row in bad.iloc[::-1].iterrows()
    ]


def _write(folder: Path, pictures: Sequence[Picture], csv: dict[str, pd.DataFrame]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    read_once = {
        f"{picture.name}.{ending}": content
        for picture in pictures
        for ending, content in picture.files.items()
    }
    now = {*read_once, *(f"{name}.csv" for name in csv)}
    for stale in {
        *(f"{name}.{ending}" for name in figures.NAMES for ending in ("png", "svg")),
        *(f"{name}.csv" for name in NAMES),
    } - now:  # of an earlier report
        (folder / stale).unlink(missing_ok=True)
    files = []
    for name, content in read_once.items():
        files.append(folder / name)
        files[-1].write_bytes(content)
    for name, table in csv.items():
        files.append(folder / f"{name}.csv")
        # A million rows take pandas itself six times as long.
        write_csv(
            pa.Table.from_pandas(table, preserve_index=False),
            files[-1],
            WriteOptions(quoting_style="needed"),
        )
    return files
