"""A network as a diagram: layers of neurons, and weights as lines between them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcnn.network import Weights, split_layers
from fcnn.plots.colours import COLOURS
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import wrap_text

ORDER = 60
CAPTION = "The weights of the requested run"

POSITIVE, NEGATIVE = COLOURS[0], COLOURS[1]


def draw(data: ReportData) -> Figure | None:
    """Draw the network of the requested run; None if none was requested."""
    return plot_network(data.run.weights, data.run.name) if data.run_requested else None


def plot_network(weights: Weights, title: str) -> Figure:
    """Plot each neuron as a circle with its bias, and each weight as a line.

    Width and opacity of a line show the magnitude, relative to the largest of the layer, which is
    written below it; the colour shows the sign.

    Args:
        weights: as `fcnn.network` has them.
        title: what the network is called.
    """
    kernels, biases, _ = zip(*split_layers(weights), strict=True)
    sizes = [len(kernels[0]), *(kernel.shape[1] for kernel in kernels)]
    largest_size = max(sizes)
    figure = Figure(
        figsize=(3.2 * len(kernels) + 1.5, max(3.5, 0.5 * largest_size + 1.8)),
        layout="constrained",
    )
    axes = figure.add_subplot()
    heights = [np.arange(size)[::-1] - (size - 1) / 2 for size in sizes]
    for layer, kernel in enumerate(kernels):
        _draw_weights(axes, layer, kernel, heights[layer], heights[layer + 1])
        thickest = f"thickest line: {_largest_magnitude(kernel):.2g}"
        axes.text(layer + 0.5, -largest_size / 2 - 0.6, thickest, ha="center", fontsize=8)
    names = ["inputs", *[f"hidden layer {number}" for number in range(1, len(kernels))], "outputs"]
    for layer, name in enumerate(names):
        _draw_neurons(axes, layer, heights[layer], biases[layer - 1] if layer else ())
        axes.text(layer, largest_size / 2 + 0.3, name, ha="center", fontsize=9)
    for colour, sign in ((POSITIVE, "positive"), (NEGATIVE, "negative")):
        axes.plot([], [], color=colour, linewidth=2.5, label=f"{sign} weight")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, frameon=False, fontsize=8)
    axes.set(
        xlim=(-0.35, len(kernels) + 0.35), ylim=(-largest_size / 2 - 0.9, largest_size / 2 + 0.8)
    )
    name = wrap_text(title, int(11 * figure.get_figwidth()))
    axes.set_title(f"{name}\nnumbers in the circles are biases", loc="left", fontsize=10)
    axes.axis("off")
    return figure


def _largest_magnitude(kernel: NDArray[Any]) -> float:
    return float(np.abs(kernel).max()) or 1.0


def _draw_weights(
    axes: Axes,
    layer: int,
    kernel: NDArray[Any],
    in_heights: NDArray[Any],
    out_heights: NDArray[Any],
) -> None:
    """Draw the lines of a kernel (n_in, n_out), the strongest last, on top of the others."""
    magnitudes = np.abs(kernel).ravel() / _largest_magnitude(kernel)
    lines = [[(layer, start), (layer + 1, stop)] for start in in_heights for stop in out_heights]
    colours = [
        (POSITIVE if weight > 0 else NEGATIVE, 0.15 + 0.85 * magnitude)
        for weight, magnitude in zip(kernel.ravel(), magnitudes, strict=True)
    ]
    order = np.argsort(magnitudes)
    axes.add_collection(
        LineCollection(
            [lines[index] for index in order],
            colors=[colours[index] for index in order],
            linewidths=0.3 + 3.2 * magnitudes[order],
            zorder=1,
        )
    )


def _draw_neurons(
    axes: Axes, layer: int, heights: NDArray[Any], biases: NDArray[Any] | Sequence[float]
) -> None:
    """Draw the circles of a layer with their biases; inputs have none."""
    axes.scatter(
        np.full(len(heights), layer), heights, s=420, color="white", edgecolors="black", zorder=2
    )
    for height, bias in zip(heights, biases, strict=False):
        text = f"{bias:.1f}".replace("-0.0", "0.0")
        axes.text(layer, height, text, ha="center", va="center", fontsize=8, zorder=3)
