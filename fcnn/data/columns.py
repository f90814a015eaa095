"""Columns of a table: what kind each is, and its values."""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fcnn.data.dates import find_date_formats, parse_dates, to_days
from fcnn.data.number_formats import (
    DEFAULT_FORMAT,
    NumberFormat,
    cast_numbers,
    find_missing,
    find_numbers,
    trim,
)

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["number", "boolean", "date", "word"]
MAX_CELL_LENGTH = 40
"""Characters of a cell that a message quotes."""
_BOOLEANS = ("false", "true")
_PADDED = r"^[+-]?0\d"


@dataclass(frozen=True, eq=False)
class Column:
    """A column, in the file's order of rows.

    Attributes:
        name: Its name.
        kind: Numbers, booleans, dates or words.
        values: Numbers, booleans as 0 and 1, dates as days since 1970-01-01, (n_rows,), with NaN
            for gaps; words without the blanks around them, with "" for gaps.
        cells: The cells as the file has them.
        date_formats: Of dates, the format; of what could be either of two, both.
        faults: Rows whose cells are no numbers in a column that holds mostly numbers.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    cells: "pa.ChunkedArray[Any]"
    date_formats: tuple[str, ...] = ()
    faults: tuple[int, ...] = ()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have a gap, (n_rows,)."""
        if self.kind == "word":
            return np.asarray(self.values == "", dtype=bool)
        return np.asarray(np.isnan(self.values))

    def format_cell(self, row: int) -> str:
        """Return a cell as the file has it, shortened and printable; rows count from 0."""
        return shorten(self.read_text(row))

    def read_text(self, row: int) -> str:
        """Return a cell as the file has it; rows count from 0."""
        cell = self.cells[row].as_py()
        return "" if cell is None else str(cell)

    @property
    def texts(self) -> list[str]:
        """All cells as texts without the blanks around them, "" for gaps of other formats."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_string(self.cells.type):
            return [
                str(cell).strip() if cell is not None else "" for cell in self.cells.to_pylist()
            ]
        texts: list[str] = pc.fill_null(trim(self.cells), "").to_pylist()
        return texts

    def read_values(self, rows: NDArray[np.int64]) -> list[Any]:
        """Return some values as JSON has them; dates as texts, gaps as None."""
        if self.kind in ("date", "word"):
            return [self.read_text(int(row)).strip() or None for row in rows]
        numbers = [None if np.isnan(value) else float(value) for value in self.values[rows]]
        if self.kind == "boolean":
            return [None if number is None else bool(number) for number in numbers]
        return numbers

    @property
    def has_blanks(self) -> bool:
        """Whether any cell has blanks around it."""
        import pyarrow as pa

        if not pa.types.is_string(self.cells.type):
            return False
        return not self.cells.equals(trim(self.cells))

    def take(self, rows: NDArray[np.int64]) -> "Column":
        """Return the column of some of its rows, in this order."""
        if len(rows) == len(self.values) and (rows == np.arange(len(rows))).all():
            return self
        return replace(self, values=self.values[rows], cells=self.cells.take(rows), faults=())

    def update_hash(self, digest: "hashlib._Hash") -> None:
        """Add name, kind and values to a hash."""
        digest.update(f"{len(self.name)} {self.name} {self.kind} {len(self.values)} ".encode())
        if self.kind == "word":
            for word in self.values:
                digest.update(f"{len(word)} {word}".encode(errors="surrogatepass"))
            return
        # Zeros and gaps each have several patterns of bits.
        values = np.where(np.isnan(self.values), np.nan, self.values + 0.0)
        digest.update(values.astype("<f8").tobytes())
        # "007" and "7" are one number, but may be two classes.
        if self.faults or self._has_padded_numbers():
            digest.update("\0".join(self.texts).encode(errors="surrogatepass"))

    def _has_padded_numbers(self) -> bool:
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.kind != "number" or not pa.types.is_string(self.cells.type):
            return False
        return bool(pc.any(pc.match_substring_regex(trim(self.cells), _PADDED)).as_py())


def shorten(cell: str) -> str:
    """Return a cell as messages quote it: printable, and of at most `MAX_CELL_LENGTH`."""
    printable = "".join(char if char.isprintable() else " " for char in cell).strip()
    if len(printable) <= MAX_CELL_LENGTH:
        return printable
    return f"{printable[: MAX_CELL_LENGTH - 3]}..."


def parse_column(
    name: str,
    cells: "pa.ChunkedArray[Any]",
    number_format: NumberFormat = DEFAULT_FORMAT,
    day_first: str = "auto",
) -> Column:
    """Find out what a column holds.

    A column that holds numbers in at least half of the rows that are not empty is one of numbers,
    and its other cells are faults.

    Args:
        name: Its name.
        cells: Texts, or values of another type that a Parquet file or a data frame has.
        number_format: How numbers are written.
        day_first: Whether 1/2/2020 is in February: `auto`, `true` or `false`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(cells.type):
        cells = pc.cast(cells, cells.type.value_type)
    if pa.types.is_large_string(cells.type) or pa.types.is_string_view(cells.type):
        cells = pc.cast(cells, pa.string())
    if not pa.types.is_string(cells.type):
        return _parse_typed(name, cells)
    texts = trim(cells)
    values = _read_numbers(texts, number_format)
    if values is not None:
        return Column(name, "number", values, cells)
    lower = pc.utf8_lower(texts)
    if pc.all(pc.is_in(lower, pa.array(("", *_BOOLEANS)))).as_py():
        positions = pc.cast(pc.index_in(lower, pa.array(_BOOLEANS)), pa.float64())
        return Column(name, "boolean", _to_numpy(positions), cells)
    column = _parse_dates(name, cells, texts, day_first)
    if column is not None:
        return column
    return _parse_words(name, cells, texts, number_format)


def _read_numbers(
    texts: "pa.ChunkedArray[Any]", number_format: NumberFormat
) -> NDArray[np.float64] | None:
    import pyarrow.compute as pc

    # Nearly all columns of numbers have no gaps, and this is fast.
    numbers = cast_numbers(texts, number_format)
    if numbers is None:
        present = pc.if_else(find_missing(texts), None, texts)
        numbers = cast_numbers(present, number_format)
    return None if numbers is None else _to_numpy(numbers)


def _to_numpy(numbers: "pa.ChunkedArray[Any]") -> NDArray[np.float64]:
    return np.array(numbers.fill_null(np.nan).to_numpy(), dtype=np.float64)


def _parse_dates(
    name: str, cells: "pa.ChunkedArray[Any]", texts: "pa.ChunkedArray[Any]", day_first: str
) -> Column | None:
    import pyarrow.compute as pc

    distinct = pc.unique(pc.drop_null(pc.if_else(find_missing(texts), None, texts))).to_pylist()
    formats = find_date_formats(distinct, day_first)
    if not formats:
        return None
    days = dict(zip(distinct, parse_dates(distinct, formats[0]), strict=True))
    values = np.array([days.get(text, np.nan) for text in texts.to_pylist()], dtype=np.float64)
    return Column(name, "date", values, cells, tuple(formats))


def _parse_words(
    name: str,
    cells: "pa.ChunkedArray[Any]",
    texts: "pa.ChunkedArray[Any]",
    number_format: NumberFormat,
) -> Column:
    import pyarrow.compute as pc

    is_number = find_numbers(texts, number_format)
    is_missing = find_missing(texts)
    n_numbers, n_missing = (pc.sum(mask).as_py() or 0 for mask in (is_number, is_missing))
    if n_numbers and n_numbers >= (len(cells) - n_missing) / 2:
        numbers = cast_numbers(pc.if_else(is_number, texts, None), number_format)
        assert numbers is not None
        is_fault = ~np.asarray(is_number.to_numpy() | is_missing.to_numpy(), dtype=bool)
        faults = tuple(int(row) for row in np.flatnonzero(is_fault))
        return Column(name, "number", _to_numpy(numbers), cells, faults=faults)
    words = np.array(pc.fill_null(texts, "").to_pylist(), dtype=object)
    return Column(name, "word", words, cells)


def _parse_typed(name: str, cells: "pa.ChunkedArray[Any]") -> Column:
    """Read a column whose type the file says itself, and anything else as words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types, kind = pa.types, cells.type
    if types.is_boolean(kind):
        return Column(name, "boolean", _to_numpy(pc.cast(cells, pa.float64())), cells)
    if types.is_null(kind):
        return Column(name, "number", np.full(len(cells), np.nan), cells)
    if (
        types.is_integer(cells.type)
        or types.is_floating(cells.type)
        or types.is_decimal(cells.type)
    ):
        return Column(name, "number", _to_numpy(pc.cast(cells, pa.float64(), safe=False)), cells)
    if types.is_timestamp(kind) or types.is_date(kind):
        instants = pc.cast(cells, pa.timestamp("ms"), safe=False).to_pandas()
        return Column(name, "date", to_days(instants), cells, (str(kind),))
    return Column(name, "word", np.array(_format_cells(cells), dtype=object), cells)


def _format_cells(cells: "pa.ChunkedArray[Any]") -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in cells.to_pylist()]
