"""Writes a study's report: figures and tables in a folder, the figures on the sweep's parent run too."""

from pathlib import Path

import pandas as pd

from fcnn import study
from fcnn.report.overlay import overlay
from fcnn.report.selection import Selection, select
from fcnn.tracking.reader import Reader
from fcnn.tracking.recorder import log_report


class NothingToReportError(Exception):
    """The store has no finished run of the study. The message is one line."""


def build(uri: str, name: str, folder: Path) -> list[Path]:
    """Reads the study `name` from the store at `uri` and writes its report into `folder`; gives the files' paths.

    Raises:
        NothingToReportError: there is no such study, or none of its runs has finished.
    """
    reader = Reader(uri)
    runs, plan = reader.runs(name), reader.plan(name)
    if runs.empty:
        raise NothingToReportError(f"study={name}: the store has no runs of it; it has {', '.join(reader.studies()) or 'no study at all'}")
    try:
        selection = select(runs, plan)
    except ValueError as error:
        raise NothingToReportError(f"study={name}: {error}") from None
    curves = reader.curves(list(selection.runs["run_id"]))
    folder.mkdir(parents=True, exist_ok=True)
    figure = overlay(selection, curves, name)
    files = [folder / "overlay.png", folder / "overlay.svg"]
    for file in files:
        figure.savefig(file, dpi=150)
    tables = {"runs.csv": _runs_table(selection, curves), "curves.csv": _curves_table(selection, curves)}
    for file_name, table in tables.items():
        table.to_csv(folder / file_name, index=False)
        files.append(folder / file_name)
    if plan:
        log_report(reader.client, plan.newest, files)
    return files


def _runs_table(selection: Selection, curves: pd.DataFrame) -> pd.DataFrame:
    """One row a run that was drawn: its label, its params, its last losses and its seconds."""
    last = curves.sort_values("epoch").groupby("run_id")[["loss", "val_loss"]].last().add_prefix("final_")
    runs = selection.runs.merge(last, on="run_id")
    runs["seconds"] = (runs["ended"] - runs["started"]).dt.total_seconds()
    return runs.drop(columns=["diverged_epoch", "ended"])


def _curves_table(selection: Selection, curves: pd.DataFrame) -> pd.DataFrame:
    """One row an epoch of a run that was drawn."""
    return selection.runs[["run_id", "label", study.SEED]].merge(curves, on="run_id")
