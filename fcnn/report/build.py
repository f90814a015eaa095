"""Writes a study's report: figures and tables in a folder, and the same files with the sweep's parent run."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow.csv import WriteOptions, write_csv

from fcnn import study
from fcnn.config import ConfigError
from fcnn.report import figures
from fcnn.report.figures import Material, Picture, drawn
from fcnn.report.interactive import interactive
from fcnn.report.page import Page
from fcnn.report.run import TrackedRun
from fcnn.report.selection import Selection, select
from fcnn.report.tables import NAMES, tables
from fcnn.tracking.names import INTERRUPTED
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import log_report


def build(
    uri: str, name: str, folder: Path, run_id: str | None = None, target: float | None = None
) -> list[Path]:
    """Reads the study `name` from the store at `uri` and writes its report into `folder`; gives the files' paths.

    The surface is that of the study's best run, or of `run_id`, of which there is a diagram of the network too. `target` is
    the validation loss whose epochs are counted.

    Raises:
        ConfigError: there is no such study or run, or none of its runs has finished.
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
    asked = runs[(runs["run_id"] == run_id) & (runs["status"] == "FINISHED")]
    if run_id and asked.empty:
        raise ConfigError(f"report.run={run_id}: study {name} has no finished run of this id")
    curves = reader.curves(list(selection.runs["run_id"]), selection.metrics)
    run = TrackedRun(asked.iloc[0] if run_id else selection.best, reader)
    pictures = drawn(Material(name, selection, curves, run, run_id is not None))
    found, summary = tables(selection, curves, target)
    drawn_runs = selection.runs.drop(columns=["diverged_epoch", "error"]).dropna(
        axis="columns", how="all"
    )
    drawn_curves = selection.runs[["run_id", "label", study.SEED]].merge(curves, on="run_id")
    csv = {"runs": drawn_runs, "curves": drawn_curves} | {
        key: table.rows for key, table in found.items()
    }
    files = _write(folder, pictures, csv)
    page = Page(
        name=name,
        description=reader.description(name),
        selection=selection,
        failures=_failures(runs, selection),
        interactive=interactive(selection, curves),
        pictures=pictures,
        tables=[table for table in found.values() if len(table.rows)],
        summary=summary,
    )
    files += page.write(folder)
    if plan:
        log_report(
            reader.client,
            plan.newest,
            files,
            f"{selection.best['name']}, validation loss {selection.best['final_val_loss']:.3g}",
        )
    return files


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
    now = {f"{picture.name}.png" for picture in pictures} | {f"{name}.csv" for name in csv}
    for stale in {
        *(f"{name}.png" for name in figures.NAMES),
        *(f"{name}.csv" for name in NAMES),
    } - now:  # of an earlier report
        (folder / stale).unlink(missing_ok=True)
    files = []
    for picture in pictures:
        # The overlay is what people put into documents, where it has to scale.
        for ending in ("png", "svg") if picture.name == "overlay" else ("png",):
            files.append(folder / f"{picture.name}.{ending}")
            picture.figure.savefig(files[-1], dpi=150)
    for name, table in csv.items():
        files.append(folder / f"{name}.csv")
        # A million rows take pandas itself six times as long.
        write_csv(
            pa.Table.from_pandas(table, preserve_index=False),
            files[-1],
            WriteOptions(quoting_style="needed"),
        )
    return files
