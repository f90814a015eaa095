import numpy as np
import pandas as pd

from fcnn.report.selection import select
from fcnn.report.tables import tables


def curves(runs, last):
    """Twenty epochs from a validation loss of 1 to `last`."""
    losses = np.linspace(1, last, 20)
    return pd.concat(pd.DataFrame({"run_id": run_id, "epoch": np.arange(1, 21), "val_loss": losses}) for run_id in runs["run_id"])


def test_summary_says_first_that_no_run_has_learned(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    summaries = {}
    for last in (0.9, 0.1):
        runs["final_val_loss"] = [last, last * 1.01]
        _, summaries[last] = tables(select(runs, None), curves(runs, last), None)
    assert summaries[0.9].startswith("No run ends below half of the loss that there was after one epoch: ")
    assert summaries[0.1].startswith("What matters most is activation")
