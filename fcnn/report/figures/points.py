"""The data sets of a study as scatter plots."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcnn import study
from fcnn.datasets import Array, Data
from fcnn.report.colours import CLASS_COLOURS, VALUES
from fcnn.report.figures import Material
from fcnn.report.run import TrackedRun
from fcnn.truths import Task

PLACE = 70
CAPTION = "The data sets"
COLUMNS = 4


def draw(material: Material) -> Figure | None:
    """The scatter of every data set of two inputs."""
    runs = material.selection.runs
    columns = [column for column in runs.columns if column.startswith("dataset.")]
    differing = [axis for axis in material.selection.axes if axis in columns and axis not in study.DATASET]
    panels = {}
    for _, row in runs.drop_duplicates(columns).iterrows():
        run = TrackedRun(row, material.reader)
        if run.data is not None:
            panels[", ".join([run.dataset_label, *(f"{study.name(axis)} {row[axis]}" for axis in differing)])] = run.data
    return points(panels) if panels else None


def points(data: Mapping[str, Data]) -> Figure:
    """A panel for each data set of two inputs: values by colour (the higher the colder), classes in distinct colours."""
    columns = min(COLUMNS, len(data))
    rows = ceil(len(data) / columns)
    figure = Figure(figsize=(4.2 * columns + 0.8, 4.0 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for panel in panels:
        panel.set_visible(False)
    for panel, (name, one) in zip(figure.axes, data.items(), strict=False):
        panel.set_visible(True)
        panel.set(title=f"{name}, {len(one.x)} points", xlabel="x1", ylabel="x2", aspect="equal")
        scatter(panel, one.x, one.y, one.task, one.classes)
    return figure


def scatter(axes: Axes, x: Array, y: Array, task: Task, classes: tuple[str, ...], **style: Any) -> None:
    """Draws points (n, 2) with their targets, and says what the colours mean."""
    if task is Task.REGRESSION:
        drawn = axes.scatter(x[:, 0], x[:, 1], c=y[:, 0], cmap=VALUES, s=6, **style)
        axes.figure.colorbar(drawn, ax=axes, label="y", shrink=0.8)
        return
    numbers = class_numbers(y, task)
    for number, name in enumerate(classes):
        chosen = numbers == number
        colour = CLASS_COLOURS[number % len(CLASS_COLOURS)]
        axes.scatter(x[chosen, 0], x[chosen, 1], color=colour, s=6, label=name, **style)
    axes.legend(title="class", fontsize=8, markerscale=2, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def class_numbers(y: Array, task: Task) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Class numbers (n,) of targets or probabilities (n, n_outputs)."""
    numbers: np.ndarray[Any, np.dtype[np.int64]] = (y[:, 0] > 0.5).astype(np.int64) if task is Task.BINARY else y.argmax(axis=1)
    return numbers
