"""The columns of a table as page and Markdown show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fcnn.analysis.numbers import (
    align_decimals,
    format_numbers,
    format_p_values,
    format_shares,
)

P_VALUE = "p"
SHARES = ("share", "importance")
"""Columns whose names begin like this are shares of one."""
NUMBERS_IN_WORDS = (
    *("factor", "difference", "interval", "epochs to target", "seeds that agree"),
    *("network", "baseline"),
)
"""Columns of texts that are read like numbers: `> 100`."""


@dataclass(frozen=True)
class Column:
    """A column of a printed table.

    Attributes:
        heading: its name.
        texts: a text for each row.
        is_number: whether it is aligned at the right.
    """

    heading: str
    texts: Sequence[str]
    is_number: bool

    @property
    def aligned(self) -> list[str]:
        """The texts, numbers padded so that their points stand in line."""
        return align_decimals(self.texts) if self.is_number else list(self.texts)


def present_columns(rows: pd.DataFrame) -> list[Column]:
    """Format the columns of a table: each in one notation, shares in percent."""
    return [_present(str(name), rows[name]) for name in rows]


def _present(name: str, values: "pd.Series[Any]") -> Column:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return Column(name, [str(value) for value in values], name in NUMBERS_IN_WORDS)
    if name.startswith(SHARES):
        texts = format_shares(values)
    elif name == P_VALUE:
        texts = format_p_values(values)
    else:
        texts = format_numbers(values)
    return Column(name, texts, is_number=True)
