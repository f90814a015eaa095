"""Runs with known losses: final losses are products of the effects of hyperparameters."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.conclusion import conclude
from fcnn.analysis.design import build_design
from fcnn.analysis.ranking import rank_cells
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan

EFFECT = {"sigmoid": 1.0, "tanh": 0.5, "relu": 0.1, "[4]": 1.0, "[16]": 1.0}
PLAN = Plan("parent", ["model.activation", "model.hidden_units"], {}, set())
CSV = ["dataset=csv", "dataset.path=a.csv", "dataset.target=y"]


def plan_with_axes(*axes):
    """A plan that names the axes to begin with."""
    return Plan("parent", list(axes), {}, set())


def activation_size_grid(n_seeds):
    """Overrides of three activations and two sizes, each with these seeds."""
    return [
        [f"model.activation={activation}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
        for activation in ("sigmoid", "tanh", "relu")
        for units in (16, 4)
        for seed in range(n_seeds)
    ]


def data_activation_grid(data_and_activations, n_seeds):
    """Overrides of pairs of a data set and an activation, each with these seeds."""
    return [
        [f"dataset={data}", f"model.activation={activation}", f"training.seed={seed}"]
        for data, activation in data_and_activations
        for seed in range(n_seeds)
    ]


def set_effects(runs, noise=0.0, seed_effect=0.0):
    """Set each run's final validation loss to the product of its effects, times noise."""
    rng = np.random.default_rng(0)
    activations = runs["model.activation"].map(EFFECT).to_numpy()
    sizes = runs["model.hidden_units"].map(EFFECT).to_numpy()
    seeds = runs["training.seed"].astype(int).to_numpy()
    losses = activations * sizes * 10 ** (seed_effect * seeds)
    return runs.assign(final_val_loss=losses * 10 ** (noise * rng.standard_normal(len(runs))))


def diverge(runs, activation, seeds):
    """Let the runs of an activation diverge with these seeds."""
    is_diverged = (runs["model.activation"] == activation) & runs["training.seed"].isin(seeds)
    columns = ["status", "diverged_epoch", "final_val_loss"]
    runs.loc[is_diverged, columns] = "FAILED", 3.0, np.nan
    return runs


def falling_curves(selection, n_epochs=20):
    """Curves that start at 2 and fall to the final losses, straight in the logarithm."""
    epochs = np.arange(1, n_epochs + 1)
    return pd.concat(
        pd.DataFrame(
            {
                "run_id": run["run_id"],
                "epoch": epochs,
                "val_loss": np.geomspace(2, run["final_val_loss"], n_epochs),
            }
        )
        for _, run in selection.finished.iterrows()
    )


def same_target(selection, loss):
    """The same loss to reach for every run."""
    return pd.Series(loss, selection.shown["run_id"])


def headline_of(runs, plan=PLAN, curves=None, **options):
    """The headline of these runs."""
    selection = select(runs, plan, curves, **options)
    ranking = rank_cells(selection, falling_curves(selection), same_target(selection, 0.3))
    return conclude(selection, ranking, compare_values(build_design(selection)))


@pytest.fixture
def runs_with(runs_of):
    """`runs_with(10, noise=0.05)`: the grid with so many seeds, and the losses of `set_effects`."""

    def runs(n_seeds, **effects):
        return set_effects(runs_of(activation_size_grid(n_seeds)), **effects)

    return runs
