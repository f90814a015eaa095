"""A network as a diagram: layers of neurons, weights as lines."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from fcnn.network import Weights
from fcnn.plots.colours import COLOURS
from fcnn.plots.figures import ReportData
from fcnn.plots.typesetting import wrapped

ORDER = 60
CAPTION = "The weights of the run asked for"

NEGATIVE, POSITIVE = COLOURS[1], COLOURS[0]


def draw(material: ReportData) -> Figure | None:
    """The diagram of the run that was asked for."""
    return diagram(material.run.weights, material.run.row["name"]) if material.asked else None


def diagram(weights: Weights, title: str) -> Figure:
    """Each neuron a circle, each weight a line: its width and opacity the magnitude, its colour the sign.

    Widths are relative to the largest magnitude of their layer, which stands below it.
    """
    kernels = weights[0::2]
    sizes = [len(kernels[0]), *(kernel.shape[1] for kernel in kernels)]
    figure = Figure(
        figsize=(3.2 * len(kernels) + 1.5, max(3.5, 0.42 * max(sizes) + 1.8)), layout="constrained"
    )
    axes = figure.add_subplot()
    heights = [np.arange(size)[::-1] - (size - 1) / 2 for size in sizes]
    for layer, kernel in enumerate(kernels):
        largest = float(np.abs(kernel).max()) or 1.0
        shares = np.abs(kernel).ravel() / largest
        lines = [
            [(layer, start), (layer + 1, stop)]
            for start in heights[layer]
            for stop in heights[layer + 1]
        ]
        colours = [
            (POSITIVE if weight > 0 else NEGATIVE, 0.15 + 0.85 * share)
            for weight, share in zip(kernel.ravel(), shares, strict=True)
        ]
        # The strongest are drawn last, over the others.
        order = np.argsort(shares)
        axes.add_collection(
            LineCollection(
                [lines[i] for i in order],
                colors=[colours[i] for i in order],
                linewidths=0.3 + 3.2 * shares[order],
                zorder=1,
            )
        )
        axes.text(
            layer + 0.5,
            -max(sizes) / 2 - 0.6,
            f"thickest line: {largest:.2g}",
            ha="center",
            fontsize=8,
        )
    biases = [np.zeros(sizes[0]), *weights[1::2]]
    names = ["inputs", *[f"hidden layer {number}" for number in range(1, len(kernels))], "outputs"]
    for layer, (height, bias, name) in enumerate(zip(heights, biases, names, strict=True)):
        axes.scatter(
            np.full(len(height), layer), height, s=240, color="white", edgecolors="black", zorder=2
        )
        axes.text(layer, max(sizes) / 2 + 0.3, name, ha="center", fontsize=9)
        if layer:
            for at, value in zip(height, bias, strict=True):
                axes.text(
                    layer,
                    at,
                    f"{value:.1f}".replace("-0.0", "0.0"),
                    ha="center",
                    va="center",
                    fontsize=6,
                    zorder=3,
                )
    for colour, sign in ((POSITIVE, "positive"), (NEGATIVE, "negative")):
        axes.plot([], [], color=colour, linewidth=2.5, label=f"{sign} weight")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, frameon=False, fontsize=8)
    axes.set(xlim=(-0.35, len(kernels) + 0.35), ylim=(-max(sizes) / 2 - 0.9, max(sizes) / 2 + 0.8))
    name = wrapped(title, int(11 * figure.get_figwidth()))
    axes.set_title(f"{name}\nnumbers in the circles are biases", loc="left", fontsize=10)
    axes.axis("off")
    return figure
