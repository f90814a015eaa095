"""Cells of a table, read as a column of numbers, booleans, dates or words."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.data.columns import Column, read_texts
from fcnn.data.dates import ISO, durations_to_days, find_date_formats, parse_dates, to_days
from fcnn.data.number_formats import (
    DEFAULT_FORMAT,
    NumberFormat,
    cast_numbers,
    drop_missing,
    find_missing,
    find_numbers,
    trim,
)

if TYPE_CHECKING:
    import pyarrow as pa

_BOOLEANS = ("false", "true")


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

    distinct = pc.unique(drop_missing(texts)).to_pylist()
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
    return Column(name, "word", np.array(read_texts(texts), dtype=object), cells)


def _parse_typed(name: str, cells: "pa.ChunkedArray[Any]") -> Column:
    """Read a column whose type the file says itself, and anything else as words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types, kind = pa.types, cells.type
    if types.is_boolean(kind):
        return Column(name, "boolean", _to_numpy(pc.cast(cells, pa.float64())), cells)
    if types.is_null(kind):
        return Column(name, "number", np.full(len(cells), np.nan), cells)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return Column(name, "number", _to_numpy(pc.cast(cells, pa.float64(), safe=False)), cells)
    if types.is_timestamp(kind) or types.is_date(kind):
        instants = pc.cast(cells, pa.timestamp("ms"), safe=False).to_pandas()
        return Column(name, "date", to_days(instants), cells, (ISO,))
    if types.is_duration(kind):
        return Column(name, "number", durations_to_days(cells.to_pandas()), cells)
    return Column(name, "word", np.array(read_texts(cells), dtype=object), cells)
