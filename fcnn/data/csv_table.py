"""Csv files as tables, whose columns are checked cell by cell."""

import csv
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import CsvDataset
from fcnn.data.csv_file import check_records, read_once, read_records
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
        cell = fields[positions[column]]
        printable = "".join(char if char.isprintable() else " " for char in cell).strip()
        if len(printable) <= MAX_CELL_LENGTH:
            return printable
        return f"{printable[: MAX_CELL_LENGTH - 3]}..."

    features = _select_features(dataset, frame)
    is_classification = dataset.task == "classification"
    numeric = features if is_classification else (*features, dataset.target)
    numbers = {column: _parse_numbers(dataset, frame[column], format_cell) for column in numeric}
    x = np.column_stack([numbers[column] for column in features])
    notes: list[str] = []
    target: NDArray[Any]
    if is_classification:
        position = positions[dataset.target]
        cells = [fields[position] for fields in read_records(raw)][1:]
        target, notes = _parse_classes(dataset, frame[dataset.target], cells)
    else:
        target = numbers[dataset.target]
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


def _select_features(dataset: CsvDataset, frame: "pd.DataFrame") -> tuple[str, ...]:
    """Select the columns to learn from, and refuse the target under any name."""
    others = tuple(column for column in frame.columns if column != dataset.target)
    features = dataset.features or others
    if dataset.target in features:
        raise ConfigError(
            f"dataset.features={list(features)}: column {dataset.target} is the target, "
            "which must not be a feature"
        )
    for column in (dataset.target, *features):
        if column not in frame.columns:
            raise ConfigError(
                f"dataset: column {column} is not in {dataset.path}; "
                f"it has {', '.join(frame.columns)}"
            )
    if not features:
        raise ConfigError(
            f"dataset.path={dataset.path}: has no column besides the target, {dataset.target}"
        )
    target = frame[dataset.target]
    for column in features:
        # pandas numbers columns of the same name, and may have written the file itself.
        is_namesake = _strip_number(column) == _strip_number(dataset.target)
        if is_namesake and frame[column].equals(target):
            raise ConfigError(
                f"dataset: column {column} repeats the target, {dataset.target}, "
                "which must not be a feature; dataset.features names the columns to use"
            )
    return features


def _strip_number(column: str) -> str:
    return re.sub(r"\.\d+$", "", column.strip())


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
    if values.min() == values.max() and column.nunique() > 1:
        largest = int(np.abs(values).argmax())
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
    empty cell is missing.
    """
    import pandas as pd

    name = dataset.target
    words = [cell.strip() for cell in cells]
    if len(words) != len(column):
        raise ConfigError(
            f"dataset.path={dataset.path}: is no csv table: its rows cannot be told apart"
        )
    missing = np.array([not word for word in words])
    if missing.any():
        raise ConfigError(
            f"dataset: column {name} has {missing.sum()} missing values, "
            f"the first in row {missing.argmax() + 1}"
        )
    if pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.to_numpy(), []
    notes = []
    if pd.api.types.is_float_dtype(column) and np.isfinite(column).all():
        values = column.to_numpy(np.float64)
        is_fraction = values != np.round(values)
        if is_fraction.any():
            row = int(is_fraction.argmax())
            raise ConfigError(
                f"dataset: column {name} holds fractions, classes are whole numbers or words: "
                f"{words[row]} in row {row + 1}"
            )
        if np.abs(values).max() < 2**53:
            notes.append(f"{dataset.path}: classes {words[0]}, ... of {name} are whole numbers")
            return values.astype(np.int64), notes
    if words != list(cells):
        notes.append(f"{dataset.path}: blanks around the classes of {name} are left out")
    # "1.0" and "1" are the same class, also beside words.
    return np.array([re.sub(r"^([+-]?\d+)\.0*$", r"\1", word) for word in words]), notes
