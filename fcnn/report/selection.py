"""Which runs of a study a report shows: the newest finished run of each cell and seed, whichever sweep it came from."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn import study
from fcnn.tracking.reader import METRICS, Plan

# Columns of a run that are not params.
_RECORD = ("run_id", "name", "status", "started", "ended", "sweep", "fingerprint", "diverged_epoch", *(f"final_{key}" for key in METRICS))
_DERIVED = ("model.units", "model.parameters")


@dataclass(frozen=True)
class Selection:
    """The runs to show, and what is said about them.

    `runs` has the columns of `Reader.runs` and `cell` and `label`; `axes` maps each differing key to its values in order, the
    first being the colour axis and the second the line style. `shared` and `seeds` are words for the title; `planned` counts
    the runs that there will be, `diverged` those without a finished run because their loss was not finite.
    """

    runs: pd.DataFrame
    axes: dict[str, list[str]]
    shared: str
    seeds: list[int]
    planned: int
    diverged: int

    @property
    def metrics(self) -> list[str]:
        """Those that at least one of the runs has."""
        return [metric for metric in METRICS if self.runs[f"final_{metric}"].notna().any()]

    @property
    def best(self) -> "pd.Series[Any]":
        """The run with the smallest final validation loss."""
        return self.runs.iloc[int(self.runs["final_val_loss"].argmin())]

    @property
    def cells(self) -> pd.DataFrame:
        """One row a cell, in the order of the axes: `cell`, `label`, the axes' columns, `n_seeds`."""
        cells = self.runs.groupby("cell", sort=False).agg(
            label=("label", "first"), n_seeds=("run_id", "size"), **{axis: (axis, "first") for axis in self.axes}
        )
        for axis, values in self.axes.items():
            cells[axis] = pd.Categorical(cells[axis], categories=values, ordered=True)
        return cells.sort_values(list(self.axes) or ["label"]).reset_index()


def select(runs: pd.DataFrame, plan: Plan | None) -> Selection:
    """Chooses the runs to show from all runs of a study.

    Raises:
        ValueError: no run has finished.
    """
    runs = runs.sort_values("started", ascending=False, kind="stable", ignore_index=True)
    params = [_params(row) for _, row in runs.drop(columns=list(_RECORD)).iterrows()]
    hyperparameters = [{key: value for key, value in one.items() if key not in _DERIVED} for one in params]
    runs["cell"] = [study.cell(one) for one in hyperparameters]
    # Sweeps start their runs in the order of the grid, which is the order to show words in: the oldest first.
    finished = runs[runs["status"] == "FINISHED"].drop_duplicates(["cell", study.SEED]).iloc[::-1]
    if finished.empty:
        raise ValueError("no run has finished yet")
    planned = plan.axes if plan else {}
    axes = study.axes([hyperparameters[index] for index in finished.index], first=planned)
    for axis, values in axes.items():
        axes[axis] = [value for value in study.ordered([*planned.get(axis, []), *values]) if value in values]
    labelled = finished.assign(label=[study.label(params[index], axes) for index in finished.index])
    unfinished = runs[(runs["status"] != "FINISHED") & ~_in(runs, finished)].drop_duplicates(["cell", study.SEED])
    missing = plan.fingerprints - set(runs.loc[runs["status"] == "FINISHED", "fingerprint"]) if plan else set()
    return Selection(
        runs=labelled.reset_index(drop=True),
        axes=axes,
        shared=study.shared([params[index] for index in finished.index]),
        seeds=sorted(finished[study.SEED].astype(int).unique().tolist()),
        planned=len(finished) + len(missing),
        diverged=int(unfinished["diverged_epoch"].notna().sum()),
    )


def _params(row: "pd.Series[Any]") -> dict[str, str]:
    """The params of a run; another optimizer's hyperparameters are NaN in its row."""
    return {str(key): value for key, value in row.items() if isinstance(value, str)}


def _in(runs: pd.DataFrame, finished: pd.DataFrame) -> "pd.Series[bool]":
    done = set(zip(finished["cell"], finished[study.SEED], strict=True))
    return pd.Series([pair in done for pair in zip(runs["cell"], runs[study.SEED], strict=True)], index=runs.index)
