"""What MLflow's UI shows of the parent run of a sweep."""

import numpy as np
import pytest
from mlflow import MlflowClient
from recording import recording

from fcnn.params import config_params
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.sweep_summary import find_best_cell
from fcnn.tracking.writer import Writer


@pytest.fixture
def sweep_of(uri, config):
    """`sweep_of(losses, ...)`: a sweep of these losses by activation, one for each seed."""

    def train(losses, test_losses=None, overrides=(), axes=None):
        first = config("study.name=mine", *overrides)
        writer = Writer(uri)
        axes = axes or {"model.activation": list(losses)}
        names = [f"{cell} {seed}" for cell in losses for seed in range(len(losses[cell]))]
        with writer.open_sweep(first, SweepPlan(axes, names), len(names)) as sweep:
            for cell, values in losses.items():
                for seed, loss in enumerate(values):
                    child = config(
                        *("study.name=mine", f"model.activation={cell}", *overrides),
                        *(f"training.seed={seed}", f"tracking.parent_run_id={sweep}"),
                    )
                    with recording(
                        writer, child, params=config_params(child), fingerprint=f"{cell} {seed}"
                    ) as run:
                        run.log_points(1, {"val_loss": np.float32([loss or np.nan])})
                        if loss:
                            run.log_final(1, {"settled_val_loss": loss})
                        else:
                            run.tag_divergence(1)
                        if test_losses:
                            run.log_final(1, {"test_loss": test_losses[cell][seed]})
        return MlflowClient(uri).get_run(sweep)

    return train


def test_parent_has_the_geometric_means_of_the_cell_that_settled_lowest(sweep_of):
    losses = {"tanh": [0.5, 0.125], "relu": [0.4, 0.4]}
    parent = sweep_of(losses, {"tanh": [4.0, 1.0], "relu": [9.0, 9.0]})
    assert parent.data.tags["fcnn.best_cell"] == "tanh"
    assert parent.data.metrics == pytest.approx(
        {"runs_done": 4, "best_settled_val_loss": 0.25, "best_test_loss": 2.0}
    )


def test_cell_with_a_run_that_settled_nowhere_is_not_the_best(sweep_of):
    parent = sweep_of({"tanh": [0.1, None], "relu": [0.4, 0.4]})
    assert parent.data.tags["fcnn.best_cell"] == "relu"
    assert set(parent.data.metrics) == {"runs_done", "best_settled_val_loss"}


def test_no_cell_is_the_best_on_different_data(sweep_of, uri):
    sweep_of({"tanh": [0.1]})
    sweep_of({"relu": [0.2]}, overrides=["dataset=xor"])
    client = MlflowClient(uri)
    experiment_id = client.get_experiment_by_name("mine").experiment_id
    runs = client.search_runs([experiment_id], "params.`model.activation` != ''")
    runs = [run for run in runs if "settled_val_loss" in run.data.metrics]
    assert len(runs) == 2
    assert find_best_cell(runs) == []
    assert find_best_cell(runs[:1]) == runs[:1]
    assert find_best_cell([]) == []


def test_parent_has_the_shared_params_and_the_values_of_the_axes_without_seeds(sweep_of):
    axes = {"model.activation": ["tanh", "relu"], "model.hidden_units": []}
    params = sweep_of({"tanh": [0.1]}, axes=axes).data.params
    assert params["model.activation"] == "tanh, relu"
    assert params["training.epochs"] == "100"
    assert params["optimizer.name"] == "adam"
    # A search has no values beforehand.
    assert not {"model.hidden_units", "training.seed", "dataset.seed"} & params.keys()


def test_hyperparameters_of_one_optimizer_are_not_shared_with_others(sweep_of):
    params = sweep_of({"tanh": [0.1]}, axes={"optimizer.name": ["sgd", "adam"]}).data.params
    assert params["optimizer.name"] == "sgd, adam"
    assert not any(key.startswith("optimizer.") for key in params.keys() - {"optimizer.name"})
    assert params["model.activation"] == "tanh"
