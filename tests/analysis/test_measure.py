"""Values as reports print them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcnn.analysis.measure import format_number


@pytest.mark.parametrize(
    ("value", "boundary", "text"),
    [
        (1.0042, None, "1"),
        (1.0042, 1.0, "1.004"),
        (0.99996, 1.0, "0.99996"),
        (1.0, 1.0, "1"),
        (9.998, 10.0, "9.998"),
        (228.4, 1.0, "228"),
        (float("inf"), 1.0, "inf"),
    ],
)
def test_printed_value_has_as_many_digits_as_tell_it_from_a_boundary(value, boundary, text):
    assert format_number(value, boundary) == text


@given(st.floats(0.5, 2.0), st.sampled_from([1.0, 1.5, 1.23456]))
def test_printed_value_is_never_on_the_other_side_of_a_boundary(value, boundary):
    printed = float(format_number(value, boundary))
    assert np.sign(printed - boundary) in (np.sign(value - boundary), 0.0)
