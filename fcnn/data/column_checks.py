"""What a column of a table must not hold, and what a user should know of it."""

import re

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import TableDataset
from fcnn.data.columns import Column, shorten
from fcnn.data.dates import find_unread_date
from fcnn.data.format_choice import find_fitting_formats
from fcnn.data.levels import choose_levels, describe_look_alikes
from fcnn.data.number_formats import find_unit
from fcnn.data.standardise import MAX_EXACT_INTEGER
from fcnn.data.table_file import TableFile
from fcnn.quantities import count

MAX_MAGNITUDE, MIN_MAGNITUDE = 1e150, 1e-150
"""Squares of larger values overflow, those of smaller values vanish."""
MAX_LEVELS_WITH_UNIT = 10
"""Words such as `5 kg` may be categories; so many different ones are measurements."""
_ID_NAME = re.compile(
    r"(Unnamed: \d+|id|.*[_ -]id|(?-i:.*[a-z]I[dD])|index|row_?(num|number|id|names?)?|obs|no|#)",
    re.I,
)
_LEAVE_OUT = "dataset.features names the columns to use"


def find_useless(column: Column) -> str:
    """Say why a network can learn nothing from a column; empty if it may."""
    if column.missing.all():
        return "holds nothing"
    if column.kind == "word" and not choose_levels(column.values):
        return "has a different text in nearly each row"
    return ""


def describe_use(path: str, column: Column) -> list[str]:
    """Say what was decided about a feature: how it is read, or that it looks like an id."""
    name = column.name
    if column.kind == "date":
        return [f"{path}: column {name} holds dates, and is read as days since 1970-01-01"]
    if column.is_duration:
        return [f"{path}: column {name} holds durations, and is read as days"]
    if column.kind == "word":
        levels = choose_levels(column.values)
        n_rare = len(set(column.values) - {""} - set(levels))
        if len(set(column.values)) == 1:
            return [
                f"{path}: column {name} is {shorten(levels[0])} in each row, of no use to a network"
            ]
        n_inputs = count(len(levels), "input")
        n_inputs += f"; {n_rare} rare ones have none" if n_rare else ", one for each"
        notes = [f"{path}: column {name} holds words, and becomes {n_inputs}"]
        if look_alikes := describe_look_alikes(column.values):
            notes.append(f"{path}: words {look_alikes}")
        return notes
    if column.kind == "number" and _is_id(column):
        return [
            f"{path}: column {name} looks like an id: its whole numbers are all different; "
            f"{_LEAVE_OUT}"
        ]
    return []


def describe_gaps(dataset: TableDataset, column: Column) -> list[str]:
    """Complain about gaps, unless the config says what becomes of them."""
    missing = column.missing.copy()
    missing[list(column.faults)] = False
    if dataset.missing != "error" or not missing.any():
        return []
    first = int(missing.argmax())
    cell = column.format_cell(first)
    return [
        f"dataset: column {column.name} has {missing.sum()} missing values, the first in row "
        f"{first + 1}{f': {cell}' if cell else ''}; dataset.missing=drop or median allows them"
    ]


def check_numbers(dataset: TableDataset, file: TableFile, column: Column) -> list[str]:
    """Complain about what is no finite number of ordinary size where numbers are needed.

    Features may be words, targets of a regression may not.
    """
    if column.is_nested:
        return [
            f"dataset: column {column.name} holds lists or structures, a network needs one value "
            f"in each row; {_LEAVE_OUT}"
        ]
    complaint = _check_format(dataset, file, column)
    if complaint:
        return [complaint]
    if column.kind == "word":
        if column.name in dataset.targets and dataset.task == "classification":
            return []
        row = int((~column.missing).argmax())
        words = set(column.values) - {""}
        if len(words) > MAX_LEVELS_WITH_UNIT and (unit := find_unit(words)):
            leave_out = "" if column.name in dataset.targets else f"; {_LEAVE_OUT}"
            return [
                f"dataset: column {column.name} holds numbers with a unit: {_quote(column, row)}; "
                f"a network needs them without {shorten(unit)}{leave_out}"
            ]
        if len(words) > MAX_LEVELS_WITH_UNIT and (date := find_unread_date(sorted(words))):
            row = int((column.values == date).argmax())
            return [
                f"dataset: column {column.name} holds dates in a notation that is not read, or in "
                f"several: {_quote(column, row)}; as 2020-12-31 they are read; {_LEAVE_OUT}"
            ]
        if column.name not in dataset.targets:
            return []
        return [
            f"dataset: column {column.name} holds text, a network needs numbers; "
            f"dataset.task=classification reads it as classes: {_quote(column, row)}"
        ]
    if column.kind == "date" and len(column.date_formats) > 1:
        first = int((~column.missing).argmax())
        return [
            f"dataset: column {column.name} holds dates with day or month first, "
            f"{_quote(column, first)}; dataset.day_first=true or false says which"
        ]
    return _check_magnitude(column)


def _check_format(dataset: TableDataset, file: TableFile, column: Column) -> str:
    """Complain about numbers that are written in another format, or beside something else."""
    if column.kind not in ("word", "number") or (column.kind == "number" and not column.faults):
        return ""
    allowed = [other for other in file.other_formats if other != file.number_format]
    fitting = find_fitting_formats(column.cells, allowed) if file.csv else []
    row = column.faults[0] if column.faults else int((~column.missing).argmax())
    if fitting:
        options = " or ".join(map(str, fitting[:2]))
        return (
            f"dataset: column {column.name} holds numbers in another format: "
            f"{_quote(column, row)}; {options} reads them"
        )
    if not column.faults:
        return ""
    n_more = len(column.faults) - 1
    more = f" and {n_more} more" if n_more else ""
    advice = _LEAVE_OUT
    if column.name in dataset.targets:
        advice = "dataset.task=classification reads it as classes"
    return (
        f"dataset: column {column.name} holds text among its numbers: "
        f"{_quote(column, row)}{more}; {advice}"
    )


def _check_magnitude(column: Column) -> list[str]:
    values = np.where(np.isnan(column.values), 0, column.values)

    def complain(fault: str, row: int, advice: str = "") -> list[str]:
        return [f"dataset: column {column.name} {fault}: {_quote(column, row)}{advice}"]

    is_finite = np.isfinite(values)
    if not is_finite.all():
        return complain("has infinite values", int((~is_finite).argmax()))
    row = int(np.abs(values).argmax())
    largest = abs(values[row])
    if largest > MAX_MAGNITUDE:
        return complain("is too large", row, f"; at most {MAX_MAGNITUDE:g}")
    if largest > MAX_EXACT_INTEGER and _lost_differences(column, values):
        return complain("is too large", row, ", beside which its differences are lost")
    if largest >= MIN_MAGNITUDE or not column.missing.size:
        return []
    # A value that is too small for 64 bits reads as 0, whatever digits the file has.
    small = int((~column.missing).argmax()) if not largest else row
    if largest or re.match(r"[^eE]*[1-9]", column.read_text(small)):
        return complain("is too small", small, f"; at least {MIN_MAGNITUDE:g}")
    return []


def _lost_differences(column: Column, values: NDArray[np.float64]) -> bool:
    """Whether at least half of the distinct cells read as numbers of other cells."""
    return len(np.unique(values)) <= len(set(column.texts)) / 2


def _is_id(column: Column) -> bool:
    """Whether a column is called an id, and has another whole number in each row."""
    values = column.values
    return (
        _ID_NAME.fullmatch(column.name.strip()) is not None
        and not column.missing.any()
        and bool((values == np.round(values)).all())
        and len(np.unique(values)) == len(values)
    )


def _quote(column: Column, row: int) -> str:
    return f"{column.format_cell(row)} in row {row + 1}"
