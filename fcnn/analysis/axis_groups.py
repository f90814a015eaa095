"""Axes that vary together, such as an optimizer and the learning rate that each one brings."""

from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from fcnn.axes import choice_of


def group_axes(
    runs: pd.DataFrame, axes: Iterable[str], alone: Collection[str] = ()
) -> list[list[str]]:
    """Divide axes into those that vary on their own, in their order.

    Axes are in one group if their values determine each other on all data, or if one is an
    optimizer or schedule and the other a setting that follows from it.

    Args:
        runs: Runs or cells, with a column for each axis, and `data`.
        axes: The axes.
        alone: Those that are groups by themselves.

    Example:
        >>> group_axes(selection.cells, selection.axes, selection.data_axes)
        [['optimizer.name', 'optimizer.learning_rate'], ['model.hidden_units']]
    """
    groups: list[list[str]] = []
    for axis in axes:
        others = [] if axis in alone else [group for group in groups if group[0] not in alone]
        same = next((group for group in others if vary_together(runs, group, axis)), None)
        if same:
            same.append(axis)
        else:
            groups.append([axis])
    return groups


def vary_together(runs: pd.DataFrame, group: Sequence[str], axis: str) -> bool:
    """Whether a group of axes and another determine each other, or a choice its own setting.

    Args:
        runs: Runs or cells, with a column for each axis, and `data`.
        group: Axes that vary together.
        axis: The other axis.
    """
    n_both = count_combinations(runs, *group, axis)
    n_group, n_axis = count_combinations(runs, *group), count_combinations(runs, axis)
    if n_both == n_group == n_axis:
        return True
    if choice_of(axis) in group:
        return n_both == n_group
    return axis in map(choice_of, group) and n_both == n_axis


def count_combinations(runs: pd.DataFrame, *axes: str) -> int:
    """Count the combinations of values of these axes, on each data, in total."""
    return int(runs.groupby(["data", *axes], observed=True).ngroups)
