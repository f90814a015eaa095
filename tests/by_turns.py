"""Products of cases, of which the suite takes some and `make verify` all."""

from collections.abc import Sequence
from typing import Any

import pytest


def by_turns(rows: Sequence[tuple[Any, ...]], columns: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Give parameters for each row with each column.

    The suite takes each row once, with the columns by turns: so each column, too, where there are
    as many rows.
    """
    return [
        pytest.param(*row, *column, marks=[] if is_its_turn else pytest.mark.verify)
        for place, row in enumerate(rows)
        for number, column in enumerate(columns)
        for is_its_turn in [place % len(columns) == number]
    ]
