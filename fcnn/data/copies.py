"""Copies in a table: features that repeat a target, and rows that repeat others."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import TableDataset
from fcnn.data.tables import Table
from fcnn.errors import ConfigError


def check_copies(dataset: TableDataset, table: Table) -> list[str]:
    """Refuse copies of a target under its own name, and return a note on those under others.

    Args:
        dataset: The table's config.
        table: The table.

    Raises:
        ConfigError: A feature repeats a target, and has its name but for case or a number.
    """
    is_regression = dataset.task == "regression"
    targets = table.target.reshape(len(table.target), -1).T
    notes = []
    for target_name, target in zip(dataset.targets, targets, strict=True):
        for column in table.columns:
            is_number = column.kind != "word"
            if is_regression:
                is_copy = is_number and _has_same_values(column.values, target)
            else:
                is_copy = _encodes_classes(column.values, target)
            if not is_copy:
                continue
            # pandas numbers columns of the same name, and may have written the file itself.
            if _normalise_name(column.name) == _normalise_name(target_name):
                raise ConfigError(
                    f"dataset: column {column.name} repeats the target, {target_name}, "
                    "which must not be a feature; dataset.features names the columns to use"
                )
            notes.append(
                f"{dataset.path}: column {column.name} repeats the target, {target_name}, in "
                "every row, and gives the answer away; dataset.features names the columns to use"
            )
    return notes


def describe_repeated_rows(table: Table) -> list[str]:
    """Return a note on rows that repeat others in all features and targets."""
    import pandas as pd

    columns = [column.values for column in table.columns]
    columns += list(table.target.reshape(len(table.target), -1).T)
    n_repeated = int(pd.DataFrame(dict(enumerate(columns))).duplicated().sum())
    if not n_repeated or table.groups is not None:
        return []
    rows = f"{n_repeated} of {len(table.target)} rows {'repeats' if n_repeated == 1 else 'repeat'}"
    return [
        f"{table.name}: {rows} an earlier one; if these are copies rather than "
        "separate cases, the split puts some on both sides, and losses come out too low"
    ]


def _has_same_values(values: NDArray[np.float64], target: NDArray[np.float64]) -> bool:
    # 0.3 and 3e-1 may be read as neighbouring numbers.
    return bool(np.abs(values - target).max() <= 1e-9 * np.ptp(target))


def _encodes_classes(values: NDArray[Any], classes: NDArray[Any]) -> bool:
    """Tell whether each value belongs to one class and each class to one value."""
    distinct, codes = np.unique(values, return_inverse=True)
    names, numbers = np.unique(classes, return_inverse=True)
    n_pairs = len(np.unique(codes * len(names) + numbers))
    return len(distinct) == len(names) == n_pairs


def _normalise_name(column: str) -> str:
    return re.sub(r"\.\d+$", "", column.strip()).casefold()
