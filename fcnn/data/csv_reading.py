"""A csv text as named columns of texts, in the dialect that its config says or that it shows."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fcnn.config.tables import TableDataset
from fcnn.data.csv_rows import (
    SEPARATORS,
    Dialect,
    RowError,
    check_names,
    has_line_breaks,
    prepare_text,
    read_located_records,
    read_rows,
    read_rows_with_names,
)
from fcnn.data.number_formats import DEFAULT_FORMAT, find_numbers, trim
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

COMMENT = "#"
"""What begins a comment where the config leaves that open."""


@dataclass(frozen=True, eq=False)
class CsvReading:
    """A csv text in one of its possible readings.

    Attributes:
        dialect: How the text is divided.
        text: The prepared text.
        names: The names of all fields.
        columns: Texts by name, blanks around them included.
        has_header: Whether the first row names the columns.
        looks_headless: Whether the first row is taken for names, but holds numbers only.
        is_default: Whether the default reading was right.
        notes: What was decided for the user.
    """

    dialect: Dialect
    text: str
    names: tuple[str, ...]
    columns: "dict[str, pa.ChunkedArray[Any]]"
    has_header: bool
    looks_headless: bool
    is_default: bool = True
    notes: tuple[str, ...] = ()

    @property
    def has_line_breaks(self) -> bool:
        """Whether any field spans lines."""
        return self.dialect.quote in self.text and has_line_breaks(
            [*self.names, *self.columns.values()]
        )


def read_csv_text(dataset: TableDataset, text: str, wanted: Set[str]) -> CsvReading:
    """Read a csv text.

    The default reading (commas, no comments, a header) wins if its rows have equally many fields,
    more than one, and it has the columns that are wanted. Others are tried only after it fails.

    Args:
        dataset: The table's config; `auto` leaves something to be found.
        text: The text.
        wanted: Names of columns that the config names.

    Raises:
        ConfigError: The text is no table, or can be read in several ways.
    """
    default, *others = _list_dialects(dataset, text)
    reading: CsvReading | None = None
    reason = ""
    try:
        reading = _read(dataset, text, default, wanted)
    except RowError as error:
        reason = str(error)
    if reading and len(reading.columns) > 1 and wanted <= reading.columns.keys():
        return _checked(dataset, reading, wanted)
    fitting = _find_fitting(dataset, text, others, wanted)
    complete = [other for other in fitting if wanted <= other.columns.keys()]
    if not complete and reading and (len(reading.columns) > 1 or not fitting):
        _explain_single_column(dataset, text, others, reading, wanted)
        return _checked(dataset, reading, wanted)
    alternatives = complete or fitting
    if not alternatives:
        raise ConfigError(f"dataset.path={dataset.path}: {reason}")
    if len(alternatives) > 1:
        options = " or ".join(str(other.dialect) for other in alternatives)
        raise ConfigError(
            f"dataset.path={dataset.path}: can be read in several ways; say which: {options}"
        )
    chosen = replace(alternatives[0], is_default=False)
    note = f"{dataset.path}: is read with {chosen.dialect}"
    return _checked(dataset, replace(chosen, notes=(note, *chosen.notes)), wanted)


def _list_dialects(dataset: TableDataset, text: str) -> list[Dialect]:
    """List the dialects to try, the default one first."""
    separators: Sequence[str] = list(SEPARATORS)
    if dataset.separator != "auto":
        separators = [dataset.separator]
    comments: Sequence[str] = [dataset.comment]
    if dataset.comment == "auto":
        has_comments = COMMENT in text and re.search(rf"^[ \t]*{COMMENT}", text, re.MULTILINE)
        comments = ["none", COMMENT] if has_comments else ["none"]
    return [Dialect(separator, comment=comment) for comment in comments for separator in separators]


def _find_fitting(
    dataset: TableDataset, text: str, dialects: Sequence[Dialect], wanted: Set[str]
) -> list[CsvReading]:
    """Find the readings that differ and give equally long rows of more than one field."""
    fitting: list[CsvReading] = []
    for dialect in dialects:
        try:
            reading = _read(dataset, text, dialect, wanted)
        except RowError:
            continue
        if len(reading.columns) > 1 and not any(_agree(reading, other) for other in fitting):
            fitting.append(reading)
    return fitting


def _explain_single_column(
    dataset: TableDataset,
    text: str,
    dialects: Sequence[Dialect],
    reading: CsvReading,
    wanted: Set[str],
) -> None:
    """Refuse a table of one column whose header has the wanted names in another dialect."""
    if len(reading.columns) > 1 or wanted <= reading.columns.keys():
        return
    for dialect in dialects:
        prepared = prepare_text(text, dialect)
        header = next(read_located_records(prepared, dialect)).fields
        if wanted <= {name.strip() for name in header}:
            try:
                read_rows(prepared, dialect)
            except RowError as error:
                raise ConfigError(f"dataset.path={dataset.path}: with {dialect}, {error}") from None


def _agree(reading: CsvReading, other: CsvReading) -> bool:
    return reading.columns.keys() == other.columns.keys() and all(
        trim(column).equals(trim(other.columns[name])) for name, column in reading.columns.items()
    )


def _read(dataset: TableDataset, text: str, dialect: Dialect, wanted: Set[str]) -> CsvReading:
    """Read a text in one dialect.

    Raises:
        RowError: It cannot be read so.
    """
    prepared, rows = read_rows_with_names(prepare_text(text, dialect), dialect)
    first = [str(column[0].as_py()).strip() for column in rows.columns]
    notes: list[str] = []
    if dialect.quote == '"' and all(re.fullmatch("'.+'", name) for name in first):
        return replace(
            _read(dataset, text, replace(dialect, quote="'"), wanted),
            notes=(f"{dataset.path}: its names are in single quotes, which are left out",),
        )
    numbered = [f"column_{index + 1}" for index in range(len(first))]
    is_numeric = _are_numbers(first)
    has_header = dataset.header != "false"
    if dataset.header == "auto" and wanted and wanted <= set(numbered) - set(first):
        has_header = False
        notes.append(f"{dataset.path}: has no header: its columns are called {_span(numbered)}")
    names = first if has_header else numbered
    if has_header:
        rows = rows.slice(1)
    # Two columns of one name are refused later.
    columns = {
        name or f"Unnamed: {index}": column
        for index, (name, column) in enumerate(zip(names, rows.columns, strict=True))
        if name or not _is_empty(column)
    }
    looks_headless = has_header and is_numeric and dataset.header == "auto"
    return CsvReading(
        dialect, prepared, tuple(names), columns, has_header, looks_headless, notes=tuple(notes)
    )


def _checked(dataset: TableDataset, reading: CsvReading, wanted: Set[str]) -> CsvReading:
    # Data that is taken for a header may well hold a number twice.
    if not reading.looks_headless or wanted <= set(reading.names):
        check_names(dataset.path, reading.names)
    if not len(next(iter(reading.columns.values()), ())):
        raise ConfigError(f"dataset.path={dataset.path}: has no rows")
    return reading


def _are_numbers(texts: Sequence[str]) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    return bool(pc.all(find_numbers(pa.array(texts, pa.string()), DEFAULT_FORMAT)).as_py())


def _is_empty(cells: "pa.ChunkedArray[Any]") -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.equal(trim(cells), "")).as_py())


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
