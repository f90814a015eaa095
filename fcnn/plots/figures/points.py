"""The data sets of a study as scatter plots."""

from collections.abc import Mapping
from math import ceil

from matplotlib.figure import Figure

from fcnn.analysis.run import TrackedRun
from fcnn.data import Data, class_numbers
from fcnn.params import DATASET_KEYS, hyperparameter_label
from fcnn.plots.colours import CLASS_COLOURS, VALUES
from fcnn.plots.figures import ReportData
from fcnn.plots.typesetting import told_apart, wrapped
from fcnn.targets import Task

ORDER = 70
CAPTION = "The data sets"
COLUMNS = 4


def draw(material: ReportData) -> Figure | None:
    """The scatter of every data set of two inputs."""
    runs = material.selection.runs
    columns = [column for column in runs.columns if column.startswith("dataset.")]
    differing = [
        axis for axis in material.selection.axes if axis in columns and axis not in DATASET_KEYS
    ]
    panels = {}
    for _, row in runs.drop_duplicates(columns).iterrows():
        run = TrackedRun(row, material.run.reader)
        if run.data is not None:
            panels[
                ", ".join(
                    [
                        run.dataset_label,
                        *(f"{hyperparameter_label(axis)} {row[axis]}" for axis in differing),
                    ]
                )
            ] = run.data
    return points(panels) if panels else None


def points(data: Mapping[str, Data]) -> Figure:
    """A panel for each data set of two inputs: values by colour (the higher the colder), classes in distinct colours."""
    columns = min(COLUMNS, len(data))
    rows = ceil(len(data) / columns)
    figure = Figure(figsize=(4.2 * columns + 0.8, 4.0 * rows), layout="constrained")
    for number, (name, one) in enumerate(data.items(), start=1):
        title = wrapped(f"{name}, {len(one.x)} points", 34)
        panel = figure.add_subplot(
            rows, columns, number, title=title, xlabel="x1", ylabel="x2", aspect="equal"
        )
        panel.title.set_fontsize(9)
        if one.task is Task.REGRESSION:
            drawn = panel.scatter(one.x[:, 0], one.x[:, 1], c=one.y[:, 0], cmap=VALUES, s=6)
            figure.colorbar(drawn, ax=panel, label="y", shrink=0.8)
            continue
        # Left to itself, matplotlib leaves out names that begin with an underscore.
        labels = [wrapped(label, 20) for label in told_apart(one.classes, 60)]
        for place in range(len(one.classes)):
            chosen = class_numbers(one.y, one.task) == place
            panel.scatter(
                one.x[chosen, 0],
                one.x[chosen, 1],
                color=CLASS_COLOURS[place % len(CLASS_COLOURS)],
                s=6,
            )
        panel.legend(
            handles=list(panel.collections),
            labels=labels,
            title="class",
            fontsize=8,
            markerscale=2,
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            frameon=False,
        )
    return figure
