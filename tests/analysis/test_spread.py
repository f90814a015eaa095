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


def test_curves_have_the_median_and_the_extremes_over_seeds_of_every_metric(runs, curves_of):
    selection = select(runs, None)
    factors = dict(zip(selection.finished["run_id"], (1, 30, 5, 2, 4), strict=True))
    tanh, relu = spread_curves(selection, curves_of(factors))
    epochs = np.arange(1, 11)
    for metric, scale in (("loss", 1), ("val_loss", 2)):
        for statistic, factor in (("median", 5), ("min", 1), ("max", 30)):
            expected = scale * factor / epochs
            np.testing.assert_allclose(tanh.values[metric][statistic], expected)
        np.testing.assert_allclose(relu.values[metric]["median"], scale * 3 / epochs)
    assert list(tanh.values.index) == list(epochs)


def test_label_says_how_many_seeds_a_median_is_of(runs, curves_of):
    selection = select(runs, None)
    cells = spread_curves(selection, curves_of(dict.fromkeys(selection.finished["run_id"], 1)))
    assert [cell.label for cell in cells] == ["tanh", "relu (2 of 3 seeds, 1 diverged)"]
    assert all(cell.has_band for cell in cells)
