"""Params in the data frames that `Reader.runs` returns, a run in each row."""

from typing import Any

import pandas as pd

from fcnn.config.schema import SECTIONS
from fcnn.params import DIGEST_KEY, PATH_KEY, table_names, with_table_name


def params_of_row(row: "pd.Series[Any]") -> dict[str, str]:
    """Return a run's params: the strings in columns that are named after a section of the config.

    Params that the run does not have, such as those of another optimizer, are NaN in its row.
    """
    return {
        str(key): value
        for key, value in row.items()
        if isinstance(value, str) and str(key).partition(".")[0] in SECTIONS
    }


def name_tables(runs: pd.DataFrame) -> pd.DataFrame:
    """Replace the path of each csv file in `dataset.path` by its shortest unambiguous name."""
    if DIGEST_KEY not in runs:
        return runs
    params = [params_of_row(row) for _, row in runs.iterrows()]
    names = table_names(params)
    named_runs = runs.copy()
    named_runs[PATH_KEY] = [with_table_name(row, names).get(PATH_KEY) for row in params]
    return named_runs


def complete_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that finished or diverged, the latter last."""
    is_diverged = runs["diverged_epoch"].notna()
    is_complete = (runs["status"] == "FINISHED") | is_diverged
    order = is_diverged[is_complete].sort_values(kind="stable").index
    return runs.loc[order]


def curve_metrics(runs: pd.DataFrame) -> list[str]:
    """Return the names of the metrics that at least one of these runs has for each epoch."""
    finals = runs.filter(regex="^final_(val_)?(loss|accuracy)$").dropna(axis="columns", how="all")
    return [str(column).removeprefix("final_") for column in finals]
