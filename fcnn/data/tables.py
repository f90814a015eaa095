"""Tables, and how one becomes training, validation and test points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import TableTask
from fcnn.config.schema import CsvDataset, SklearnDataset
from fcnn.data.dataset import Classes, Data, encode_classes
from fcnn.data.splitting import OTHER_ROWS, describe_classes, describe_parts, split_rows
from fcnn.data.standardise import find_constant, standardise_columns
from fcnn.errors import ConfigError


@dataclass(frozen=True, eq=False)
class Table:
    """Features and target of a table, in its own units and its own order of rows.

    Attributes:
        name: What messages call the table.
        features: Names of the feature columns.
        targets: Names of the target columns.
        x: Features, shape (n_rows, n_features).
        target: Values, or classes as whole numbers or words; shape (n_rows,) or
            (n_rows, n_outputs).
        task: Regression or classification.
        format_cell: `format_cell(row, column)` returns a cell as the file has it, rows from 0.
        notes: What was decided for the user, one line each.
    """

    name: str
    features: tuple[str, ...]
    targets: tuple[str, ...]
    x: NDArray[np.float64]
    target: NDArray[Any]
    task: TableTask
    format_cell: Callable[[int, str], str]
    notes: tuple[str, ...] = ()


def split_table(dataset: CsvDataset | SklearnDataset, table: Table) -> Data:
    """Split the rows of a table by `dataset.seed` and standardise its columns.

    Features, and the target of a regression, get mean 0 and variance 1 on the training rows.

    Raises:
        ConfigError: Too few rows in a part of the split, or a column that a network cannot use.
    """
    numbers: Classes | None = None
    names: list[str] = []
    if table.task == "classification":
        names, numbers = _number_classes(table)
    rows = split_rows(dataset, len(table.x), numbers if dataset.stratify else None)
    x, x_scale, x_notes = standardise_columns(
        table.name, table.x, table.features, rows.train, table.format_cell
    )
    if numbers is None:
        values = _regression_values(table, rows.train)
        y, y_scale, y_notes = standardise_columns(
            table.name, values, table.targets, rows.train, table.format_cell
        )
    else:
        y_notes = describe_classes(table.name, names, numbers, rows)
        y, y_scale = encode_classes(numbers, len(names)), None
    notes = [*describe_parts(table.name, dataset, rows), *table.notes, *x_notes, *y_notes]
    has_test = len(rows.test) > 0
    return Data(
        x[rows.train],
        y[rows.train],
        x[rows.val],
        y[rows.val],
        classes=tuple(names),
        x_scale=x_scale,
        y_scale=y_scale,
        x_val_raw=table.x[rows.val],
        x_test=x[rows.test] if has_test else None,
        y_test=y[rows.test] if has_test else None,
        x_test_raw=table.x[rows.test] if has_test else None,
        notes=tuple(notes),
    )


def _regression_values(table: Table, train: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the target columns, shape (n_rows, n_outputs), none of which is constant."""
    values = np.asarray(table.target, dtype=np.float64).reshape(len(table.x), -1)
    is_constant = find_constant(values[train])
    if is_constant.any():
        where = "" if find_constant(values).any() else " in the training rows"
        column = int(is_constant.argmax())
        raise ConfigError(
            f"dataset: the target {table.targets[column]} is constant{where}, "
            f"{values[train[0], column]:g}: there is nothing to learn"
            f"{OTHER_ROWS if where else ''}"
        )
    return values


def _number_classes(table: Table) -> tuple[list[str], Classes]:
    """Return the sorted names of the classes of all rows, and the class number of each row.

    Raises:
        ConfigError: The target has a single class, or nearly each row has a class of its own.
    """
    names, numbers = np.unique(table.target, return_inverse=True)
    if len(names) < 2:
        raise ConfigError("dataset: the target has one class only")
    if len(names) > len(numbers) / 2:
        raise ConfigError(
            f"dataset: the target has {len(names)} classes in {len(numbers)} rows; "
            "values are for dataset.task=regression"
        )
    return list(map(str, names)), numbers.astype(np.int64)
