"""The main effects: the settled loss by value of each hyperparameter."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcnn.analysis.effects import MainEffect, find_main_effects
from fcnn.analysis.selection import Selection
from fcnn.plots.colours import COLOURS
from fcnn.plots.loss_axis import name_places, scale_losses, scale_numbers
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import wrap_text

ORDER = 5
CAPTION = (
    "Settled {measure} by value of each hyperparameter: a dot for each run, with any values of the "
    "others and any seed; the black line is their median, the box reaches from the lower to the "
    "upper quartile. Values on different data are relative to the mean of their data"
)
COLUMNS_BY_VALUES = {6: 3, 12: 2}
"""Panels in a row, by how many values a panel has at most; with more values it has the row."""
MAX_LOG_VALUES = 8
"""The values of a number whose boxes have room on a logarithmic axis."""
WIDTH = 10.2
"""Inches of a full row."""
JITTER, BOX = 0.22, 0.34
"""How far dots and the box reach to each side of their value, of the distance between values."""


def draw(data: ReportData) -> Figure | None:
    """Draw the main effects of a grid; None if it varies nothing but data."""
    effects = find_main_effects(data.selection)
    return plot_effects(effects, data.selection) if effects else None


def plot_effects(effects: Sequence[MainEffect], selection: Selection) -> Figure:
    """Plot a panel for each hyperparameter.

    Args:
        effects: as `find_main_effects` returns them.
        selection: what the effects are of.
    """
    n_values = max(len(effect.values) for effect in effects)
    per_row = next((n for limit, n in COLUMNS_BY_VALUES.items() if n_values <= limit), 1)
    n_columns = min(per_row, len(effects))
    n_rows = ceil(len(effects) / n_columns)
    width = WIDTH / per_row * n_columns + 0.5
    figure = Figure(figsize=(width, 3.3 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
    measure = selection.measure
    is_relative = len(selection.grid.data_labels) > 1
    of_mean = ", relative to the mean of its data" if is_relative else ""
    figure.supylabel(f"settled {measure.noun}{of_mean}", fontsize=10)
    for panel, effect in zip(panels.flat, effects, strict=False):
        _draw_effect(panel, effect)
    for panel in panels.flat[len(effects) :]:
        panel.set_axis_off()
    if measure.is_logarithmic:
        scale_losses(panels[0, 0], effects[0].runs["settled"])
    return figure


def _draw_effect(panel: Axes, effect: MainEffect) -> None:
    """Draw the dots, medians and boxes of a hyperparameter."""
    n_values = len(effect.values)
    is_logarithmic = effect.numbers is not None and n_values <= MAX_LOG_VALUES
    numbers = effect.numbers if is_logarithmic and effect.numbers is not None else None
    # Logarithmic axes have the distance between neighbours as a ratio.
    places = np.arange(n_values, dtype=float) if numbers is None else np.log10(numbers)
    step = float(np.min(np.diff(places))) if n_values > 1 else 1.0
    # A fixed seed: the same report is the same bytes.
    shifts = np.random.default_rng(0).uniform(-JITTER, JITTER, len(effect.runs))
    x = places[effect.runs["value"]] + step * shifts
    edges = np.stack([places - BOX * step, places + BOX * step])
    if numbers is not None:
        x, edges = 10**x, 10**edges
    panel.scatter(x, effect.runs["settled"], s=12, color=COLOURS[0], alpha=0.55, linewidths=0)
    for (low, high), (_, quartiles) in zip(edges.T, effect.summary.iterrows(), strict=True):
        panel.fill_between(
            [low, high], quartiles["lower"], quartiles["upper"], color="black", alpha=0.12, lw=0
        )
        panel.plot([low, high], [quartiles["median"]] * 2, color="black", linewidth=2)
    panel.set_xlabel(wrap_text(effect.label, 40))
    panel.grid(axis="y", alpha=0.3)
    if numbers is None:
        name_places(panel, effect.values)
    else:
        scale_numbers(panel, numbers)
