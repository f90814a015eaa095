"""The main effects: settled losses by value of each hyperparameter."""

import numpy as np
import pytest

from fcnn.analysis.effects import find_main_effects
from fcnn.analysis.selection import select
from fcnn.plots.figures.effects import plot_effects
from fcnn.tracking.plan import Plan


@pytest.fixture
def selection(runs_of):
    """Three rates over decades, two sizes, three seeds; the loss is the rate times the size."""
    runs = runs_of(
        [
            [
                f"optimizer.learning_rate={rate}",
                f"model.hidden_units=[{units}]",
                f"training.seed={seed}",
            ]
            for rate in (0.001, 0.01, 0.1)
            for units in (4, 16)
            for seed in (0, 1, 2)
        ]
    )
    sizes = runs["model.hidden_units"].str.strip("[]").astype(float)
    runs["final_val_loss"] = runs["optimizer.learning_rate"].astype(float) * sizes
    plan = Plan("parent", ["optimizer.learning_rate", "model.hidden_units"], {}, set())
    return select(runs, plan)


def test_each_value_has_its_runs_with_median_and_quartiles(selection):
    rates, units = find_main_effects(selection)
    assert (rates.label, rates.values) == ("learning rate", ["0.001", "0.01", "0.1"])
    assert (units.label, units.values) == ("hidden units", ["2-4-1", "2-16-1"])
    assert rates.runs.groupby("value").size().tolist() == [6, 6, 6]
    assert sorted(rates.runs.query("value == 1")["settled"]) == pytest.approx(
        [0.04] * 3 + [0.16] * 3
    )
    np.testing.assert_allclose(rates.summary["lower"], [0.004, 0.04, 0.4])
    np.testing.assert_allclose(rates.summary["median"], [0.01, 0.1, 1.0])
    np.testing.assert_allclose(rates.summary["upper"], [0.016, 0.16, 1.6])


def test_figure_has_a_dot_for_each_run_and_logarithmic_axes_where_values_span_decades(selection):
    figure = plot_effects(find_main_effects(selection), selection)
    rates, units = figure.axes
    assert (rates.get_xscale(), units.get_xscale()) == ("log", "linear")
    assert (rates.get_yscale(), units.get_yscale()) == ("log", "log")
    for axes in (rates, units):
        assert len(axes.collections[0].get_offsets()) == 18
    assert [label.get_text() for label in units.get_xticklabels()] == ["2-4-1", "2-16-1"]
    # Dots lie beside their own value.
    ratios = rates.collections[0].get_offsets()[:, 0] / np.repeat([0.001, 0.01, 0.1], 6)
    assert np.abs(np.log10(np.sort(ratios))).max() < 0.5


def test_losses_on_different_data_are_relative_to_the_mean_of_their_data(runs_of):
    runs = runs_of(
        [
            [f"dataset.noise={noise}", f"model.activation={name}"]
            for noise in (0.0, 0.2)
            for name in ("tanh", "relu")
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = [1.0, 4.0, 100.0, 400.0]
    (effect,) = find_main_effects(select(runs, None))
    assert effect.values == ["tanh", "relu"]
    np.testing.assert_allclose(effect.runs["settled"], [0.5, 2.0, 0.5, 2.0])
