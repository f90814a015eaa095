"""What a network has learned: its surface beside truth and error, or predicted against true."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from rich.cells import cell_len

from fcnn.analysis.surface import Predict, Surface, compute_surface, values_to_show
from fcnn.data import Array, Classes, Data, class_numbers
from fcnn.plots.colour_scale import error_scale, finite_limits, format_classes, value_scale
from fcnn.plots.colours import CLASS_COLOURS
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import label_inputs, wrap_text
from fcnn.targets import TargetFunction, Task

ORDER = 50
CAPTION = (
    "What {run} has learned (on the first data if there are several), beside the truth and the "
    "error if known"
)
MAX_POINTS = 400
"""About so many training points are drawn, few enough to see the surface between them."""


def draw(data: ReportData) -> Figure | None:
    """Draw the learned surface for two inputs, predicted against true for any other number.

    None of a table whose test sample the next figure shows.
    """
    run = data.run
    if run.data is None and run.judgement is not None:
        return None
    title = f"{run.dataset_label}: {run.name}"
    n_data = len(data.selection.data_labels)
    if not data.run_requested:
        title += "\nthe median run of the best cell"
        if n_data > 1:
            title += f" on {run.row['data']}, the first of {n_data} sets of data"
    if run.data is not None:
        return plot_surface(run.predict, run.data, run.target_function, title)
    return plot_predicted_against_true(
        run.arrays["true"], run.arrays["predicted"], run.task, run.classes, title
    )


def plot_surface(predict: Predict, data: Data, target: TargetFunction | None, title: str) -> Figure:
    """Plot the prediction as filled contours with the training points, beside truth and error.

    Args:
        predict: the network, (n, 2) to (n, n_outputs).
        data: its data set, of two inputs.
        target: the ground truth; without it there is no panel of truth and error.
        title: what the network is called.
    """
    surface = compute_surface(predict, data, target)
    n_panels = 1 if surface.truth is None else 3
    figure = Figure(
        figsize=(5.6, 5.0) if n_panels == 1 else (3.55 * n_panels, 3.9), layout="constrained"
    )
    panels = list(np.atleast_1d(figure.subplots(1, n_panels)))
    _draw_panels(panels, surface, data)
    low, high = surface.low, surface.high
    xlabel, ylabel = label_inputs(data)
    for axes in panels:
        axes.add_patch(
            Rectangle((low[0], low[1]), *(high - low), fill=False, linestyle="--", linewidth=1)
        )
        axes.set(xlabel=xlabel, ylabel=ylabel, aspect="auto" if target is None else "equal")
    lines = wrap_text(title, int(11 * figure.get_figwidth()))
    figure.suptitle(f"{lines}\nthe dashed line is the edge of the training points", fontsize=10)
    return figure


def _draw_panels(panels: Sequence[Axes], surface: Surface, data: Data) -> None:
    """Draw prediction and points, and if known truth and error."""
    reference = surface.prediction if surface.truth is None else surface.truth
    scale = value_scale(data, reference)
    is_multiclass = surface.task is Task.MULTICLASS
    scale.draw(
        panels[0], surface.edges, surface.prediction, "prediction", is_discrete=is_multiclass
    )
    subset = slice(None, None, max(1, len(data.x) // MAX_POINTS))
    x1, x2 = data.x[subset].T
    panels[0].scatter(
        x1,
        x2,
        c=values_to_show(data.y[subset], data.task),
        s=10,
        edgecolors="black",
        linewidths=0.3,
        **scale.colours,
    )
    if surface.truth is None or surface.error is None:
        return
    is_class = surface.task is not Task.REGRESSION
    scale.draw(panels[1], surface.edges, surface.truth, "truth", is_discrete=is_class)
    errors = error_scale(surface.error[surface.is_inside], surface.task)
    errors.draw(panels[2], surface.edges, surface.error, "error")


def plot_predicted_against_true(
    true: Array, predicted: Array, task: Task, classes: tuple[str, ...], title: str
) -> Figure:
    """Plot validation points of any number of inputs: their values, or a confusion matrix.

    Args:
        true: targets of the validation points, shape (n, n_outputs).
        predicted: the network's outputs for them, of the same shape.
        task: what the network was trained for.
        classes: their names.
        title: what the network is called.
    """
    figure = Figure(figsize=(6.5, 6), layout="constrained")
    axes = figure.add_subplot()
    if task is Task.REGRESSION:
        _draw_values(axes, true, predicted)
    else:
        draw_confusion(axes, class_numbers(true, task), class_numbers(predicted, task), classes)
    lines = wrap_text(title, int(11 * figure.get_figwidth()))
    figure.suptitle(f"{lines}\n{len(true)} validation points", fontsize=10, x=0.01, ha="left")
    return figure


def _draw_values(axes: Axes, true: Array, predicted: Array) -> None:
    for output in range(true.shape[1]):
        axes.scatter(
            true[:, output],
            predicted[:, output],
            s=12,
            alpha=0.6,
            color=CLASS_COLOURS[output],
            label=f"output {output + 1}",
        )
    limits = finite_limits(np.concatenate([true, predicted]))
    axes.plot(limits, limits, color="black", linewidth=1)
    axes.set(xlabel="true (standardised)", ylabel="predicted (standardised)", aspect="equal")
    if true.shape[1] > 1:
        axes.legend()


def draw_confusion(axes: Axes, true: Classes, predicted: Classes, classes: tuple[str, ...]) -> None:
    """Draw how many points of each class are taken for which.

    Args:
        axes: where.
        true: class numbers, shape (n,).
        predicted: class numbers, shape (n,).
        classes: names of the classes.
    """
    # Its import takes most of a second, and few reports need it.
    from sklearn.metrics import ConfusionMatrixDisplay

    has_long_names = max(map(cell_len, classes)) > 4
    ConfusionMatrixDisplay.from_predictions(
        true,
        predicted,
        labels=range(len(classes)),
        display_labels=format_classes(classes),
        cmap="Blues",
        ax=axes,
        colorbar=False,
        xticks_rotation="vertical" if has_long_names else "horizontal",
    )
