"""The run that a report looks into: what it has reached, and how to use it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn.analysis.comparable import comparable_losses
from fcnn.config.locations import command_name
from fcnn.plots.report_data import ReportData

FIGURES = {
    "final_val_loss": "validation loss",
    "final_val_accuracy": "validation accuracy",
    "final_test_loss": "test loss",
    "final_test_accuracy": "test accuracy",
}
"""What a run has reached, by column of `Selection.shown`."""


@dataclass(frozen=True)
class Winner:
    """A run of a study in words.

    Attributes:
        sentence: which run it is, and what it has reached.
        code: lines of Python, or of a shell, that use it, with what each gives.
    """

    sentence: str
    code: list[tuple[str, str]]


def describe_winner(data: ReportData) -> Winner:
    """Describe the requested run of a study, or the median run of its best cell."""
    row = data.run.row
    role = data.role_of_run
    if not data.run_requested and len(data.selection.data_labels) > 1:
        role += f" on {row['data']}"
    sentence = f"{data.run.name}, {role} (id {row['run_id']}): {_list_figures(row)}."
    code = []
    if data.run.model_address:
        code.append((f"mlflow.pyfunc.load_model({data.run.model_address!r})", "its model"))
    else:
        command = f"{command_name('model')} {row['run_id']}"
        code.append((command, "stores its model in MLflow, in a shell"))
    if data.run.schema:
        command = f"{command_name('predict')} {row['run_id']} new.csv"
        code.append((command, "predictions beside new rows, in a shell"))
    if not data.run_requested:
        code.insert(0, (f"fcnn.load({data.name!r}).best()", "the network with its config"))
    return Winner(sentence, code)


def _list_figures(row: "pd.Series[Any]") -> str:
    rows = row.to_frame().T.infer_objects()
    values = {
        name: comparable_losses(rows, column).iloc[0] if column.endswith("loss") else row[column]
        for column, name in FIGURES.items()
        if column in row
    }
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items() if pd.notna(value))
