"""Which runs of a study a report shows: the newest finished run of each cell and seed, whichever sweep it came from."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn import study
from fcnn.config import SECTIONS
from fcnn.tracking.reader import METRICS, Plan, one_of_equals

_DERIVED = ("model.units", "model.parameters")
NOT_THERE = "-"


@dataclass(frozen=True)
class Selection:
    """The runs to show, and what is said about them.

    `shown` has the columns of `Reader.runs`, `cell`, `label`, and `loss`, the final validation loss, infinite for a seed that
    diverged: the newest finished run of each cell and seed, and where none has finished the newest that diverged. `axes` maps
    each differing key to its values in order, the first being the colour axis and the second the line style. `shared` is what is
    the same, in words; `planned` counts the runs there will be. `mixed` names the hyperparameters in which only other sweeps than
    the newest differ; `swept` is false where there is no sweep.
    """

    shown: pd.DataFrame
    axes: dict[str, list[str]]
    shared: str
    planned: int
    mixed: list[str]
    swept: bool

    @property
    def runs(self) -> pd.DataFrame:
        """The finished runs among those shown."""
        return self.shown[self.shown["status"] == "FINISHED"].reset_index(drop=True)

    @property
    def seeds(self) -> list[int]:
        """All seeds, ascending."""
        return sorted(self.shown[study.SEED].astype(int).unique().tolist())

    @property
    def seeds_in_words(self) -> str:
        """How many seeds there are: `5 seeds`."""
        return f"{len(self.seeds)} {'seed' if len(self.seeds) == 1 else 'seeds'}"

    @property
    def diverged(self) -> int:
        """How many cells and seeds have a diverged run and no finished one."""
        return len(self.shown) - len(self.runs)

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
        """One row a cell, in the order of the axes: `cell`, `label`, the axes' columns, `n_seeds` finished and `n_diverged`."""
        finished = self.shown["status"] == "FINISHED"
        cells = (
            self.shown.assign(finished=finished, diverged=~finished)
            .groupby("cell", sort=False)
            .agg(
                label=("label", "first"),
                n_seeds=("finished", "sum"),
                n_diverged=("diverged", "sum"),
                **{axis: (axis, "first") for axis in self.axes},
            )
        )
        for axis, values in self.axes.items():
            # An optimizer's own hyperparameter is none of the others'.
            cells[axis] = pd.Categorical(
                cells[axis].fillna(NOT_THERE), categories=[*values, NOT_THERE], ordered=True
            )
        return cells.sort_values(list(self.axes) or ["label"]).reset_index()


def select(runs: pd.DataFrame, plan: Plan | None) -> Selection:
    """Chooses the runs to show from all runs of a study.

    Raises:
        ValueError: no run has finished.
    """
    runs = runs.sort_values("started", ascending=False, kind="stable", ignore_index=True)
    params = [params_of(row) for _, row in runs.iterrows()]
    hyperparameters = [
        {key: value for key, value in one.items() if key not in _DERIVED} for one in params
    ]
    runs["cell"] = [study.cell(one) for one in hyperparameters]
    finished = runs["status"] == "FINISHED"
    if not finished.any():
        raise ValueError("; ".join(["no run has finished yet", *_unfinished(runs, plan)]))
    newest = one_of_equals(runs[finished | runs["diverged_epoch"].notna()], ["cell", study.SEED])
    # Sweeps start their runs in the order of the grid, which is the order to show words in: the oldest first.
    shown = newest.sort_values("started", kind="stable")
    planned = plan.axes if plan else {}
    axes = study.axes(
        [hyperparameters[index] for index in shown.index],
        first=[*(plan.first if plan else ()), *planned],
    )
    if study.DIGEST in axes and shown.groupby("dataset.path")[study.DIGEST].nunique().max() == 1:
        del axes[study.DIGEST]  # which says no more than the path
    for axis, values in axes.items():
        axes[axis] = [
            value for value in study.ordered([*planned.get(axis, []), *values]) if value in values
        ]
    missing = plan.fingerprints - set(shown["fingerprint"]) if plan else set()
    return Selection(
        shown=shown.assign(
            label=[study.label(params[index], axes) for index in shown.index],
            loss=shown["final_val_loss"].where(shown["status"] == "FINISHED", math.inf),
        ).reset_index(drop=True),
        axes=axes,
        shared=study.shared([params[index] for index in shown.index]),
        planned=len(shown) + len(missing),
        mixed=[study.name(axis) for axis in axes if plan and axis not in planned],
        swept=plan is not None,
    )


def _unfinished(runs: pd.DataFrame, plan: Plan | None) -> list[str]:
    """What became of runs, newest first, of which none has finished, and what goes on with them."""
    latest = one_of_equals(runs, ["fingerprint"])
    failed, interrupted = (latest[latest["status"] == one] for one in ("FAILED", "KILLED"))
    words = []
    if len(failed):
        reason = failed["error"].iloc[0] or "of a reason that is not recorded"
        words.append(f"{len(failed)} failed, the newest because: {reason}")
    if len(interrupted):
        were = "run was" if len(interrupted) == 1 else "runs were"
        words.append(f"{len(interrupted)} {were} interrupted")
        command = plan.command if plan else ""
        words.append("the same command goes on" + (f": {command}" if command else ""))
    return words


def params_of(row: "pd.Series[Any]") -> dict[str, str]:
    """The params of a run, which are in sections of the config; another optimizer's hyperparameters are NaN in its row."""
    return {
        str(key): value
        for key, value in row.items()
        if isinstance(value, str) and str(key).partition(".")[0] in SECTIONS
    }
