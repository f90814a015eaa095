"""Tables, and how one is split into training and validation rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import TableTask
from fcnn.config.schema import CsvDataset, SklearnDataset
from fcnn.data.dataset import Classes, Data, encode_classes
from fcnn.data.standardise import find_constant, join_names, standardise_columns
from fcnn.errors import ConfigError

_OTHER_ROWS = "; another dataset.seed or dataset.validation_share gives other rows"


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
        ConfigError: Too few rows on one side of the split, or a column that a network cannot use.
    """
    n_rows = len(table.x)
    order = np.random.default_rng(dataset.seed).permutation(n_rows)
    n_val = round(n_rows * dataset.validation_share)
    if n_val < 2 or n_rows - n_val < 2:
        raise ConfigError(
            f"dataset.validation_share={dataset.validation_share}: "
            f"of {n_rows} rows, too few are left on one side"
        )
    train, val = order[n_val:], order[:n_val]
    x, x_scale, x_notes = standardise_columns(
        table.name, table.x, table.features, train, table.format_cell
    )
    if table.task == "regression":
        values = _regression_values(table, train)
        classes: tuple[str, ...] = ()
        y, y_scale, y_notes = standardise_columns(
            table.name, values, table.targets, train, table.format_cell
        )
    else:
        classes, numbers, y_notes = _number_classes(table, train)
        y, y_scale = encode_classes(numbers, len(classes)), None
    return Data(
        x[train],
        y[train],
        x[val],
        y[val],
        classes=classes,
        x_scale=x_scale,
        y_scale=y_scale,
        x_val_raw=table.x[val],
        notes=(*table.notes, *x_notes, *y_notes),
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
            f"{_OTHER_ROWS if where else ''}"
        )
    return values


def _number_classes(
    table: Table, train: NDArray[np.int64]
) -> tuple[tuple[str, ...], Classes, tuple[str, ...]]:
    """Return the sorted names of the classes, the class number of each row, and notes.

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
    trained = np.unique(numbers[train])
    if len(trained) < 2:
        raise ConfigError(
            "dataset: the target has one class only in the training rows, "
            f"{names[trained[0]]}{_OTHER_ROWS}"
        )
    notes = []
    unseen = [str(name) for name in np.delete(names, trained)]
    if unseen:
        plural = len(unseen) > 1
        subject = f"classes {join_names(unseen)} are" if plural else f"class {unseen[0]} is"
        notes.append(
            f"{table.name}: {subject} in validation rows only, where no network can learn about "
            f"{'them' if plural else 'it'}{_OTHER_ROWS}"
        )
    return tuple(map(str, names)), numbers.astype(np.int64), tuple(notes)
