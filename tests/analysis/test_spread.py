import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.selection import select
from fcnn.analysis.spread import spread_curves


@pytest.fixture
def runs(runs_of):
    """Three seeds of tanh, and three of relu of which one diverged."""
    seeds = [f"training.seed={seed}" for seed in range(3)]
    tanh = runs_of([["model.activation=tanh", seed] for seed in seeds])
    relu = runs_of([["model.activation=relu", seed] for seed in seeds[:2]], start="2026-02-02")
    diverged = runs_of([["model.activation=relu", seeds[2]]], "FAILED", "2026-03-03")
    return pd.concat([diverged, relu, tanh])


def test_curves_have_median_quartiles_and_extremes_over_seeds_of_every_metric(runs, curves_of):
    selection = select(runs, None)
    factors = dict(zip(selection.shown["run_id"], (1, 30, 5, 2, 4, 9), strict=True))
    tanh, relu = spread_curves(selection, curves_of(factors))
    epochs = np.arange(1, 11)
    for metric, scale in (("loss", 1), ("val_loss", 2)):
        factors = {"min": 1, "lower": 3, "median": 5, "upper": 17.5, "max": 30}
        for statistic, factor in factors.items():
            expected = scale * factor / epochs
            np.testing.assert_allclose(tanh.values[metric][statistic], expected)
        # The third seed of relu diverges in epoch 3, and is the largest throughout.
        np.testing.assert_allclose(relu.values[metric]["median"], scale * 4 / epochs)
        assert np.isinf(relu.values[metric].loc[3:, ["max", "upper"]]).all(axis=None)
        np.testing.assert_allclose(relu.values[metric]["lower"], scale * 3 / epochs)
    assert list(tanh.values.index) == list(epochs)


def test_label_says_how_many_seeds_a_median_is_of(runs, curves_of):
    selection = select(runs, None)
    cells = spread_curves(selection, curves_of(dict.fromkeys(selection.finished["run_id"], 1)))
    assert [cell.label for cell in cells] == ["tanh", "relu (1 of 3 seeds diverged)"]
    assert all(cell.has_band for cell in cells)


def test_curve_of_a_seed_that_diverged_counts_up_to_then(runs, curves_of):
    selection = select(runs, None)
    factors = dict(zip(selection.shown["run_id"], (1, 1, 1, 2, 4, 8), strict=True))
    _, relu = spread_curves(selection, curves_of(factors))
    np.testing.assert_allclose(relu.values["loss"]["max"].loc[:2], [8, 4])
    assert np.isinf(relu.values["loss"]["max"].loc[3:]).all()
    np.testing.assert_allclose(relu.values["loss"]["min"], 2 / np.arange(1, 11))


def test_accuracy_of_a_seed_that_diverged_is_zero_from_then_on(runs, curves_of):
    runs = runs.assign(final_accuracy=1.0)
    selection = select(runs, None)
    curves = curves_of(dict.fromkeys(selection.shown["run_id"], 1)).assign(accuracy=0.5)
    _, relu = spread_curves(selection, curves)
    assert list(relu.values["accuracy"]["min"]) == [0.5] * 2 + [0.0] * 8
    assert list(relu.values["accuracy"]["median"]) == [0.5] * 10


def test_curve_of_a_single_seed_is_its_own_without_a_band(runs, curves_of):
    selection = select(runs.iloc[-1:], None)
    (cell,) = spread_curves(selection, curves_of({runs["run_id"].iloc[-1]: 3}))
    assert not cell.has_band
    for statistic in ("min", "median", "max"):
        np.testing.assert_allclose(cell.values["loss"][statistic], 3 / np.arange(1, 11))
