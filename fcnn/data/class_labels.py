"""The target of a classification: which class each row has."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import TableDataset
from fcnn.data.columns import Column
from fcnn.data.levels import describe_look_alikes

Labels = NDArray[Any]


def read_classes(
    dataset: TableDataset, column: Column
) -> tuple[Labels, NDArray[np.bool_], list[str], list[str]]:
    """Return the class of each row, whole numbers or words.

    Words are taken from the cells as written: NA, None and the like name a class, and only an
    empty cell is missing. Where a whole number has a leading zero, all of the classes are words.

    Args:
        dataset: The table's config.
        column: The target.

    Returns:
        The classes (n_rows,), which rows have none, complaints, and notes.
    """
    name = column.name
    labels = column.texts
    missing = np.array([not word for word in labels], dtype=bool)
    complaints: list[str] = []
    if missing.any() and dataset.missing == "error":
        complaints.append(
            f"dataset: column {name} has {missing.sum()} missing values, the first in row "
            f"{missing.argmax() + 1}; dataset.missing=drop or median leaves their rows out"
        )
    if column.kind == "boolean":
        words = np.where(missing, "", np.where(column.values == 1, "True", "False"))
        return words.astype(object), missing, complaints, []
    notes = []
    if column.has_blanks:
        notes.append(f"{dataset.path}: blanks around the classes of {name} are left out")
    is_number = column.kind == "number" and not column.faults and not column.missing[~missing].any()
    padded = next((word for word in labels if re.fullmatch(r"[+-]?0\d+(\.0*)?", word)), None)
    if padded is not None:
        if is_number:
            notes.append(f"{dataset.path}: classes {padded}, ... of {name} are words, as written")
        return np.array(labels, dtype=object), missing, complaints, notes
    if is_number and np.nanmax(np.abs(column.values), initial=0) < 2**53:
        numbers, faults, notes = _read_whole_numbers(dataset, column, labels)
        return numbers, missing, complaints + faults, notes
    # "1.0" and "1" are the same class, also beside words.
    labels = [re.sub(r"^([+-]?\d+)\.0*$", r"\1", word) for word in labels]
    if look_alikes := describe_look_alikes(labels):
        notes.append(f"{dataset.path}: classes {look_alikes}")
    return np.array(labels, dtype=object), missing, complaints, notes


def _read_whole_numbers(
    dataset: TableDataset, column: Column, labels: Sequence[str]
) -> tuple[Labels, list[str], list[str]]:
    """Return classes that are whole numbers, complaints, and notes; 0 where there is none."""
    values = np.where(column.missing, 0, column.values)
    is_fraction = values != np.round(values)
    complaints, notes = [], []
    if is_fraction.any():
        row = int(is_fraction.argmax())
        complaints.append(
            f"dataset: column {column.name} holds fractions, classes are whole numbers or words: "
            f"{labels[row]} in row {row + 1}"
        )
    if any("." in label or "e" in label.lower() for label in labels):
        notes.append(f"{dataset.path}: classes {labels[0]}, ... of {column.name} are whole numbers")
    return values.astype(np.int64), complaints, notes
