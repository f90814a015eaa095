"""Columns of a table: what kind each is, and its values."""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fcnn.data.number_formats import trim

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["number", "boolean", "date", "word"]
MAX_CELL_LENGTH = 40
"""Characters of a cell that a message quotes."""
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
        return read_texts(self.cells)

    def read_values(self, rows: NDArray[np.int64]) -> list[Any]:
        """Return some values as JSON has them; dates as texts, gaps as None."""
        if self.kind in ("date", "word"):
            return [self.read_text(int(row)).strip() or None for row in rows]
        numbers = [None if np.isnan(value) else float(value) for value in self.values[rows]]
        if self.kind == "boolean":
            return [None if number is None else bool(number) for number in numbers]
        return numbers

    @property
    def is_duration(self) -> bool:
        """Whether its numbers are days of durations."""
        import pyarrow as pa

        return bool(pa.types.is_duration(self.cells.type))

    @property
    def is_nested(self) -> bool:
        """Whether its cells are lists or structures."""
        import pyarrow as pa

        return bool(pa.types.is_nested(self.cells.type))

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


def read_texts(cells: "pa.ChunkedArray[Any]") -> list[str]:
    """Return cells of any type as texts without the blanks around them, "" for nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(cells.type):
        return ["" if cell is None else str(cell).strip() for cell in cells.to_pylist()]
    texts: list[str] = pc.fill_null(trim(cells), "").to_pylist()
    return texts


def shorten(cell: str) -> str:
    """Return a cell as messages quote it: printable, and of at most `MAX_CELL_LENGTH`."""
    printable = "".join(char if char.isprintable() else " " for char in cell).strip()
    if len(printable) <= MAX_CELL_LENGTH:
        return printable
    return f"{printable[: MAX_CELL_LENGTH - 3]}..."
