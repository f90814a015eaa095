"""Which runs of a study a report shows: the newest finished run of each cell and seed, whichever sweep it came from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from fcnn.config.schema import SECTIONS
from fcnn.params import (
    DATASET_KEYS,
    DERIVED_KEYS,
    DIGEST_KEY,
    PATH_KEY,
    SEED_KEY,
    Params,
    cell_id,
    differing_keys,
    find_axes,
    format_label,
    format_shared,
    hyperparameter_label,
    sort_values,
    table_names,
    validation_params,
    with_table_name,
)
from fcnn.tracking.reader import METRICS, Plan, latest_per_group

NOT_THERE = "-"


@dataclass(frozen=True)
class Selection:
    """The runs to show, and what is said about them.

    `shown` has the columns of `Reader.runs`, `cell`, `label`, and `loss`, the final validation loss, infinite for a seed that
    diverged: the newest finished run of each cell and seed, and where none has finished the newest that diverged. `axes` maps
    each differing key to its values in order, the first being the colour axis and the second the line style. `shared` is what is
    the same, in words; `planned` counts the runs there will be. `mixed` names the hyperparameters in which only other sweeps than
    the newest differ; `swept` is false where there is no sweep.

    Only losses that are measured on the same data are compared (`validation_params`). Column `data`
    of `shown` says in words which data that is; `data_axes` are those axes that decide it, or that
    name a data set, and are no hyperparameters. Column `searched` is true for the trials of a
    search.
    """

    shown: pd.DataFrame
    axes: dict[str, list[str]]
    shared: str
    planned: int
    mixed: list[str]
    swept: bool
    data_axes: list[str]

    @property
    def runs(self) -> pd.DataFrame:
        """The finished runs among those shown."""
        return self.shown[self.shown["status"] == "FINISHED"].reset_index(drop=True)

    @property
    def seeds(self) -> list[int]:
        """All seeds, ascending."""
        return sorted(self.shown[SEED_KEY].astype(int).unique().tolist())

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
    def data(self) -> list[str]:
        """The data on which losses are measured, in words, in the order of the cells."""
        return list(dict.fromkeys(self.cells["data"]))

    @property
    def data_axes_in_words(self) -> str:
        """In what the data differ: `target, noise`."""
        return ", ".join(map(hyperparameter_label, self.data_axes))

    @property
    def best(self) -> "pd.Series[Any]":
        """The run with the smallest final validation loss on the first data with finished runs."""
        finished = self.runs
        first = next(data for data in self.data if data in set(finished["data"]))
        alike = finished[finished["data"] == first]
        return alike.iloc[int(alike["final_val_loss"].argmin())]

    @property
    def best_in_words(self) -> str:
        """The best run with its loss, and where there are several data on which of them."""
        text = f"{self.best['name']}, validation loss {self.best['final_val_loss']:.3g}"
        if len(self.data) == 1:
            return text
        return (
            f"{text}, on {self.best['data']} (the first of {len(self.data)} sets of data, "
            "whose losses are not compared)"
        )

    @property
    def grid(self) -> "Selection":
        """The same without the trials of searches, and with the axes of the runs that are left."""
        shown = self.shown[~self.shown["searched"]].reset_index(drop=True)
        values = {axis: shown[axis].dropna().unique() for axis in self.axes}
        axes = {
            axis: [value for value in ordered if value in values[axis]]
            for axis, ordered in self.axes.items()
            if len(values[axis]) > 1
        }
        return replace(self, shown=shown, axes=axes)

    @property
    def cells(self) -> pd.DataFrame:
        """One row a cell, in the order of the axes.

        Columns: `cell`, `label`, `data`, the axes' own, `n_seeds` finished and `n_diverged`.
        """
        finished = self.shown["status"] == "FINISHED"
        cells = (
            self.shown.assign(finished=finished, diverged=~finished)
            .groupby("cell", sort=False)
            .agg(
                label=("label", "first"),
                data=("data", "first"),
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
    runs = with_table_names(runs).sort_values(
        "started", ascending=False, kind="stable", ignore_index=True
    )
    params = [params_of(row) for _, row in runs.iterrows()]
    hyperparameters = [
        {key: value for key, value in one.items() if key not in DERIVED_KEYS} for one in params
    ]
    runs["cell"] = [cell_id(one) for one in hyperparameters]
    finished = runs["status"] == "FINISHED"
    if not finished.any():
        raise ValueError("; ".join(["no run has finished yet", *_unfinished(runs, plan)]))
    newest = latest_per_group(runs[finished | runs["diverged_epoch"].notna()], ["cell", SEED_KEY])
    # Sweeps start their runs in the order of the grid, which is the order to show words in: the oldest first.
    shown = newest.sort_values("started", kind="stable")
    planned = plan.axes if plan else {}
    axes = find_axes(
        [hyperparameters[index] for index in shown.index],
        first=[*(plan.first if plan else ()), *planned],
    )
    for axis, values in axes.items():
        axes[axis] = [
            value for value in sort_values([*planned.get(axis, []), *values]) if value in values
        ]
    data, data_axes = _data([hyperparameters[index] for index in shown.index], axes)
    missing = plan.fingerprints - set(shown["fingerprint"]) if plan else set()
    return Selection(
        shown=shown.assign(
            label=[format_label(params[index], axes) for index in shown.index],
            loss=shown["final_val_loss"].where(shown["status"] == "FINISHED", math.inf),
            data=data,
            searched=_searched(shown, plan) if plan else False,
        ).reset_index(drop=True),
        axes=axes,
        shared=format_shared([params[index] for index in shown.index]),
        planned=len(shown) + len(missing),
        mixed=[hyperparameter_label(axis) for axis in axes if plan and axis not in planned],
        swept=plan is not None,
        data_axes=data_axes,
    )


def _searched(shown: pd.DataFrame, plan: Plan) -> "pd.Series[bool]":
    """Which runs a search chose and no grid planned.

    Of a search that was killed the parent run alone tells.

    Single runs beside grids are shown as theirs; beside nothing but searches they are of no grid
    either.
    """
    chosen = shown["fingerprint"].isin(plan.ever) | shown["sweep"].isin(plan.searches)
    no_grid = bool(plan.searches) and not plan.gridded
    return (chosen | no_grid) & ~shown["fingerprint"].isin(plan.gridded)


def _data(grid: Sequence[Params], axes: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """On which data each run's loss is measured, in words, and which of the axes are of the data."""
    measured = [validation_params(params) for params in grid]
    differing = differing_keys(measured)
    known = {*DATASET_KEYS, DIGEST_KEY, *(key for data in measured for key in data)}
    data_axes = [axis for axis in axes if axis in known]
    groups = [tuple(data.get(key) for key in differing) for data in measured]
    words: dict[tuple[str | None, ...], str] = {}
    for group, params in zip(groups, grid, strict=True):
        if group not in words:
            text = format_label(params, data_axes if differing else DATASET_KEYS)
            # Two files of one name are told apart by their contents.
            words[group] = (
                format_label(params, dict.fromkeys([*data_axes, DIGEST_KEY]))
                if text in words.values()
                else text
            )
    return [words[group] for group in groups], data_axes


def with_table_names(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs, a row each, with `dataset.path` what each csv file is called among those of all."""
    if DIGEST_KEY not in runs:
        return runs
    params = [params_of(row) for _, row in runs.iterrows()]
    names = table_names(params)
    named = runs.copy()
    named[PATH_KEY] = [with_table_name(each, names).get(PATH_KEY) for each in params]
    return named


def _unfinished(runs: pd.DataFrame, plan: Plan | None) -> list[str]:
    """What became of runs, newest first, of which none has finished, and what goes on with them."""
    latest = latest_per_group(runs, ["fingerprint"])
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
