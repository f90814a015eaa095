"""Texts read as dates, which a network gets as days."""

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

ISO = "ISO8601"
_QUARTER = "quarter"
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
_MONTH_FIRST = ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y")
_CERTAIN = (
    *("%Y/%m/%d", "%Y.%m.%d", "%b-%d-%Y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%b %d %Y"),
    *("%d %B %Y", "%B %d, %Y", "%m/%Y", "%Y/%m", "%b %Y", "%B %Y", "%b-%Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S")
_ISO_PATTERN = (
    r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?"
)
_QUARTER_PATTERN = r"(\d{4})[- ]?[Qq]([1-4])"
_LIKE_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2}))(?:[T ].*)?"
"""What people take for dates, in whatever notation, also where some of them are none."""
_CANDIDATE_PATTERN = r"[\w:+.,/ -]*\d[\w:+.,/ -]*"


def find_date_formats(texts: Sequence[str], day_first: str) -> list[str]:
    """Find the formats that fit all of some texts, and read them differently.

    Args:
        texts: Distinct texts, none of them empty.
        day_first: `auto`, `true` or `false`: whether 1/2/2020 is in February.

    Returns:
        None of them if these are no dates, one if they are, two where day and month may be
        either.
    """
    import pandas as pd

    series = pd.Series(list(texts), dtype="str")
    if series.empty or not series.str.fullmatch(_CANDIDATE_PATTERN).all():
        return []
    if series.str.fullmatch(_ISO_PATTERN).all() and _parse(series, ISO) is not None:
        return [ISO]
    if series.str.fullmatch(_QUARTER_PATTERN).all():
        return [_QUARTER]
    fitting: dict[tuple[float, ...], str] = {}
    for format_string in _list_formats(day_first):
        # The first text alone rules out nearly all of the formats.
        if _parse(series[:1], format_string) is not None:
            values = _parse(series, format_string)
            if values is not None:
                fitting.setdefault(tuple(values), format_string)
    return list(fitting.values())


def find_unread_date(texts: Sequence[str]) -> str:
    """Return a text that is not in ISO 8601, if at least half of them look like dates; else ""."""
    import pandas as pd

    series = pd.Series(list(texts), dtype="str")
    if series.str.fullmatch(_LIKE_DATE).mean() < 0.5:
        return ""
    unread = series[np.isnan(parse_dates(texts, ISO))]
    return str(unread.iloc[0]) if len(unread) else ""


def parse_dates(texts: Sequence[str], format_string: str) -> NDArray[np.float64]:
    """Read texts in a format that fits them as days since 1970-01-01, UTC; NaN for others."""
    import pandas as pd

    series = pd.Series(list(texts), dtype="str")
    return to_days(_to_datetime(series, format_string, errors="coerce"))


def to_days(instants: "pd.Series[Any]") -> NDArray[np.float64]:
    """Convert instants to days since 1970-01-01, UTC; NaN for none."""
    if instants.dt.tz is not None:
        instants = instants.dt.tz_convert("UTC").dt.tz_localize(None)
    # Nanoseconds would not reach 9999-12-31, which often stands for a day that has not come.
    microseconds = instants.to_numpy("datetime64[us]")
    return np.asarray((microseconds - np.datetime64(0, "us")) / np.timedelta64(1, "D"))


def durations_to_days(durations: "pd.Series[Any]") -> NDArray[np.float64]:
    """Convert durations to days; NaN for none."""
    return np.asarray(durations.dt.total_seconds(), dtype=np.float64) / 86_400


def _list_formats(day_first: str) -> list[str]:
    formats = list(_CERTAIN)
    if day_first != "false":
        formats += _DAY_FIRST
    if day_first != "true":
        formats += _MONTH_FIRST
    return [date + time for date, time in product(formats, _TIMES)]


def _parse(series: "pd.Series[Any]", format_string: str) -> NDArray[np.float64] | None:
    try:
        return to_days(_to_datetime(series, format_string, errors="raise"))
    except (ValueError, OverflowError):
        return None


def _to_datetime(series: "pd.Series[Any]", format_string: str, errors: Any) -> "pd.Series[Any]":
    import pandas as pd

    if format_string == _QUARTER:
        parts = series.str.extract(f"^{_QUARTER_PATTERN}$")
        month = pd.to_numeric(parts[1], errors="coerce") * 3 - 2
        series = parts[0] + "-" + month.astype("Int64").astype("string").str.zfill(2) + "-01"
        format_string = "%Y-%m-%d"
    is_iso = format_string == ISO
    return pd.to_datetime(series, format=format_string, errors=errors, utc=is_iso)
