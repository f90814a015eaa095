"""A column of new rows, read as the column that a network was trained on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fcnn.data.columns import shorten
from fcnn.data.dates import durations_to_days, parse_dates, to_days
from fcnn.data.encoder import Feature
from fcnn.data.number_formats import (
    DEFAULT_FORMAT,
    NumberFormat,
    cast_numbers,
    find_missing,
    find_numbers,
    trim,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class FrameColumn:
    """Values as in `fcnn.data.columns.Column`, which of them are gaps, and what is wrong."""

    values: NDArray[Any]
    missing: NDArray[np.bool_]
    complaints: tuple[str, ...] = ()


def read_frame_column(
    series: "pd.Series[Any]", feature: Feature, number_format: NumberFormat
) -> FrameColumn:
    """Read a column of a data frame.

    Args:
        series: Texts as a file has them, or values of any type.
        feature: The column that the network was trained on.
        number_format: How texts write numbers.
    """
    import pandas as pd

    types, kind = pd.api.types, series.dtype
    if feature.kind == "word":
        words = _as_texts(series)
        return FrameColumn(words, np.asarray(words == "", dtype=bool))
    if types.is_bool_dtype(kind) or types.is_numeric_dtype(kind):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    elif types.is_timedelta64_dtype(kind) and feature.kind == "number":
        values = durations_to_days(series)
    elif types.is_datetime64_any_dtype(kind) and feature.kind == "date":
        values = to_days(series)
    else:
        return _parse_texts(series, feature, number_format)
    return _check_values(series, feature, values, np.isnan(values))


def _check_values(
    series: "pd.Series[Any]", feature: Feature, values: NDArray[Any], missing: NDArray[np.bool_]
) -> FrameColumn:
    """Complain about the first value that the feature cannot have; NaN stands for what is none."""
    is_fault = ~missing & ~np.isfinite(values)
    if feature.kind == "boolean":
        is_fault |= ~missing & ~np.isin(values, (0, 1))
    if not is_fault.any():
        return FrameColumn(values, missing)
    row = int(is_fault.argmax())
    cell = shorten(_as_text(series.iloc[row]))
    complaint = f"column {feature.name} should hold a {feature.kind}, not {cell} in row {row + 1}"
    return FrameColumn(values, missing, (complaint,))


def _parse_texts(
    series: "pd.Series[Any]", feature: Feature, number_format: NumberFormat
) -> FrameColumn:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = _as_texts(series)
    cells = trim(pa.array(texts, pa.string()))
    missing = np.asarray(find_missing(cells).to_numpy(zero_copy_only=False), dtype=bool)
    values = np.full(len(texts), np.nan)
    if feature.kind == "date" and feature.date_format:
        values[~missing] = parse_dates(list(texts[~missing]), feature.date_format)
    for candidate in dict.fromkeys((number_format, DEFAULT_FORMAT)):
        is_number = np.asarray(find_numbers(cells, candidate).to_numpy(zero_copy_only=False))
        is_open = is_number & np.isnan(values)
        if feature.kind != "date" and is_open.any():
            numbers = cast_numbers(cells.filter(pa.array(is_open)), candidate)
            if numbers is not None:
                values[is_open] = numbers.to_numpy()
    if feature.kind == "boolean":
        lower = np.asarray(pc.utf8_lower(cells).to_pylist(), dtype=object)
        values = np.where(lower == "true", 1.0, np.where(lower == "false", 0.0, values))
    return _check_values(series, feature, values, missing)


def _as_texts(series: "pd.Series[Any]") -> NDArray[Any]:
    """Return texts without the blanks around them, "" for gaps; whole numbers have no point."""
    values = series.astype(object).where(series.notna(), None)
    return np.array([_as_text(value) for value in values], dtype=object)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()
