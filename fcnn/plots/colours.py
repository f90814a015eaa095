"""The colours, line styles and markers of all figures."""

# Okabe and Ito (2008): distinguishable with any of the common colour vision deficiencies. Their
# yellow is too pale for a line.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES: tuple[str | tuple[int, tuple[float, ...]], ...] = (
    "solid",
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (6, 1.5, 1, 1.5)),
    (0, (6, 1.5, 1, 1.5, 1, 1.5)),
    (0, (10, 3)),
)
MARKERS = ("", "o", "s", "^", "D", "v")

VALUES = "coolwarm_r"
"""Colour map of values: the higher, the colder."""
ERRORS = "PiYG"
"""Colour map of errors, white at zero."""
CLASS_COLOURS = (*COLOURS[:6], "#F0E442", "#999999", "#000000", "#8B4513")
"""Colours of up to ten classes (digits); with more classes they repeat."""
