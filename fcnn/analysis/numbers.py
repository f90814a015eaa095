"""Numbers in tables and figures: three significant digits, one notation in a column."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

DIGITS = 3
"""Significant digits."""
MIN_FIXED, MAX_FIXED = 1e-4, 1e6
"""A column with a value outside this range is in scientific notation."""
MIN_P_VALUE = 1e-4
MISSING, INFINITE = "–", "∞"
FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"
"""Spaces as wide as a digit and as a point."""


def format_numbers(values: Iterable[Any], boundary: float | None = None) -> list[str]:
    """Format the numbers of a column in one notation, with three significant digits.

    Whole numbers stay whole. If the smallest is below `MIN_FIXED` or the largest reaches
    `MAX_FIXED`, all are in scientific notation. A number that would be rounded to the boundary has
    as many digits as show on which side it is: limits of 1.004 to 1.02 exclude a factor of 1.

    Example:
        >>> format_numbers([4.2e-05, 0.000136])
        ['4.20e-05', '1.36e-04']
        >>> format_numbers([0.5, 12, float("nan")])
        ['0.500', '12.0', '–']
    """
    numbers = np.asarray([float(value) for value in values])
    sizes = np.abs(numbers[np.isfinite(numbers) & (numbers != 0)])
    if len(sizes) and (sizes.min() < MIN_FIXED or sizes.max() >= MAX_FIXED):
        return [_format_beside(number, DIGITS - 1, "e", boundary) for number in numbers]
    if (sizes == sizes.round()).all():
        return [_format(number, ".0f") for number in numbers]
    return [_format_beside(number, _count_decimals(number), "f", boundary) for number in numbers]


def format_shares(shares: Iterable[float]) -> list[str]:
    """Format shares of one as percent, with a decimal unless all are whole."""
    percents = 100 * np.asarray(list(shares), dtype=float)
    finite = percents[np.isfinite(percents)]
    decimals = 0 if np.allclose(finite, finite.round(), atol=1e-6) else 1
    # Adding zero turns -0 into 0.
    texts = [_format(percent, f".{decimals}f") for percent in percents.round(decimals) + 0.0]
    return [text if text == MISSING else f"{text} %" for text in texts]


def format_p_values(p_values: Iterable[float]) -> list[str]:
    """Format p-values with four decimals; smaller ones are `< 0.0001`."""
    return [
        f"< {MIN_P_VALUE:.4f}" if p_value < MIN_P_VALUE else _format(p_value, ".4f")
        for p_value in p_values
    ]


def format_intervals(
    low: Iterable[float], high: Iterable[float], boundary: float | None = None
) -> list[str]:
    """Join the limits of intervals, all in one notation: `0.100 to 0.200`."""
    lows = list(low)
    texts = format_numbers([*lows, *high], boundary)
    pairs = zip(texts[: len(lows)], texts[len(lows) :], strict=True)
    return [MISSING if MISSING in pair else " to ".join(pair) for pair in pairs]


def format_share_intervals(low: Iterable[float], high: Iterable[float]) -> list[str]:
    """Join the limits of intervals of shares: `10.0 to 20.0 %`."""
    lows = list(low)
    texts = format_shares([*lows, *high])
    pairs = zip(texts[: len(lows)], texts[len(lows) :], strict=True)
    return [
        MISSING if start == MISSING else f"{start.removesuffix(' %')} to {stop}"
        for start, stop in pairs
    ]


def align_decimals(texts: Sequence[str]) -> list[str]:
    """Pad numbers at the right so that in a right-aligned column their points stand in line."""
    widths = [_count_places(text) for text in texts]
    widest = max(widths, default=0)
    return [
        text if text in (MISSING, INFINITE) else text + _pad(width, widest)
        for text, width in zip(texts, widths, strict=True)
    ]


def _pad(width: int, widest: int) -> str:
    if width == widest:
        return ""
    point = PUNCTUATION_SPACE if width == 0 else ""
    return point + FIGURE_SPACE * (widest - width - len(point))


def _count_places(text: str) -> int:
    """Count the characters from the point on, without a unit."""
    number = text.partition(" %")[0]
    return len(number) - number.find(".") if "." in number and "e" not in number else 0


def _count_decimals(number: float) -> int:
    if not np.isfinite(number) or number == 0:
        return 0
    # Rounding may add a digit: 9.996 is 10.0.
    exponent = int(f"{abs(number):.{DIGITS - 1}e}".partition("e")[2])
    return max(0, DIGITS - 1 - exponent)


def _format_beside(number: float, decimals: int, kind: str, boundary: float | None) -> str:
    """Format a number with more decimals where fewer would round it to the boundary."""
    text = _format(number, f".{decimals}{kind}")
    if boundary is None or not np.isfinite(number):
        return text
    for n_decimals in range(decimals + 1, decimals + 7):
        if np.sign(float(text) - boundary) == np.sign(number - boundary):
            break
        text = _format(number, f".{n_decimals}{kind}")
    return text


def _format(number: float, notation: str) -> str:
    if np.isnan(number):
        return MISSING
    if np.isinf(number):
        return INFINITE if number > 0 else f"-{INFINITE}"
    return format(number, notation)
