"""Which runs of a study a report shows: the newest finished run of each cell and seed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from fcnn.analysis.data_groups import label_data
from fcnn.analysis.data_rule import describe_left_out, find_data_rule, split_by_data_rule
from fcnn.analysis.failures import describe_unfinished
from fcnn.analysis.frames import complete_runs, curve_metrics, name_tables, params_of_row
from fcnn.analysis.measure import LOSS, Measure
from fcnn.analysis.paired import LEVEL
from fcnn.analysis.planned import count_missing, is_searched, order_axes
from fcnn.analysis.settled import runs_with_measure, score_runs, settle_runs
from fcnn.params import (
    DERIVED_KEYS,
    SEED_KEY,
    Params,
    cell_id,
    format_label,
    format_shared,
    hyperparameter_label,
)
from fcnn.quantities import count
from fcnn.tracking.plan import Plan

NOT_APPLICABLE = "-"
"""The value of a hyperparameter that a run does not have, such as one of another optimizer."""


@dataclass(frozen=True)
class Selection:
    """The runs that a report shows, from any sweep of a study.

    Attributes:
        data_rule: the rule by which the runs draw their data, that of the newest sweep:
            `training.seed`, or the number at which `dataset.seed` is fixed.
        left_out: the runs whose data do not fit that rule, newest first.
        all_runs: every other run of the study, newest first, with the columns of `Reader.runs` and
            `cell`.
        shown: for each cell and seed the newest run that was trained to its end, or the newest that
            diverged if all did. Further columns: `label`; `data`, a label of the data on which the
            loss is measured; `searched`, whether the run is a trial of a search; those of
            `settle_runs`; and `score`, the settled value that is compared, less is better.
        axes: the keys in which the runs differ, each with its values in order. The first is shown
            by colour, the second by line style.
        data_axes: the axes that describe the data. They are not hyperparameters, and losses are
            compared only where they are equal (`fcnn.params.validation_params`).
        shared: the main hyperparameters that all runs have in common, as a phrase.
        n_planned: how many runs there will be once the latest sweep is complete.
        latest_sweep: id of the parent run of the latest sweep, None without a sweep.
        differs_from_latest_sweep: labels of the axes that only earlier sweeps vary.
        measure: what is compared.
        n_looks: how many sweeps have added seeds. A report may have been read after each, so the
            level of significance is divided by it.
    """

    data_rule: str
    left_out: pd.DataFrame
    all_runs: pd.DataFrame
    shown: pd.DataFrame
    axes: dict[str, list[str]]
    data_axes: list[str]
    shared: str
    n_planned: int
    latest_sweep: str | None
    differs_from_latest_sweep: list[str]
    measure: Measure = LOSS
    n_looks: int = 1

    @cached_property
    def finished(self) -> pd.DataFrame:
        """The runs among those shown that were trained to their end without diverging."""
        return self.shown[~self.shown["diverged"]].reset_index(drop=True)

    @property
    def n_diverged(self) -> int:
        """Number of cells and seeds whose only complete runs diverged."""
        return len(self.shown) - len(self.finished)

    @property
    def level(self) -> float:
        """The significance level of each family of comparisons."""
        return LEVEL / self.n_looks

    @property
    def seeds(self) -> list[int]:
        """All seeds, ascending."""
        return sorted(self.shown[SEED_KEY].astype(int).unique().tolist())

    @property
    def seeds_label(self) -> str:
        """The number of seeds as a phrase: `5 seeds`."""
        return count(len(self.seeds), "seed")

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics that at least one finished run has for each epoch."""
        return curve_metrics(self.finished)

    @property
    def data_labels(self) -> list[str]:
        """Labels of the data on which losses are measured, in the order of the cells."""
        return list(dict.fromkeys(self.cells["data"]))

    @property
    def data_axes_label(self) -> str:
        """The hyperparameters in which the data differ: `target, noise`."""
        return ", ".join(map(hyperparameter_label, self.data_axes))

    @cached_property
    def ranked_cells(self) -> pd.DataFrame:
        """The rows of `cells`, the best score first; cells that diverged in all seeds are last."""
        cells = self.cells.assign(has_finished=self.cells["n_seeds"] > 0)
        keys = ["has_finished", "score", "n_diverged"]
        return cells.sort_values(keys, ascending=[False, True, True], kind="stable")

    @cached_property
    def winners(self) -> pd.DataFrame:
        """The best cell on each data with finished runs, a row of `cells` for each."""
        best = self.ranked_cells.query("n_seeds > 0").drop_duplicates("data")
        return best.sort_values("data", key=lambda data: data.map(self.data_labels.index))

    @property
    def best_run(self) -> "pd.Series[Any]":
        """The median run of the best cell, on the first data with finished runs."""
        return median_run(self.finished[self.finished["cell"] == self.winners["cell"].iloc[0]])

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

        Columns: `cell`, `label`, `data`, `score` (the mean over seeds), `n_seeds` (finished),
        `n_diverged`, and the axes.
        """
        cells = (
            self.shown.assign(finished=~self.shown["diverged"])
            .groupby("cell", sort=False)
            .agg(
                label=("label", "first"),
                data=("data", "first"),
                score=("score", "mean"),
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


def select(
    runs: pd.DataFrame,
    plan: Plan | None,
    curves: pd.DataFrame | None = None,
    measure: Measure = LOSS,
) -> Selection:
    """Choose the runs to show from all runs of a study.

    Args:
        runs: all runs, with the columns of `Reader.runs`.
        plan: what the study's sweeps planned, None without a sweep.
        curves: the curves of `complete_runs`; without them the last epoch counts as settled.
        measure: what is compared.

    Raises:
        ValueError: no run has finished, or none has what is to be compared.
    """
    runs = name_tables(runs).sort_values("started", ascending=False, kind="stable")
    data_rule = find_data_rule(runs, plan)
    runs, left_out = split_by_data_rule(runs.reset_index(drop=True), data_rule)
    params = [params_of_row(row) for _, row in runs.iterrows()]
    hyperparameters = [_without_derived(row) for row in params]
    runs["cell"] = [cell_id(row) for row in hyperparameters]
    shown = _choose_runs(runs, measure)
    if shown.empty:
        clauses = [describe_left_out(left_out, data_rule), *describe_unfinished(runs, plan)]
        raise ValueError("; ".join(["no run has finished yet", *filter(None, clauses)]))
    grid = [hyperparameters[index] for index in shown.index]
    axes = order_axes(grid, plan)
    data, data_axes = label_data(grid, axes)
    shown = shown.assign(
        label=[format_label(params[index], axes) for index in shown.index],
        data=data,
        searched=is_searched(shown, plan) if plan else False,
    )
    return Selection(
        data_rule=data_rule,
        left_out=left_out,
        all_runs=runs,
        shown=score_runs(settle_runs(shown, curves), measure).reset_index(drop=True),
        axes=axes,
        data_axes=data_axes,
        shared=format_shared([params[index] for index in shown.index]),
        n_planned=len(shown) + count_missing(shown, plan),
        latest_sweep=plan.latest_sweep if plan else None,
        differs_from_latest_sweep=_label_former_axes(axes, plan),
        measure=measure,
        n_looks=plan.n_looks if plan else 1,
    )


def median_run(runs: pd.DataFrame) -> "pd.Series[Any]":
    """Return the run with the median score; the better of two in the middle."""
    in_order = runs.sort_values(["score", "started"], kind="stable")
    median: pd.Series[Any] = in_order.iloc[(len(in_order) - 1) // 2]
    return median


def _choose_runs(runs: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the newest complete run of each cell and seed, oldest first, none if none finished."""
    complete = complete_runs(runs)
    if complete["diverged_epoch"].notna().all():
        return complete.iloc[:0]
    latest = runs_with_measure(complete, measure).drop_duplicates(["cell", SEED_KEY])
    # Sweeps start their runs in the order of the grid, so that the oldest come first.
    return latest.sort_values("started", kind="stable")


def _label_former_axes(axes: Iterable[str], plan: Plan | None) -> list[str]:
    return [hyperparameter_label(axis) for axis in axes if plan and axis not in plan.axes]


def _without_derived(params: Params) -> dict[str, str]:
    return {key: value for key, value in params.items() if key not in DERIVED_KEYS}
