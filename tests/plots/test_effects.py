"""The main effects: settled losses by value of each hyperparameter."""

import numpy as np

from fcnn.analysis.effects import find_main_effects
from fcnn.plots.figures.effects import plot_effects


def test_figure_has_a_dot_for_each_run_and_logarithmic_axes_where_values_span_decades(
    rates_by_sizes,
):
    figure = plot_effects(find_main_effects(rates_by_sizes), rates_by_sizes)
    rates, units = figure.axes
    assert (rates.get_xscale(), units.get_xscale()) == ("log", "linear")
    assert (rates.get_yscale(), units.get_yscale()) == ("log", "log")
    for axes in (rates, units):
        assert len(axes.collections[0].get_offsets()) == 18
    assert [label.get_text() for label in units.get_xticklabels()] == ["2-4-1", "2-16-1"]
    # Dots lie beside their own value.
    ratios = rates.collections[0].get_offsets()[:, 0] / np.repeat([0.001, 0.01, 0.1], 6)
    assert np.abs(np.log10(np.sort(ratios))).max() < 0.5
