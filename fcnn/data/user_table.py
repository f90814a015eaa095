"""A table of the user's as features and target, with every fault of its columns in one message."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import TableDataset
from fcnn.data.class_labels import read_classes
from fcnn.data.column_checks import (
    check_numbers,
    describe_gaps,
    describe_use,
    find_useless,
)
from fcnn.data.columns import Column, shorten
from fcnn.data.copies import check_copies, describe_repeated_rows
from fcnn.data.line_breaks import check_line_breaks
from fcnn.data.standardise import join_names
from fcnn.data.table_file import TableFile, name_as_read, read_table_file
from fcnn.data.tables import Table
from fcnn.errors import ConfigError

MAX_COMPLAINTS = 10
"""Lines of a message about a table."""


def read_table(dataset: TableDataset) -> Table:
    """Read the columns of a table that a config names, without the rows that it drops.

    Raises:
        ConfigError: The file cannot be read, or has columns that a network cannot use; up to
            `MAX_COMPLAINTS` lines, each with column, row and value as written.
    """
    file = read_table_file(dataset)
    # Messages call the file by the path that people know it by.
    dataset = replace(name_as_read(dataset, file), path=file.path)
    features, targets, group = _select_columns(dataset, file)
    useful, complaints, notes = _check_features(dataset, file, features)
    target, is_missing, faults, target_notes = _read_target(dataset, file, targets)
    complaints += faults
    notes += target_notes
    _raise_complaints(complaints)
    if not useful:
        raise ConfigError(f"{file.source}: has no column that a network can learn from")
    kept = _find_kept_rows(dataset, useful, is_missing)
    notes += _describe_dropped(dataset, file, kept)
    notes += _check_line_breaks(dataset, file, useful)
    table = Table(
        name=file.path,
        columns=tuple(column.take(kept) for column in useful),
        targets=dataset.targets,
        target=target[kept],
        task=dataset.task,
        format_cell=lambda row, name: file.columns[name].format_cell(int(kept[row])),
        rows=kept,
        groups=None if group is None else _number_groups(group)[kept],
        number_format=file.number_format,
        notes=(*file.notes, *notes),
    )
    copies = [*check_copies(dataset, table), *describe_repeated_rows(table)]
    return replace(table, notes=(*table.notes, *copies))


def _check_features(
    dataset: TableDataset, file: TableFile, features: Sequence[Column]
) -> tuple[list[Column], list[str], list[str]]:
    """Return the features that a network can learn from, complaints, and notes."""
    useful: list[Column] = []
    complaints: list[str] = []
    notes: list[str] = []
    for column in features:
        faults = check_numbers(dataset, file, column)
        reason = "" if faults else find_useless(column)
        if reason and dataset.features is None:
            notes.append(f"{file.path}: column {column.name} {reason}, and is left out")
            continue
        faults += [f"dataset.features: column {column.name} {reason}"] if reason else []
        faults += [] if reason else describe_gaps(dataset, column)
        complaints += faults
        notes += [] if faults else describe_use(file.path, column)
        useful.append(column)
    return useful, complaints, notes


def _read_target(
    dataset: TableDataset, file: TableFile, targets: Sequence[Column]
) -> tuple[NDArray[Any], NDArray[np.bool_], list[str], list[str]]:
    """Return the targets of each row, which rows have none, complaints, and notes."""
    if dataset.task == "classification":
        return read_classes(dataset, targets[0])
    complaints: list[str] = []
    for column in targets:
        complaints += check_numbers(dataset, file, column) + describe_gaps(dataset, column)
    values = np.column_stack([_as_numbers(column) for column in targets])
    is_missing = np.asarray(np.isnan(values).any(axis=1))
    return values[:, 0] if len(targets) == 1 else values, is_missing, complaints, []


def _select_columns(
    dataset: TableDataset, file: TableFile
) -> tuple[list[Column], list[Column], Column | None]:
    """Select the columns to learn from, those to predict, and the one that groups rows.

    Raises:
        ConfigError: The table does not have them, or they have two roles.
    """
    reserved = {*dataset.targets, *([dataset.group] if dataset.group is not None else [])}
    names = dataset.features or tuple(name for name in file.columns if name not in reserved)
    for index, name in enumerate(dataset.features or ()):
        if name in names[:index]:
            raise ConfigError(
                f"dataset.features={list(names)}: column {name} is repeated; "
                "each column can be a feature once"
            )
    for name in dataset.targets:
        if name in names:
            raise ConfigError(
                f"dataset.features={list(names)}: column {name} is the target, "
                "which must not be a feature"
            )
    if dataset.group in (*names, *dataset.targets):
        raise ConfigError(
            f"dataset.group={dataset.group}: groups rows, and can be neither feature nor target"
        )
    missing = [name for name in (*reserved, *names) if name not in file.columns]
    if missing:
        raise ConfigError(_describe_missing_column(file, missing[0]))
    if not names:
        raise ConfigError(
            f"{file.source}: has no column besides the target, {', '.join(dataset.targets)}"
        )
    group = None if dataset.group is None else file.columns[dataset.group]
    return (
        [file.columns[name] for name in names],
        [file.columns[name] for name in dataset.targets],
        group,
    )


def _describe_missing_column(file: TableFile, name: str) -> str:
    columns = join_names([*map(shorten, file.columns)])
    message = f"dataset: column {name} is not in {file.path}; it has {columns}"
    if file.csv and file.csv.looks_headless:
        n_fields = len(file.csv.names)
        message += (
            "; its first row holds numbers only: dataset.header=false takes it for data, and calls "
            f"the columns column_1 to column_{n_fields}"
        )
    return message


def _as_numbers(column: Column) -> NDArray[np.float64]:
    if column.kind == "word":  # of which there is a complaint
        return np.zeros(len(column.values))
    return np.asarray(column.values, dtype=np.float64)


def _raise_complaints(complaints: Sequence[str]) -> None:
    if len(complaints) > MAX_COMPLAINTS:
        n_more = len(complaints) - MAX_COMPLAINTS + 1
        complaints = [*complaints[: MAX_COMPLAINTS - 1], f"and {n_more} more columns"]
    if complaints:
        raise ConfigError(*complaints)


def _find_kept_rows(
    dataset: TableDataset, features: Sequence[Column], is_missing: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the rows that have a target and, where rows with gaps are dropped, all features."""
    dropped = is_missing.copy()
    if dataset.missing == "drop":
        for column in features:
            dropped |= column.missing
    return np.flatnonzero(~dropped)


def _describe_dropped(dataset: TableDataset, file: TableFile, kept: NDArray[np.int64]) -> list[str]:
    n_rows = len(next(iter(file.columns.values())).values)
    n_dropped = n_rows - len(kept)
    if not n_dropped:
        return []
    if not len(kept):
        raise ConfigError(
            f"dataset.missing={dataset.missing}: leaves none of the {n_rows} rows; "
            "dataset.features names columns with fewer gaps"
        )
    where = "missing values" if dataset.missing == "drop" else "a missing target"
    return [f"{file.path}: {n_dropped} of {n_rows} rows have {where}, and are left out"]


def _check_line_breaks(
    dataset: TableDataset, file: TableFile, features: Sequence[Column]
) -> list[str]:
    if file.csv is None:
        return []
    positions = {
        name or f"Unnamed: {position}": position for position, name in enumerate(file.csv.names)
    }
    numeric = [
        positions[column.name]
        for column in features
        if column.kind in ("number", "boolean") and column.name in positions
    ]
    targets = [positions[name] for name in dataset.targets]
    if dataset.task == "regression":
        return check_line_breaks(file.path, file.csv, [*numeric, *targets], None)
    return check_line_breaks(file.path, file.csv, numeric, targets[0])


def _number_groups(column: Column) -> NDArray[np.int64]:
    """Number the groups of rows; rows without a group are one group."""
    return np.asarray(np.unique(column.texts, return_inverse=True)[1], dtype=np.int64)
