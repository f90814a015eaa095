"""Csv files as tables, whose columns are checked cell by cell."""

import csv
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import CsvDataset
from fcnn.data.copies import check_copies
from fcnn.data.csv_file import check_records, read_once, read_records
from fcnn.data.line_breaks import check_line_breaks
from fcnn.data.standardise import MAX_EXACT_INTEGER
from fcnn.data.tables import Table
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

MAX_MAGNITUDE, MIN_MAGNITUDE = 1e150, 1e-150
"""Squares of larger values overflow, those of smaller values vanish."""
MAX_CELL_LENGTH = 40
"""Characters of a cell that a message quotes."""


def read_csv_table(dataset: CsvDataset) -> Table:
    """Read the columns of a csv file that a config names.

    Raises:
        ConfigError: The file cannot be read, or has columns that a network cannot use.
    """
    raw = read_once(dataset)
    frame = _parse_csv(dataset.path, raw)
    positions = {column: position for position, column in enumerate(frame.columns)}

    def format_cell(row: int, column: str) -> str:
        records = enumerate(read_records(raw))
        fields = next(fields for number, fields in records if number > row)
        return _shorten(fields[positions[column]])

    features = _select_features(dataset, frame)
    is_classification = dataset.task == "classification"
    numeric = features if is_classification else (*features, dataset.target)
    notes = check_line_breaks(
        dataset,
        raw,
        [positions[column] for column in numeric],
        positions[dataset.target] if is_classification else None,
    )
    numbers = {column: _parse_numbers(dataset, frame[column], format_cell) for column in numeric}
    x = np.column_stack([numbers[column] for column in features])
    target: NDArray[Any]
    if is_classification:
        position = positions[dataset.target]
        cells = [fields[position] for fields in read_records(raw)][1:]
        target, class_notes = _parse_classes(dataset, frame[dataset.target], cells)
        notes += class_notes
    else:
        target = numbers.pop(dataset.target)
    notes += check_copies(dataset, numbers, target)
    return Table(
        dataset.path,
        features,
        (dataset.target,),
        x,
        target,
        dataset.task,
        format_cell,
        tuple(notes),
    )


def _parse_csv(path: str, raw: bytes) -> "pd.DataFrame":
    import pandas as pd  # takes a quarter of a second, and few configs need it

    try:
        check_records(path, raw)
        frame = pd.read_csv(BytesIO(raw), low_memory=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeError, csv.Error) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"dataset.path={path}: is no csv table: {reason}") from None
    if frame.empty:
        raise ConfigError(f"dataset.path={path}: has no rows")
    frame.columns = pd.Index([str(column) for column in frame.columns])
    return frame


def _shorten(cell: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in cell).strip()
    if len(printable) <= MAX_CELL_LENGTH:
        return printable
    return f"{printable[: MAX_CELL_LENGTH - 3]}..."


def _select_features(dataset: CsvDataset, frame: "pd.DataFrame") -> tuple[str, ...]:
    """Select the columns to learn from."""
    others = tuple(column for column in frame.columns if column != dataset.target)
    features = dataset.features or others
    for index, column in enumerate(dataset.features or ()):
        if column in features[:index]:
            raise ConfigError(
                f"dataset.features={list(features)}: column {column} is repeated; "
                "each column can be a feature once"
            )
    if dataset.target in features:
        raise ConfigError(
            f"dataset.features={list(features)}: column {dataset.target} is the target, "
            "which must not be a feature"
        )
    for column in (dataset.target, *features):
        if column not in frame.columns:
            raise ConfigError(
                f"dataset: column {column} is not in {dataset.path}; "
                f"it has {', '.join(map(_shorten, frame.columns))}"
            )
    if not features:
        raise ConfigError(
            f"dataset.path={dataset.path}: has no column besides the target, {dataset.target}"
        )
    return features


def _parse_numbers(
    dataset: CsvDataset, column: "pd.Series[Any]", format_cell: Callable[[int, str], str]
) -> NDArray[np.float64]:
    """Parse a column as numbers with a finite mean and deviation, shape (n_rows,).

    Raises:
        ConfigError: A cell is missing, is not a number, or is too large or too small.
    """
    import pandas as pd

    name = str(column.name)

    def make_error(fault: str, row: int, advice: str = "") -> ConfigError:
        return ConfigError(
            f"dataset: column {name} {fault}: {format_cell(row, name)} in row {row + 1}{advice}"
        )

    missing = column.isna()
    if missing.any():
        first = int(missing.argmax())
        cell = format_cell(first, name)
        raise ConfigError(
            f"dataset: column {name} has {missing.sum()} missing values, "
            f"the first in row {first + 1}{f': {cell}' if cell else ''}"
        )
    if not pd.api.types.is_numeric_dtype(column):
        values = pd.to_numeric(column.astype(str), errors="coerce").to_numpy(np.float64)
        if not np.isnan(values).any():
            largest = int(np.abs(values).argmax())
            raise make_error("is too large", largest, ", more than 64 bits hold")
        advice = "dataset.features names the columns to use"
        if name == dataset.target:
            advice = "dataset.task=classification reads it as classes"
        raise make_error(
            f"holds text, a network needs numbers; {advice}", int(np.isnan(values).argmax())
        )
    values = column.to_numpy(np.float64)
    _check_magnitude(values, lambda row: format_cell(row, name), make_error)
    largest = int(np.abs(values).argmax())
    is_rounded = abs(values[largest]) > MAX_EXACT_INTEGER
    if is_rounded and len(np.unique(values)) <= column.nunique() / 2:
        raise make_error("is too large", largest, ", beside which its differences are lost")
    return values


def _check_magnitude(
    values: NDArray[np.float64],
    format_row: Callable[[int], str],
    make_error: Callable[[str, int, str], ConfigError],
) -> None:
    is_finite = np.isfinite(values)
    if not is_finite.all():
        raise make_error("has infinite values", int((~is_finite).argmax()), "")
    row = int(np.abs(values).argmax())
    largest = abs(values[row])
    if largest > MAX_MAGNITUDE:
        raise make_error("is too large", row, f"; at most {MAX_MAGNITUDE:g}")
    if largest >= MIN_MAGNITUDE:
        return
    # A value that is too small for 64 bits reads as 0, whatever digits the file has.
    has_digits = re.match(r"[^eE]*[1-9]", format_row(row))
    if largest or has_digits:
        raise make_error(
            "is too small", row, f"; its largest value should be {MIN_MAGNITUDE:g} or more"
        )


def _parse_classes(
    dataset: CsvDataset, column: "pd.Series[Any]", cells: Sequence[str]
) -> tuple[NDArray[Any], list[str]]:
    """Return the class of each row, whole numbers or words, and what was decided for the user.

    Words are taken from the cells as written: NA, None and the like name a class, and only an
    empty cell is missing. Where a whole number has a leading zero, all of the classes are words.
    """
    import pandas as pd

    name = dataset.target
    labels = [cell.strip() for cell in cells]
    if len(labels) != len(column):
        raise ConfigError(
            f"dataset.path={dataset.path}: is no csv table: its rows cannot be told apart"
        )
    missing = np.array([not word for word in labels])
    if missing.any():
        raise ConfigError(
            f"dataset: column {name} has {missing.sum()} missing values, "
            f"the first in row {missing.argmax() + 1}"
        )
    notes = []
    if labels != list(cells):
        notes.append(f"{dataset.path}: blanks around the classes of {name} are left out")
    padded = next((word for word in labels if re.fullmatch(r"[+-]?0\d+(\.0*)?", word)), None)
    if padded is not None:
        if pd.api.types.is_numeric_dtype(column):
            notes.append(f"{dataset.path}: classes {padded}, ... of {name} are words, as written")
        return np.array(labels, dtype=object), notes
    if pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.to_numpy(), []  # blanks around numbers mean nothing
    if pd.api.types.is_float_dtype(column) and np.isfinite(column).all():
        values = column.to_numpy(np.float64)
        is_fraction = values != np.round(values)
        if is_fraction.any():
            row = int(is_fraction.argmax())
            raise ConfigError(
                f"dataset: column {name} holds fractions, classes are whole numbers or words: "
                f"{labels[row]} in row {row + 1}"
            )
        if np.abs(values).max() < 2**53:
            note = f"{dataset.path}: classes {labels[0]}, ... of {name} are whole numbers"
            return values.astype(np.int64), [note]
    # "1.0" and "1" are the same class, also beside words.
    labels = [re.sub(r"^([+-]?\d+)\.0*$", r"\1", word) for word in labels]
    return np.array(labels, dtype=object), notes  # strings of NumPy's own end at a NUL
