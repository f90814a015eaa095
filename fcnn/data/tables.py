"""Tables: a csv file read once a process, and its columns checked cell by cell before anything is made of them."""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import TableTask
from fcnn.config.schema import Config, CsvDataset
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

BYTES_KEPT = 2**28
"""Of all csv files together; what goes beyond is read from disk again, and has to be what it was."""
LARGEST, SMALLEST = 1e150, 1e-150
"""Squares of larger values overflow, and of smaller ones vanish."""


@dataclass(frozen=True, eq=False)
class Table:
    """Features and target of a table, in its own units and its own order of rows.

    Shapes: `x` (n_rows, n_features); `target` (n_rows,) or (n_rows, n_outputs), numbers, or for classes whole numbers or words.
    `features` and `targets` name the columns. `written(row, column)` is a cell as its file has it, rows from 0; `notes` say in a
    line each what was decided for the user.
    """

    name: str
    features: tuple[str, ...]
    targets: tuple[str, ...]
    x: NDArray[np.float64]
    target: NDArray[Any]
    task: TableTask
    written: Callable[[int, str], str]
    notes: tuple[str, ...] = ()


_kept: dict[str, bytes] = {}


@cache
def digest_of(path: str) -> str:
    """Hash of a csv file as this process first saw it, 16 hexadecimal digits.

    Raises:
        ConfigError: it cannot be read.
    """
    raw = _read(path)
    digest = _hash(raw)
    if sum(map(len, _kept.values())) + len(raw) <= BYTES_KEPT:
        _kept.setdefault(digest, raw)
    return digest


def read_once(dataset: CsvDataset) -> bytes:
    """The csv file as this process first saw it: what is trained on is what is recorded, though the file may change.

    Raises:
        ConfigError: it cannot be read, or is no longer what it was when its digest was taken, here or in the process that planned.
    """
    digest = digest_of(dataset.path)
    raw = _kept[digest] if digest in _kept else _read(dataset.path)
    if _hash(raw) != (dataset.digest or digest):
        raise ConfigError(
            f"dataset.path={dataset.path}: its contents have changed since this was planned"
        )
    return raw


def pinned(config: Config) -> Config:
    """The config with the digest of its csv file, if it names one: wherever it is trained, the file has to be the same."""
    dataset = config.dataset
    if not isinstance(dataset, CsvDataset) or dataset.digest:
        return config
    return replace(config, dataset=replace(dataset, digest=digest_of(dataset.path)))


def _read(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ConfigError(f"dataset.path={path}: cannot be read: {error.strerror}") from None
    except (ValueError, RuntimeError) as error:  # a null byte; a home of nobody
        raise ConfigError(f"dataset.path={path}: cannot be read: {error}") from None


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]


def read(dataset: CsvDataset) -> Table:
    """The columns of a csv file that a config names.

    Raises:
        ConfigError: it cannot be read, or has columns that a network cannot use.
    """
    import pandas as pd  # takes a quarter of a second, and few configs need it

    raw = read_once(dataset)
    notes: list[str] = []
    try:
        _check_shape(dataset.path, raw)
        frame = pd.read_csv(BytesIO(raw), low_memory=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeError, csv.Error) as error:
        raise ConfigError(
            f"dataset.path={dataset.path}: is no csv table: {str(error).splitlines()[0]}"
        ) from None
    if frame.empty:
        raise ConfigError(f"dataset.path={dataset.path}: has no rows")
    columns = [str(column) for column in frame.columns]
    frame.columns = pd.Index(columns)

    def written(row: int, column: str) -> str:
        records = _records(raw)
        cell = next(
            fields[columns.index(column)] for number, fields in enumerate(records) if number > row
        )
        printable = "".join(letter if letter.isprintable() else " " for letter in cell).strip()
        return printable if len(printable) <= 40 else f"{printable[:37]}..."

    features = _features(dataset, frame)
    numeric = features if dataset.task == "classification" else (*features, dataset.target)
    numbers = {column: _numbers(dataset, frame[column], written) for column in numeric}
    target: NDArray[Any]
    if dataset.task == "classification":
        words = [fields[columns.index(dataset.target)] for fields in _records(raw)][1:]
        target, notes = _classes(dataset, frame[dataset.target], words)
    else:
        target = numbers[dataset.target]
    x = np.column_stack([numbers[column] for column in features])
    return Table(
        dataset.path, features, (dataset.target,), x, target, dataset.task, written, tuple(notes)
    )


def _records(raw: bytes) -> Iterator[list[str]]:
    """The fields of each record as they are written, the header first; blank lines are none, as pandas has it."""
    with TextIOWrapper(BytesIO(raw), encoding="utf-8-sig", newline="") as lines:
        for fields in csv.reader(lines):
            if len(fields) > 1 or (fields and fields[0].strip()):
                yield fields


def _check_shape(path: str, raw: bytes) -> None:
    """Makes sure that each name of the header is there once, and that each row has as many fields.

    pandas itself takes rows that are longer for rows with an index, fills up what is shorter, and renames a second `price` to
    `price.1`.

    Raises:
        ConfigError: it is not so.
    """
    records = _records(raw)
    header = next(records, [])
    names = [name.strip() for name in header]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            raise ConfigError(
                f"dataset.path={path}: two columns are called {name}, fields {names.index(name) + 1} "
                f"and {index + 1} of the header; each needs a name of its own"
            )
    for row, fields in enumerate(records, start=1):
        if len(fields) != len(header):
            raise ConfigError(
                f"dataset.path={path}: row {row} has {len(fields)} fields, the header has {len(header)}"
                + (
                    ""
                    if len(fields) < len(header)
                    else "; a comma separates fields and nothing else"
                )
            )


def _features(dataset: CsvDataset, frame: "pd.DataFrame") -> tuple[str, ...]:
    """The columns to learn from; the target, under whatever name, is none of them."""
    others = tuple(column for column in frame.columns if column != dataset.target)
    features = dataset.features or others
    if dataset.target in features:
        raise ConfigError(
            f"dataset.features={list(features)}: column {dataset.target} is the target, which a network is not to be told"
        )
    for column in (dataset.target, *features):
        if column not in frame.columns:
            raise ConfigError(
                f"dataset: column {column} is not in {dataset.path}; it has {', '.join(frame.columns)}"
            )
    if not features:
        raise ConfigError(
            f"dataset.path={dataset.path}: has no column beside the target, {dataset.target}"
        )
    target = frame[dataset.target]
    for column in features:
        # What pandas makes of a second column of one name, also when it has written the file itself.
        if _unnumbered(column) == _unnumbered(dataset.target) and frame[column].equals(target):
            raise ConfigError(
                f"dataset: column {column} holds the target, {dataset.target}, once more, which a network is not to be told; "
                "dataset.features names those to take"
            )
    return features


def _unnumbered(column: str) -> str:
    return re.sub(r"\.\d+$", "", column.strip())


def _numbers(
    dataset: CsvDataset, column: "pd.Series[Any]", written: Callable[[int, str], str]
) -> NDArray[np.float64]:
    """A column as numbers of which a mean and a deviation can be taken.

    Raises:
        ConfigError: one of them is missing, is no number, or is too large or too small.
    """
    import pandas as pd

    name = str(column.name)

    def refuse(fault: str, row: int, advice: str = "") -> ConfigError:
        return ConfigError(
            f"dataset: column {name} {fault}: {written(row, name)} in row {row + 1}{advice}"
        )

    missing = column.isna()
    if missing.any():
        first = int(missing.argmax())
        cell = written(first, name)
        raise ConfigError(
            f"dataset: column {name} has {missing.sum()} missing values, the first in row {first + 1}"
            + (f": {cell}" if cell else "")
        )
    if not pd.api.types.is_numeric_dtype(column):
        values = pd.to_numeric(column.astype(str), errors="coerce").to_numpy(np.float64)
        if np.isnan(values).any():
            way = (
                "dataset.task=classification takes it as classes"
                if name == dataset.target
                else "dataset.features names those to take"
            )
            raise refuse(
                f"holds text, a network needs numbers; {way}", int(np.isnan(values).argmax())
            )
        raise refuse("is too large", int(np.abs(values).argmax()), ", more than 64 bits hold")
    values = column.to_numpy(np.float64)
    if not np.isfinite(values).all():
        raise refuse("has infinite values", int((~np.isfinite(values)).argmax()))
    largest = int(np.abs(values).argmax())
    size = abs(values[largest])
    if size > LARGEST:
        raise refuse("is too large", largest, f"; at most {LARGEST:g}")
    # What is too small for 64 bits reads as 0.
    if size < SMALLEST and (size or re.match(r"[^eE]*[1-9]", written(largest, name))):
        raise refuse("is too small", largest, f"; its largest value should be {SMALLEST:g} or more")
    if values.min() == values.max() and column.nunique() > 1:
        raise refuse("is too large", largest, ", beside which its differences are lost")
    return values


def _classes(
    dataset: CsvDataset, column: "pd.Series[Any]", words: Sequence[str]
) -> tuple[NDArray[Any], list[str]]:
    """The class of each row, whole numbers or words, and what was decided for the user.

    Words are what is written: NA, None and the like name a class, and only an empty cell is missing.
    """
    import pandas as pd

    name = dataset.target
    bare = [word.strip() for word in words]
    if len(bare) != len(column):
        raise ConfigError(f"dataset.path={dataset.path}: is no csv table: its rows cannot be told")
    missing = np.array([not word for word in bare])
    if missing.any():
        raise ConfigError(
            f"dataset: column {name} has {missing.sum()} missing values, the first in row {missing.argmax() + 1}"
        )
    if pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.to_numpy(), []
    notes = []
    if pd.api.types.is_float_dtype(column) and np.isfinite(column).all():
        values = column.to_numpy(np.float64)
        fractions = values != np.round(values)
        if fractions.any():
            row = int(fractions.argmax())
            raise ConfigError(
                f"dataset: column {name} holds fractions, classes are whole numbers or words: {bare[row]} in row {row + 1}"
            )
        if np.abs(values).max() < 2**53:
            notes.append(f"{dataset.path}: classes {bare[0]}, ... of {name} are whole numbers")
            return values.astype(np.int64), notes
    if bare != list(words):
        notes.append(f"{dataset.path}: blanks around the classes of {name} are left out")
    return np.array([re.sub(r"^([+-]?\d+)\.0*$", r"\1", word) for word in bare]), notes
