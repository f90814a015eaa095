"""A network on the test rows of its table: predicted against true, in the target's own units."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcnn.analysis.judgement import Judgement
from fcnn.escaping import printable
from fcnn.plots.colour_scale import finite_limits
from fcnn.plots.colours import COLOURS
from fcnn.plots.figures.surface import draw_confusion
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import wrap_text

ORDER = 52
CAPTION = (
    "Predicted against true on the test sample, in the target's own units; of two classes also "
    "whether probabilities are right"
)
N_BINS = 8
"""Groups of predicted probabilities at most, with equally many rows each."""


def draw(data: ReportData) -> Figure | None:
    """Draw the test sample; None of synthetic data, and without one."""
    judgement = data.run.judgement
    return None if judgement is None else plot_test_sample(judgement, data.run.name)


def plot_test_sample(judgement: Judgement, title: str) -> Figure:
    """Plot a panel for each target, or the confusion of classes and their calibration.

    Args:
        judgement: the network on the test rows.
        title: what the network is called.
    """
    targets = [printable(name) for name in judgement.schema.targets]
    has_calibration = len(judgement.schema.classes) == 2
    n_panels = 2 if has_calibration else len(targets)
    figure = Figure(figsize=(5.3 * n_panels, 5.2), layout="constrained")
    panels: Sequence[Axes] = list(np.atleast_1d(figure.subplots(1, n_panels)))
    predicted = judgement.predicted
    if judgement.is_regression:
        for index, (axes, name) in enumerate(zip(panels, targets, strict=True)):
            _draw_values(axes, judgement.true[:, index], predicted[:, index], name)
    else:
        classes = tuple(map(printable, judgement.schema.classes))
        draw_confusion(panels[0], judgement.true, predicted.argmax(axis=1), classes)
    if has_calibration:
        _draw_calibration(panels[1], judgement.true, predicted[:, 1], classes[1])
    lines = wrap_text(title, int(11 * figure.get_figwidth()))
    figure.suptitle(f"{lines}\n{len(judgement.true)} test rows", fontsize=10, x=0.01, ha="left")
    return figure


def _draw_values(
    axes: Axes, true: NDArray[np.float64], predicted: NDArray[np.float64], name: str
) -> None:
    axes.scatter(true, predicted, s=12, alpha=0.6, color=COLOURS[0])
    limits = finite_limits(np.concatenate([true, predicted]))
    axes.plot(limits, limits, color="black", linewidth=1)
    label = wrap_text(name, 40)
    axes.set(xlabel=f"true {label}", ylabel=f"predicted {label}", aspect="equal")


def _draw_calibration(
    axes: Axes, true: NDArray[np.int64], probability: NDArray[np.float64], name: str
) -> None:
    """Draw the share of a class among rows of about the same predicted probability."""
    from sklearn.calibration import calibration_curve

    n_bins = max(1, min(N_BINS, len(true) // 5))
    shares, means = calibration_curve(true, probability, n_bins=n_bins, strategy="quantile")
    axes.plot([0, 1], [0, 1], color="black", linewidth=1)
    axes.plot(means, shares, marker="o", color=COLOURS[0])
    label = wrap_text(name, 40)
    axes.set(
        xlabel=f"predicted probability of {label}",
        ylabel=f"share of {label}",
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
    )
