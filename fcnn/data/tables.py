"""Tables, and how one becomes training, validation and test points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import TableTask
from fcnn.config.tables import SklearnDataset, TableDataset
from fcnn.data.columns import Column
from fcnn.data.dataset import Array, Classes, Data, encode_classes
from fcnn.data.encoder import TableEncoder
from fcnn.data.group_split import split_groups
from fcnn.data.number_formats import DEFAULT_FORMAT, NumberFormat
from fcnn.data.scale import Scale
from fcnn.data.splitting import OTHER_ROWS, Split, describe_classes, describe_parts, split_rows
from fcnn.data.standardise import find_constant, scale_columns
from fcnn.data.table_schema import TableSchema
from fcnn.errors import ConfigError


@dataclass(frozen=True, eq=False)
class Table:
    """Features and target of a table, in its own units and its own order of rows.

    Attributes:
        name: What messages call the table.
        columns: The feature columns, each (n_rows,).
        targets: Names of the target columns.
        target: Values, or classes as whole numbers or words; shape (n_rows,) or
            (n_rows, n_outputs).
        task: Regression or classification.
        format_cell: `format_cell(row, column)` returns a cell as the file has it, rows from 0.
        rows: Where the rows stand in the file, from 0, shape (n_rows,).
        groups: Numbers of the groups of rows that are not to be split, shape (n_rows,).
        number_format: How the file writes numbers.
        notes: What was decided for the user, one line each.
    """

    name: str
    columns: tuple[Column, ...]
    targets: tuple[str, ...]
    target: NDArray[Any]
    task: TableTask
    format_cell: Callable[[int, str], str]
    rows: NDArray[np.int64]
    groups: NDArray[np.int64] | None = None
    number_format: NumberFormat = DEFAULT_FORMAT
    notes: tuple[str, ...] = ()


def split_table(dataset: TableDataset | SklearnDataset, table: Table) -> Data:
    """Split the rows of a table by `dataset.seed`, encode its columns and scale them.

    Raises:
        ConfigError: Too few rows in a part of the split, or a column that a network cannot use.
    """
    numbers: Classes | None = None
    names: list[str] = []
    if table.task == "classification":
        names, numbers = _number_classes(table)
    rows = _split(dataset, table, numbers)
    encoder = TableEncoder.fit(
        table.columns, rows.train, isinstance(dataset, TableDataset) and dataset.missing_indicator
    )
    x_raw = encoder.encode({column.name: column.values for column in table.columns})
    x, x_scale, x_notes = _scale_inputs(dataset, table, encoder, x_raw, rows)
    if numbers is None:
        y, y_scale, y_notes = _scale_targets(dataset, table, rows)
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
        x_val_raw=x_raw[rows.val],
        x_test=x[rows.test] if has_test else None,
        y_test=y[rows.test] if has_test else None,
        schema=TableSchema(
            encoder=encoder,
            x_scale=x_scale,
            targets=table.targets,
            classes=tuple(names),
            y_scale=y_scale,
            number_format=table.number_format,
            missing=dataset.missing if isinstance(dataset, TableDataset) else "error",
            example={column.name: column.read_values(rows.train[:3]) for column in table.columns},
        ),
        val_rows=table.rows[rows.val],
        test_rows=table.rows[rows.test],
        notes=tuple(notes),
    )


def _split(dataset: TableDataset | SklearnDataset, table: Table, numbers: Classes | None) -> Split:
    if isinstance(dataset, TableDataset) and table.groups is not None:
        return split_groups(dataset, table.groups)
    return split_rows(dataset, len(table.rows), numbers if dataset.stratify else None)


def _scale_inputs(
    dataset: TableDataset | SklearnDataset,
    table: Table,
    encoder: TableEncoder,
    x_raw: NDArray[np.float64],
    rows: Split,
) -> tuple[Array, Scale, tuple[str, ...]]:
    """Scale the inputs that are numbers; those that are 0 or 1 stay as they are."""
    names = [feature.name for feature in encoder.measured]
    n_numbers = len(names)
    x, scale, notes = scale_columns(
        table.name,
        x_raw[:, :n_numbers],
        names,
        rows.train,
        table.format_cell,
        dataset.scaling,
    )
    n_flags = x_raw.shape[1] - n_numbers
    scale = Scale(
        np.concatenate([scale.mean, np.zeros(n_flags)]),
        np.concatenate([scale.deviation, np.ones(n_flags)]),
    )
    return np.hstack([x, x_raw[:, n_numbers:].astype(np.float32)]), scale, notes


def _scale_targets(
    dataset: TableDataset | SklearnDataset, table: Table, rows: Split
) -> tuple[Array, Scale | None, tuple[str, ...]]:
    values = _regression_values(table, rows.train)
    return scale_columns(
        table.name, values, table.targets, rows.train, table.format_cell, dataset.scaling
    )


def _regression_values(table: Table, train: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the target columns, shape (n_rows, n_outputs), none of which is constant."""
    values = np.asarray(table.target, dtype=np.float64).reshape(len(table.rows), -1)
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
