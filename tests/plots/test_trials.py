"""The trials of a search against their hyperparameters."""

import numpy as np
import pytest

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import select
from fcnn.plots.colours import COLOURS
from fcnn.plots.figures.trials import plot_trials
from fcnn.plots.typesetting import typesetting
from fcnn.tracking.plan import Plan


@pytest.fixture
def figure(runs_of):
    """Of six trials with two seeds each; the third is the best."""
    runs = runs_of(
        [
            [f"optimizer.learning_rate={rate}", f"model.activation={name}", f"training.seed={seed}"]
            for rate, name in zip(
                (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1), ("relu", "tanh") * 3, strict=True
            )
            for seed in (0, 1)
        ]
    ).iloc[::-1]
    losses = [0.1, 0.01, 0.001, 0.02, 0.05, 0.09]
    runs["final_val_loss"] = np.repeat(losses, 2) * np.tile([0.5, 2.0], 6)
    plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
    selection = select(runs.assign(constant_loss=1e9), plan)
    return plot_trials(*summarise_trials(selection), selection)


def test_each_trial_is_a_point_of_the_mean_over_its_seeds(figure):
    panels = {panel.get_xlabel(): panel for panel in figure.axes}
    (points,) = panels["learning rate"].collections
    np.testing.assert_allclose(
        points.get_offsets(),
        [[0.0001, 0.1], [0.001, 0.01], [0.01, 0.001], [0.02, 0.02], [0.05, 0.05], [0.1, 0.09]],
    )
    assert (panels["learning rate"].get_xscale(), panels["learning rate"].get_yscale()) == (
        "log",
        "log",
    )


def test_values_without_an_order_of_their_own_are_named(figure):
    panel = next(panel for panel in figure.axes if panel.get_xlabel() == "activation")
    labels = [label.get_text() for label in panel.get_xticklabels()]
    assert labels == ["relu", "tanh"]
    assert set(panel.collections[0].get_offsets()[:, 0]) == {0, 1}


def test_best_trial_has_the_other_colour(figure):
    from matplotlib.colors import to_hex

    colours = [to_hex(colour).upper() for colour in figure.axes[0].collections[0].get_facecolors()]
    assert colours == [COLOURS[0]] * 2 + [COLOURS[1]] + [COLOURS[0]] * 3


def test_figure_is_drawn_without_mathematics(figure, tmp_path):
    with typesetting():
        figure.savefig(tmp_path / "trials.png")
    assert (tmp_path / "trials.png").stat().st_size > 5000
