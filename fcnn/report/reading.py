"""Reads what a report needs from the store."""

from typing import Any

import pandas as pd

from fcnn.analysis.frames import complete_runs, curve_metrics
from fcnn.analysis.measure import LOSS, Measure
from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection, select
from fcnn.analysis.spread import spread_curves
from fcnn.analysis.stopped import carry_forward
from fcnn.errors import ConfigError
from fcnn.params import SEED_KEY
from fcnn.plots.report_data import ReportData
from fcnn.tracking.reader import Reader


def read_report_data(
    reader: Reader, study: str, run_id: str | None = None, measure: Measure = LOSS
) -> ReportData:
    """Read a study: its runs, their curves, and the run to look into.

    Args:
        reader: the open store.
        study: the study's name.
        run_id: a finished run to look into, by default the median run of the best cell.
        measure: what runs are ranked and compared by.

    Raises:
        ConfigError: there is no such study or run, none of its runs has finished, or none has the
            measure.

    Example:
        >>> data = read_report_data(Reader("sqlite:///mlflow.db"), "activation_size")
        >>> data.selection.best_run["name"]
    """
    plan = reader.plan(study)
    runs = reader.runs(study, plan)
    if runs.empty:
        studies = ", ".join(reader.studies()) or "no study at all"
        raise ConfigError(f"study={study}: the store has no runs of it; it has {studies}")
    complete = complete_runs(runs)
    curves = pd.DataFrame({"run_id": []})
    if len(complete):
        curves = reader.curves(list(complete["run_id"]), curve_metrics(complete))
        curves = carry_forward(curves, complete)
    try:
        selection = select(runs, plan, curves, measure)
    except ValueError as error:
        raise ConfigError(f"study={study}: {error}") from None
    curves = curves[curves["run_id"].isin(selection.shown["run_id"])]
    row = _find_run(selection, study, run_id) if run_id else selection.best_run
    return ReportData(
        name=study,
        selection=selection,
        curves=curves,
        cells=spread_curves(selection, curves),
        run=TrackedRun(row, reader.arrays, reader.table_schema, reader.model_address),
        run_requested=run_id is not None,
        description=reader.description(study),
        plan=plan,
    )


def _find_run(selection: Selection, study: str, run_id: str) -> "pd.Series[Any]":
    """Return the row of a finished run of the study, also if the report does not show it.

    Raises:
        ConfigError: there is no such run.
    """
    runs = pd.concat([selection.all_runs, selection.left_out])
    is_finished = (runs["status"] == "FINISHED") & runs["diverged_epoch"].isna()
    matches = runs[(runs["run_id"] == run_id) & is_finished]
    if matches.empty:
        raise ConfigError(f"report.run={run_id}: study {study} has no finished run of this id")
    return matches.iloc[0]


def run_tables(selection: Selection, curves: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the finished runs and their curves as they are written to files."""
    finished = selection.finished
    constant = ["diverged_epoch", "error", "diverged", "score"]
    runs = finished.drop(columns=constant).dropna(axis="columns", how="all")
    labelled_curves = finished[["run_id", "label", SEED_KEY]].merge(curves, on="run_id")
    return {"runs": runs, "curves": labelled_curves}
