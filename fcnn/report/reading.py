"""Reads what a report needs from the store."""

from typing import Any

import pandas as pd

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection, select
from fcnn.analysis.spread import spread_curves
from fcnn.errors import ConfigError
from fcnn.plots.report_data import ReportData
from fcnn.tracking.reader import Reader


def read_report_data(reader: Reader, study: str, run_id: str | None = None) -> ReportData:
    """Read a study: its runs, their curves, and the run to look into.

    Args:
        reader: the open store.
        study: the study's name.
        run_id: a finished run to look into, by default the best one.

    Raises:
        ConfigError: there is no such study or run, or none of its runs has finished.

    Example:
        >>> data = read_report_data(Reader("sqlite:///mlflow.db"), "activation_size")
        >>> data.selection.best_run_label
    """
    plan = reader.plan(study)
    runs = reader.runs(study, plan)
    if runs.empty:
        studies = ", ".join(reader.studies()) or "no study at all"
        raise ConfigError(f"study={study}: the store has no runs of it; it has {studies}")
    try:
        selection = select(runs, plan)
    except ValueError as error:
        raise ConfigError(f"study={study}: {error}") from None
    row = _find_run(selection, study, run_id) if run_id else selection.best_run
    curves = reader.curves(list(selection.finished["run_id"]), selection.metrics)
    return ReportData(
        name=study,
        selection=selection,
        curves=curves,
        cells=spread_curves(selection, curves),
        run=TrackedRun(row, reader.arrays),
        run_requested=run_id is not None,
        description=reader.description(study),
        command=plan.command if plan else "",
    )


def _find_run(selection: Selection, study: str, run_id: str) -> "pd.Series[Any]":
    """Return the row of a finished run of the study, also if the report does not show it.

    Raises:
        ConfigError: there is no such run.
    """
    runs = pd.concat([selection.all_runs, selection.left_out])
    matches = runs[(runs["run_id"] == run_id) & (runs["status"] == "FINISHED")]
    if matches.empty:
        raise ConfigError(f"report.run={run_id}: study {study} has no finished run of this id")
    return matches.iloc[0]
