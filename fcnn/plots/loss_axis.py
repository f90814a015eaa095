"""Axes of settled losses and of hyperparameters, logarithmic where values span decades."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from fcnn.analysis.effects import spans_decades
from fcnn.plots.typesetting import LogFormatter, distinguish_labels

LABEL_LENGTH = 20
"""Characters of a value."""


def format_logarithms(axis: Axis) -> None:
    """Label the ticks of a logarithmic axis."""
    axis.set_major_formatter(LogFormatter())
    axis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.4)))


def scale_losses(panel: Axes, losses: Any) -> None:
    """Make the vertical axis logarithmic if losses can be on it."""
    if np.nanmin(np.asarray(losses, dtype=float)) > 0:
        panel.set_yscale("log")
        format_logarithms(panel.yaxis)


def scale_numbers(panel: Axes, numbers: Any) -> None:
    """Make the horizontal axis logarithmic if the numbers span decades."""
    if spans_decades(np.asarray(numbers, dtype=float)):
        panel.set_xscale("log")
        format_logarithms(panel.xaxis)


def name_places(panel: Axes, values: Sequence[str]) -> None:
    """Name the places 0, 1, ... of a horizontal axis, slanted if the names are long."""
    labels = distinguish_labels(values, LABEL_LENGTH)
    is_wide = sum(map(len, labels)) > 2 * LABEL_LENGTH
    panel.set_xticks(
        range(len(labels)),
        labels,
        rotation=30 if is_wide else 0,
        ha="right" if is_wide else "center",
    )
    panel.set_xlim(-0.5, len(labels) - 0.5)
