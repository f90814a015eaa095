"""What the sweeps of a study planned, beside the runs that it has."""

from collections.abc import Sequence

import pandas as pd

from fcnn.axes import find_axes, sort_values
from fcnn.params import Params
from fcnn.tracking.plan import Plan


def order_axes(grid: Sequence[Params], plan: Plan | None) -> dict[str, list[str]]:
    """Find the axes of a grid; a plan decides on the order of axes and of their values."""
    if plan is None:
        return find_axes(grid)
    axes = find_axes(grid, first=[*plan.display_axes, *plan.axes])
    for axis, values in axes.items():
        in_order = sort_values([*plan.axes.get(axis, []), *values])
        axes[axis] = [value for value in in_order if value in values]
    return axes


def count_missing(shown: pd.DataFrame, plan: Plan | None) -> int:
    """Count the runs that the latest sweep planned and that are not shown yet."""
    return len(plan.fingerprints - set(shown["fingerprint"])) if plan else 0


def is_searched(shown: pd.DataFrame, plan: Plan) -> "pd.Series[bool]":
    """Tell the trials of searches, by run, from the runs that a grid planned.

    A search that was killed has recorded no fingerprints; its trials are known by their parent run.
    Runs outside any sweep count as the grid's, unless there are only searches.
    """
    chosen = shown["fingerprint"].isin(plan.all_fingerprints) | shown["sweep"].isin(
        plan.search_sweeps
    )
    has_only_searches = bool(plan.search_sweeps) and not plan.grid_fingerprints
    return (chosen | has_only_searches) & ~shown["fingerprint"].isin(plan.grid_fingerprints)
