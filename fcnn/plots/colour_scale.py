"""What the colours of a surface's panels mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap

from fcnn.analysis.surface import RESOLUTION
from fcnn.data import Data
from fcnn.plots.colours import CLASS_COLOURS, ERRORS, VALUES
from fcnn.plots.typesetting import distinguish_labels, wrap_text
from fcnn.targets import Task

N_LEVELS = 21
"""Levels of filled contours."""


@dataclass(frozen=True, kw_only=True)
class ColourScale:
    """A colour map with its limits. Prediction, truth and points share one, to be comparable.

    Attributes:
        colour_map: a colour map or its name.
        low: the value of the first colour.
        high: the value of the last colour.
        label: what stands beside the colour bar.
        extend: which end of the colour bar has values beyond it.
        alpha: opacity of discrete values.
        classes: their names, if the values are class numbers.
    """

    colour_map: str | Colormap
    low: float
    high: float
    label: str = ""
    extend: str = "both"
    alpha: float = 1
    classes: Sequence[str] = field(default_factory=tuple)

    @property
    def colours(self) -> dict[str, Any]:
        """Colour map and limits as matplotlib's arguments."""
        return {"cmap": self.colour_map, "vmin": self.low, "vmax": self.high}

    def draw(
        self, axes: Axes, edges: Any, values: Any, title: str, *, is_discrete: bool = False
    ) -> None:
        """Draw values as filled contours, or as cells if they are discrete, with a colour bar.

        Args:
            axes: where to draw.
            edges: coordinates of the grid, shape (2, RESOLUTION).
            values: one for each grid point, shape (RESOLUTION^2,).
            title: of the panel.
            is_discrete: whether values jump, so that contours would show values in between.
        """
        # Contours accept no infinite values; the panel stays white where the network returns them.
        grid = np.ma.masked_invalid(values.reshape(RESOLUTION, RESOLUTION))
        image: Any
        if is_discrete:
            image = axes.pcolormesh(*edges, grid, alpha=self.alpha, **self.colours)
        else:
            levels = np.linspace(self.low, self.high, N_LEVELS)
            image = axes.contourf(*edges, grid, levels=levels, extend=self.extend, **self.colours)
        bar = axes.figure.colorbar(image, ax=axes, shrink=0.8, format="%.2g", label=self.label)
        if self.classes:
            bar.set_ticks(list(range(len(self.classes))), labels=format_classes(self.classes))
        axes.set_title(title)


def value_scale(data: Data, values: Any) -> ColourScale:
    """Return the scale of a data set's values or classes.

    Args:
        data: the data set.
        values: those that the colours have to span.
    """
    if data.task is Task.REGRESSION:
        low, high = finite_limits(values)
        return ColourScale(colour_map=VALUES, low=low, high=high, label="y")
    if data.task is Task.BINARY:
        # White where both classes are equally likely.
        two_colours = LinearSegmentedColormap.from_list(
            "two classes", [CLASS_COLOURS[0], "white", CLASS_COLOURS[1]]
        )
        label = wrap_text(f"probability of class {data.classes[1]}", 50)
        return ColourScale(colour_map=two_colours, low=0.0, high=1.0, label=label, extend="neither")
    n_classes = len(data.classes)
    class_colours = [CLASS_COLOURS[number % len(CLASS_COLOURS)] for number in range(n_classes)]
    return ColourScale(
        colour_map=ListedColormap(class_colours),
        low=-0.5,
        high=n_classes - 0.5,
        alpha=0.6,
        classes=data.classes,
    )


def error_scale(errors: Any, task: Task) -> ColourScale:
    """Return the scale of the errors among the training points.

    Beyond their edge errors are far larger, and would hide these.
    """
    finite = np.abs(errors[np.isfinite(errors)])
    limit = max(float(finite.max(initial=0)), 1e-9)
    if task is Task.MULTICLASS:
        label = "1 - probability of the true class"
        return ColourScale(colour_map="Greys", low=0.0, high=limit, label=label, extend="max")
    return ColourScale(colour_map=ERRORS, low=-limit, high=limit, label="prediction - truth")


def finite_limits(values: Any) -> tuple[float, float]:
    """Return the smallest and largest finite value; if they are equal, a range around them."""
    finite = np.asarray(values, dtype=np.float64)[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    magnitude = max(abs(low), abs(high))
    if high - low > 1e-9 * magnitude:
        return low, high
    margin = 1e-3 * magnitude or 1.0
    return low - margin, high + margin


def format_classes(classes: Sequence[str]) -> list[str]:
    """Shorten and wrap names of classes for a legend."""
    return [wrap_text(label, 24) for label in distinguish_labels(classes, 72)]
