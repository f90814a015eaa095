"""Numbers of a column share a notation and have three significant digits."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.numbers import (
    FIGURE_SPACE,
    PUNCTUATION_SPACE,
    align_decimals,
    format_intervals,
    format_numbers,
    format_p_values,
    format_share_intervals,
    format_shares,
)
from fcnn.report.columns import present_columns


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([4.2e-05, 0.000136, 0.5], ["4.20e-05", "1.36e-04", "5.00e-01"]),
        ([0.0123, 9.996, 123.4], ["0.0123", "10.0", "123"]),
        ([9.96, 1], ["9.96", "1.00"]),
        ([10, 2500, np.nan], ["10", "2500", "–"]),
        ([np.inf, -np.inf, 0.5, 0], ["∞", "-∞", "0.500", "0"]),
        ([2.5e7, 1], ["2.50e+07", "1.00e+00"]),
        ([], []),
    ],
)
def test_numbers_of_a_column_have_one_notation(values, texts):
    assert format_numbers(values) == texts


def test_shares_are_percent():
    assert format_shares([0.1, 1.0, np.nan]) == ["10 %", "100 %", "–"]
    assert format_shares([0.0784, -0.00001]) == ["7.8 %", "0.0 %"]
    assert format_share_intervals([0.1, np.nan], [0.255, np.nan]) == ["10.0 to 25.5 %", "–"]


def test_small_p_values_are_below_a_limit():
    assert format_p_values([1e-20, 0.0123456, np.nan]) == ["< 0.0001", "0.0123", "–"]


def test_limits_of_intervals_share_the_notation_of_the_column():
    assert format_intervals([4.2e-05, np.nan], [0.5, np.nan]) == ["4.20e-05 to 5.00e-01", "–"]


def test_limit_is_not_rounded_to_the_boundary_that_it_excludes():
    assert format_intervals([1.004, 0.5], [1.02, 0.9996], 1.0) == [
        "1.004 to 1.02",
        "0.500 to 0.9996",
    ]
    assert format_intervals([1.0004], [4e6], 1.0) == ["1.0004e+00 to 4.00e+06"]


def test_points_stand_in_line():
    texts = align_decimals(["1.25", "12.5", "125", "–"])
    padding = [FIGURE_SPACE, PUNCTUATION_SPACE + 2 * FIGURE_SPACE]
    assert texts == ["1.25", "12.5" + padding[0], "125" + padding[1], "–"]


def test_columns_of_words_stay_and_numbers_are_aligned_at_the_right():
    rows = pd.DataFrame({"cell": ["2-16-1"], "share stuck": [0.3], "p": [0.5], "seeds": [10]})
    columns = present_columns(rows)
    assert [column.texts[0] for column in columns] == ["2-16-1", "30 %", "0.5000", "10"]
    assert [column.is_number for column in columns] == [False, True, True, True]
