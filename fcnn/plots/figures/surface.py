"""What a network has learned: its surface beside the truth and the error, or predicted against true."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from rich.cells import cell_len

from fcnn.data import HIGH, LOW, Array, Data, class_numbers
from fcnn.plots.colours import CLASS_COLOURS, ERRORS, VALUES
from fcnn.plots.figures import ReportData
from fcnn.plots.typesetting import told_apart, wrapped
from fcnn.targets import TargetFunction, Task

ORDER = 50
CAPTION = (
    "What the best run (smallest final validation loss; of several data the first one's) or the "
    "run asked for has learned, "
    "beside the truth and the error if known"
)
MARGIN = 0.25
"""How far beyond the points' edge the surface goes, as a share of the points' width."""
RESOLUTION = 121
LEVELS = 21

Predict = Callable[[Array], Array]


def draw(material: ReportData) -> Figure:
    """The learned surface for two inputs, predicted against true for any other number."""
    run = material.run
    data = material.selection.data
    named = f"{run.dataset_label}: {run.row['name']}"
    title = (
        named
        if len(data) == 1 or material.asked
        else f"{named}\nthe best on {run.row['data']}, the first of {len(data)} sets of data"
    )
    if run.data is not None:
        return surface(run.predict, run.data, run.truth, title)
    return predicted_against_true(
        run.arrays["true"], run.arrays["predicted"], run.task, run.classes, title
    )


def surface(predict: Predict, data: Data, truth: TargetFunction | None, title: str) -> Figure:
    """Prediction as filled contours with the points over it; of a synthetic data set beside the truth and the error.

    Args:
        predict: the network, (n, 2) to (n, n_outputs).
        data: its data set, of two inputs.
        truth: the ground truth, None where nobody knows it.
        title: what the network is called.
    """
    low, high = (
        (data.x.min(axis=0), data.x.max(axis=0))
        if truth is None
        else (np.full(2, LOW), np.full(2, HIGH))
    )
    margin = MARGIN * (high - low)
    edges = np.linspace(low - margin, high + margin, RESOLUTION).T
    grid = np.stack(np.meshgrid(*edges), axis=-1).reshape(-1, 2)
    outputs = predict(grid.astype(np.float32))
    panels = 1 if truth is None else 3
    figure = Figure(figsize=(5.6 * panels, 5.0), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, panels))
    shown = _shown(outputs, data.task)
    known = None if truth is None else truth(grid)
    scale = _scale(data, shown if known is None else known)
    scale.draw(axes[0], edges, shown, "prediction", sharp=data.task is Task.MULTICLASS)
    # Few enough points to see the surface between them.
    some = slice(None, None, max(1, len(data.x) // 400))
    axes[0].scatter(
        *data.x[some].T,
        c=_shown(data.y[some], data.task),
        s=10,
        edgecolors="black",
        linewidths=0.3,
        **scale.style,
    )
    if known is not None:
        scale.draw(axes[1], edges, known, "truth", sharp=data.task is not Task.REGRESSION)
        error, inside = (
            _error(outputs, known, data.task),
            np.all((grid >= low) & (grid <= high), axis=1),
        )
        _error_scale(error[inside], data.task).draw(axes[2], edges, error, "error")
    for panel in axes:
        panel.add_patch(
            Rectangle((low[0], low[1]), *(high - low), fill=False, linestyle="--", linewidth=1)
        )
        panel.set(xlabel="x1", ylabel="x2", aspect="equal" if truth is not None else "auto")
    lines = wrapped(title, int(11 * figure.get_figwidth()))
    figure.suptitle(f"{lines}\nthe dashed line is the edge of the training points", fontsize=10)
    return figure


def predicted_against_true(
    true: Array, predicted: Array, task: Task, classes: tuple[str, ...], title: str
) -> Figure:
    """For any number of inputs: a scatter of the validation points' values, or the confusion matrix of their classes.

    Shapes: `true` and `predicted` (n, n_outputs).
    """
    figure = Figure(figsize=(6.5, 6), layout="constrained")
    axes = figure.add_subplot()
    if task is Task.REGRESSION:
        for output in range(true.shape[1]):
            axes.scatter(
                true[:, output],
                predicted[:, output],
                s=12,
                alpha=0.6,
                color=CLASS_COLOURS[output],
                label=f"output {output + 1}",
            )
        limits = _limits(np.concatenate([true, predicted]))
        axes.plot(limits, limits, color="black", linewidth=1)
        axes.set(xlabel="true (standardised)", ylabel="predicted (standardised)", aspect="equal")
        if true.shape[1] > 1:
            axes.legend()
    else:
        from sklearn.metrics import (
            ConfusionMatrixDisplay,
        )  # takes most of a second, and few reports need it

        labels = _class_labels(classes)
        ConfusionMatrixDisplay.from_predictions(
            class_numbers(true, task),
            class_numbers(predicted, task),
            labels=range(len(classes)),
            display_labels=labels,
            cmap="Blues",
            ax=axes,
            colorbar=False,
            xticks_rotation="vertical" if max(map(cell_len, classes)) > 4 else "horizontal",
        )
    lines = wrapped(title, int(11 * figure.get_figwidth()))
    figure.suptitle(f"{lines}\n{len(true)} validation points", fontsize=10, x=0.01, ha="left")
    return figure


class _Scale:
    """What the colours of a panel mean; prediction, truth and points share one, so that theirs can be compared."""

    def __init__(
        self,
        colours: str | Colormap,
        low: float,
        high: float,
        extend: str = "both",
        alpha: float = 1,
        classes: tuple[str, ...] = (),
        **bar: Any,
    ) -> None:
        self.classes = classes
        self.style: dict[str, Any] = {"cmap": colours, "vmin": low, "vmax": high}
        self.levels, self.extend, self.alpha, self.bar = (
            np.linspace(low, high, LEVELS),
            extend,
            alpha,
            {"format": "%.2g"} | bar,
        )

    def draw(self, axes: Axes, edges: Any, values: Any, title: str, *, sharp: bool = False) -> None:
        """Contours, or where values jump (`sharp`) cells."""
        # Contours take no infinite values: where the network gives such, the panel stays white.
        field = np.ma.masked_invalid(values.reshape(RESOLUTION, RESOLUTION))
        if sharp:
            drawn: Any = axes.pcolormesh(*edges, field, alpha=self.alpha, **self.style)
        else:
            drawn = axes.contourf(
                *edges, field, levels=self.levels, extend=self.extend, **self.style
            )
        bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.8, **self.bar)
        if self.classes:
            bar.set_ticks(list(range(len(self.classes))), labels=_class_labels(self.classes))
        axes.set_title(title)


def _scale(data: Data, reference: Any) -> _Scale:
    """Of values like `reference`, or of classes."""
    if data.task is Task.REGRESSION:
        return _Scale(VALUES, *_limits(reference), label="y")
    if data.task is Task.BINARY:
        # From the colour of one class to that of the other, over white where both are as likely.
        two = LinearSegmentedColormap.from_list(
            "two classes", [CLASS_COLOURS[0], "white", CLASS_COLOURS[1]]
        )
        return _Scale(
            two, 0.0, 1.0, "neither", label=wrapped(f"probability of class {data.classes[1]}", 50)
        )
    colours = ListedColormap(
        [CLASS_COLOURS[number % len(CLASS_COLOURS)] for number in range(len(data.classes))]
    )
    return _Scale(
        colours,
        -0.5,
        colours.N - 0.5,
        alpha=0.6,
        classes=data.classes,
    )


def _error_scale(error: Any, task: Task) -> _Scale:
    """Of the error among the points: beyond their edge it is larger by far, and would hide it."""
    limit = max(float(np.abs(error[np.isfinite(error)]).max(initial=0)), 1e-9)
    if task is Task.MULTICLASS:
        return _Scale("Greys", 0.0, limit, "max", label="1 - probability of the true class")
    return _Scale(ERRORS, -limit, limit, label="prediction - truth")


def _limits(values: Any) -> tuple[float, float]:
    """The smallest and largest of the finite values; of equal ones a range around them, for a scale needs one."""
    finite = np.asarray(values, dtype=np.float64)[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    largest = max(abs(low), abs(high))
    if high - low > 1e-9 * largest:
        return low, high
    margin = 1e-3 * largest or 1.0
    return low - margin, high + margin


def _class_labels(classes: tuple[str, ...]) -> list[str]:
    return [wrapped(label, 24) for label in told_apart(classes, 72)]


def _shown(outputs: Array, task: Task) -> Any:
    return class_numbers(outputs, task) if task is Task.MULTICLASS else outputs[:, 0]


def _error(outputs: Array, known: Any, task: Task) -> Any:
    """Prediction minus truth; for several classes the probability that is not with the true one."""
    if task is Task.MULTICLASS:
        return 1 - np.take_along_axis(outputs, known.astype(int)[:, np.newaxis], axis=1)[:, 0]
    return outputs[:, 0] - known
