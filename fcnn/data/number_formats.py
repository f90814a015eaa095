"""How a file writes numbers, and texts read as numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MARKS = {"point": ".", "comma": ",", "blank": " ", "apostrophe": "'", "none": ""}
"""The characters that numbers are written with, by their names in a config."""
MISSING_MARKS = (
    *("", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "<na>", "#na", "nil"),
    *("?", "-", "--", ".", "..", "*"),
)
"""What stands for a missing value among numbers, in lower case."""


@dataclass(frozen=True)
class NumberFormat:
    """Decimal mark and thousands separator, by their names in a config."""

    decimal: str
    thousands: str

    @property
    def pattern(self) -> str:
        """A regular expression for whole cells that are numbers in this format."""
        decimal = re.escape(MARKS[self.decimal])
        whole = r"\d+"
        if self.thousands != "none":
            separator = re.escape(MARKS[self.thousands])
            separator = r"[ \x{00A0}\x{202F}]" if self.thousands == "blank" else separator
            whole = rf"(?:\d{{1,3}}(?:{separator}\d{{3}})+|\d+)"
        exponent = r"(?:[eE][+-]?\d+)?"
        return (
            rf"^[+-]?(?:(?:{whole}(?:{decimal}\d*)?|{decimal}\d+){exponent}"
            r"|(?i:inf|infinity))$"
        )

    def __str__(self) -> str:
        return f"dataset.decimal={self.decimal} dataset.thousands={self.thousands}"


DEFAULT_FORMAT = NumberFormat("point", "none")
FORMATS = (
    DEFAULT_FORMAT,
    NumberFormat("comma", "none"),
    NumberFormat("point", "comma"),
    NumberFormat("comma", "point"),
    NumberFormat("point", "blank"),
    NumberFormat("comma", "blank"),
    NumberFormat("point", "apostrophe"),
    NumberFormat("comma", "apostrophe"),
)


_NUMBER_WITH_UNIT = re.compile(
    r"(?P<before>[%€$£¥]|[A-Z]{3}(?=\W))?\s*[+-]?\d[\d.,'\s]*?\s*(?P<after>[^\W\d]{1,10}|[^\w\s.,'+-]{1,3})?"
)


def find_unit(texts: Iterable[str]) -> str:
    """Return the unit that all texts have beside a number, as `%` in `7.5 %`; empty if none."""
    units = set()
    for text in texts:
        match = _NUMBER_WITH_UNIT.fullmatch(text)
        units.add((match["before"] or match["after"] or "") if match else "")
        if len(units) > 1:
            return ""
    return units.pop() if units else ""


def trim(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    """Remove the blanks around cells."""
    import pyarrow.compute as pc

    return pc.utf8_trim_whitespace(cells)


def find_missing(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    """Find trimmed cells that are empty or stand for a missing number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(pc.utf8_lower(cells), pa.array(MISSING_MARKS, cells.type))


def drop_missing(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    """Leave out trimmed cells that are null or empty, or stand for a missing number."""
    import pyarrow.compute as pc

    return pc.drop_null(pc.if_else(find_missing(cells), None, cells))


def find_numbers(cells: "pa.Array[Any]", number_format: NumberFormat) -> "pa.Array[Any]":
    """Find trimmed cells that are numbers; a missing cell is none."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring_regex(cells, number_format.pattern), False)


def cast_numbers(cells: "pa.Array[Any]", number_format: NumberFormat) -> "pa.Array[Any] | None":
    """Read trimmed cells, missing where null, as double precision; None if any is no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if number_format != DEFAULT_FORMAT:
        if not pc.all(pc.match_substring_regex(cells, number_format.pattern)).as_py():
            return None
        if number_format.thousands == "blank":
            cells = pc.replace_substring_regex(cells, r"[ \x{00A0}\x{202F}]", "")
        elif number_format.thousands != "none":
            cells = pc.replace_substring(cells, MARKS[number_format.thousands], "")
        if number_format.decimal != "point":
            cells = pc.replace_substring(cells, MARKS[number_format.decimal], ".")
    try:
        return pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return None
