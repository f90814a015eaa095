"""Which runs of a study a report shows: the newest finished run of each cell and seed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from fcnn.analysis.data_groups import label_data
from fcnn.analysis.failures import describe_unfinished
from fcnn.analysis.frames import name_tables, params_of_row
from fcnn.params import (
    DERIVED_KEYS,
    SEED_KEY,
    Params,
    cell_id,
    find_axes,
    format_label,
    format_shared,
    hyperparameter_label,
    sort_values,
)
from fcnn.tracking.frames import latest_per_group
from fcnn.tracking.plan import Plan

NOT_APPLICABLE = "-"
"""The value of a hyperparameter that a run does not have, such as one of another optimizer."""


@dataclass(frozen=True)
class Selection:
    """The runs that a report shows, from any sweep of a study.

    Attributes:
        all_runs: every run of the study, newest first, with the columns of `Reader.runs` and
            `cell`.
        shown: for each cell and seed the newest finished run, or the newest that diverged if none
            has finished. Further columns: `label`; `loss`, the final validation loss, infinite for
            a run that diverged; `data`, a label of the data on which the loss is measured;
            `searched`, whether the run is a trial of a search.
        axes: the keys in which the runs differ, each with its values in order. The first is shown
            by colour, the second by line style.
        data_axes: the axes that describe the data. They are not hyperparameters, and losses are
            compared only where they are equal (`fcnn.params.validation_params`).
        shared: the main hyperparameters that all runs have in common, as a phrase.
        n_planned: how many runs there will be once the latest sweep is complete.
        latest_sweep: id of the parent run of the latest sweep, None without a sweep.
        differs_from_latest_sweep: labels of the axes that only earlier sweeps vary.
    """

    all_runs: pd.DataFrame
    shown: pd.DataFrame
    axes: dict[str, list[str]]
    data_axes: list[str]
    shared: str
    n_planned: int
    latest_sweep: str | None
    differs_from_latest_sweep: list[str]

    @cached_property
    def finished(self) -> pd.DataFrame:
        """The runs among those shown that trained to their end."""
        return self.shown[self.shown["diverged_epoch"].isna()].reset_index(drop=True)

    @property
    def n_diverged(self) -> int:
        """Number of cells and seeds whose only complete runs diverged."""
        return len(self.shown) - len(self.finished)

    @property
    def seeds(self) -> list[int]:
        """All seeds, ascending."""
        return sorted(self.shown[SEED_KEY].astype(int).unique().tolist())

    @property
    def seeds_label(self) -> str:
        """The number of seeds as a phrase: `5 seeds`."""
        return f"{len(self.seeds)} {'seed' if len(self.seeds) == 1 else 'seeds'}"

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics of each epoch that at least one finished run has."""
        finals = self.finished.filter(regex="^final_(?!test_)").dropna(axis="columns", how="all")
        return [str(column).removeprefix("final_") for column in finals]

    @property
    def data_labels(self) -> list[str]:
        """Labels of the data on which losses are measured, in the order of the cells."""
        return list(dict.fromkeys(self.cells["data"]))

    @property
    def data_axes_label(self) -> str:
        """The hyperparameters in which the data differ: `target, noise`."""
        return ", ".join(map(hyperparameter_label, self.data_axes))

    @property
    def best_run(self) -> "pd.Series[Any]":
        """The run with the smallest final validation loss on the first data with finished runs."""
        finished_data = set(self.finished["data"])
        first = next(label for label in self.data_labels if label in finished_data)
        candidates = self.finished[self.finished["data"] == first]
        return candidates.iloc[int(candidates["final_val_loss"].argmin())]

    @property
    def best_run_label(self) -> str:
        """Name and loss of the best run, and its data if there are several."""
        best = self.best_run
        label = f"{best['name']}, validation loss {best['final_val_loss']:.3g}"
        if len(self.data_labels) == 1:
            return label
        return (
            f"{label}, on {best['data']} (the first of {len(self.data_labels)} sets of data, "
            "whose losses are not compared)"
        )

    @cached_property
    def grid(self) -> "Selection":
        """The same study without the trials of searches, and with the axes of the other runs."""
        shown = self.shown[~self.shown["searched"]].reset_index(drop=True)
        axes = {}
        for axis, values in self.axes.items():
            remaining = set(shown[axis].dropna())
            if len(remaining) > 1:
                axes[axis] = [value for value in values if value in remaining]
        return replace(self, shown=shown, axes=axes)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row for each cell, in the order of the axes.

        Columns: `cell`, `label`, `data`, `n_seeds` (finished), `n_diverged`, and the axes.
        """
        is_finished = self.shown["diverged_epoch"].isna()
        cells = (
            self.shown.assign(finished=is_finished, diverged=~is_finished)
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
            categories = [*values, NOT_APPLICABLE]
            filled = cells[axis].fillna(NOT_APPLICABLE)
            cells[axis] = pd.Categorical(filled, categories=categories, ordered=True)
        return cells.sort_values(list(self.axes) or ["label"]).reset_index()


def select(runs: pd.DataFrame, plan: Plan | None) -> Selection:
    """Choose the runs to show from all runs of a study.

    Args:
        runs: all runs, with the columns of `Reader.runs`.
        plan: what the study's sweeps planned, None without a sweep.

    Raises:
        ValueError: no run has finished.
    """
    runs = name_tables(runs).sort_values(
        "started", ascending=False, kind="stable", ignore_index=True
    )
    params = [params_of_row(row) for _, row in runs.iterrows()]
    hyperparameters = [_without_derived(row) for row in params]
    runs["cell"] = [cell_id(row) for row in hyperparameters]
    is_finished = (runs["status"] == "FINISHED") & runs["diverged_epoch"].isna()
    if not is_finished.any():
        raise ValueError("; ".join(["no run has finished yet", *describe_unfinished(runs, plan)]))
    complete = runs[is_finished | runs["diverged_epoch"].notna()]
    latest = latest_per_group(complete, ["cell", SEED_KEY])
    # Sweeps start their runs in the order of the grid, so that the oldest come first.
    shown = latest.sort_values("started", kind="stable")
    grid = [hyperparameters[index] for index in shown.index]
    axes = _order_axes(grid, plan)
    data, data_axes = label_data(grid, axes)
    return Selection(
        all_runs=runs,
        shown=shown.assign(
            label=[format_label(params[index], axes) for index in shown.index],
            loss=shown["final_val_loss"].where(shown["diverged_epoch"].isna(), math.inf),
            data=data,
            searched=_is_searched(shown, plan) if plan else False,
        ).reset_index(drop=True),
        axes=axes,
        data_axes=data_axes,
        shared=format_shared([params[index] for index in shown.index]),
        n_planned=len(shown) + _count_missing(shown, plan),
        latest_sweep=plan.latest_sweep if plan else None,
        differs_from_latest_sweep=[
            hyperparameter_label(axis) for axis in axes if plan and axis not in plan.axes
        ],
    )


def _without_derived(params: Params) -> dict[str, str]:
    return {key: value for key, value in params.items() if key not in DERIVED_KEYS}


def _order_axes(grid: Sequence[Params], plan: Plan | None) -> dict[str, list[str]]:
    """Find the axes of a grid; a plan decides on the order of axes and of their values."""
    if plan is None:
        return find_axes(grid)
    axes = find_axes(grid, first=[*plan.display_axes, *plan.axes])
    for axis, values in axes.items():
        in_order = sort_values([*plan.axes.get(axis, []), *values])
        axes[axis] = [value for value in in_order if value in values]
    return axes


def _count_missing(shown: pd.DataFrame, plan: Plan | None) -> int:
    """Count the runs that the latest sweep planned and that are not shown yet."""
    return len(plan.fingerprints - set(shown["fingerprint"])) if plan else 0


def _is_searched(shown: pd.DataFrame, plan: Plan) -> "pd.Series[bool]":
    """Tell the trials of searches, by run, from the runs that a grid planned.

    A search that was killed has recorded no fingerprints; its trials are known by their parent run.
    Runs outside any sweep count as the grid's, unless there are only searches.
    """
    chosen = shown["fingerprint"].isin(plan.all_fingerprints) | shown["sweep"].isin(
        plan.search_sweeps
    )
    has_only_searches = bool(plan.search_sweeps) and not plan.grid_fingerprints
    return (chosen | has_only_searches) & ~shown["fingerprint"].isin(plan.grid_fingerprints)
