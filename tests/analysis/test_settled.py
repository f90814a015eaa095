"""Settled losses, and what counts as diverged, stuck and still falling."""

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.constants import FIRST_EPOCH, RECORDED, SAMPLED
from fcnn.analysis.measure import ACCURACY
from fcnn.analysis.selection import select


def curve(run_id, losses, accuracies=np.nan):
    epochs = np.arange(1, len(losses) + 1)
    return pd.DataFrame(
        {"run_id": run_id, "epoch": epochs, "val_loss": losses, "val_accuracy": accuracies}
    )


def settled_run(runs, *curves, **options):
    (row,) = select(runs, None, pd.concat(curves), **options).shown.to_dict("records")
    return row


@pytest.fixture
def run(runs_of):
    return runs_of([["training.seed=0"]])


def test_settled_loss_is_the_mean_logarithm_over_the_last_tenth(run):
    losses = np.geomspace(1, 1e-3, 25)
    row = settled_run(run, curve(run["run_id"][0], losses))
    # A tenth of 25 epochs is 3.
    assert row["settled"] == pytest.approx(np.log10(losses[-3:]).mean())
    assert row["loss"] == pytest.approx(10 ** row["settled"])
    assert row["fall"] == pytest.approx(np.log10(losses[-6:-3]).mean() - row["settled"])


def test_settled_loss_is_cut_at_the_constant_prediction(run):
    row = settled_run(run.assign(constant_loss=0.25), curve(run["run_id"][0], [3.0] * 10))
    assert row["loss"] == pytest.approx(0.25)
    assert row["stuck"]


def test_loss_of_classes_is_cut_at_ten_times_the_constant_prediction(run):
    classes = run.assign(constant_loss=0.25, final_val_accuracy=0.9)
    row = settled_run(classes, curve(run["run_id"][0], [3.0] * 10, 0.9))
    assert row["loss"] == pytest.approx(2.5)


@pytest.mark.parametrize("status", ["FINISHED", "FAILED"])
def test_diverged_run_has_the_loss_of_the_constant_prediction(runs_of, status):
    runs = runs_of([["training.seed=0"], ["training.seed=1"]]).assign(constant_loss=0.25)
    runs.loc[0, ["status", "diverged_epoch"]] = status, 3.0
    selection = select(runs, None, curve(runs["run_id"][1], [0.1] * 10))
    assert selection.shown["loss"].tolist() == pytest.approx([0.1, 0.25])
    assert selection.shown["diverged"].tolist() == [False, True]
    assert not selection.shown["stuck"].any()
    assert (len(selection.finished), selection.n_diverged) == (1, 1)


def test_run_is_stuck_by_what_lies_above_the_noise_floor(run):
    noisy = run.assign(constant_loss=0.2, noise_floor=0.09)
    # Half of 0.2 would call both stuck.
    for loss, is_stuck in ((0.144, False), (0.146, True)):  # the limit is 0.145
        row = settled_run(noisy, curve(run["run_id"][0], [loss] * 10))
        assert row["stuck"] == is_stuck


def test_network_that_has_learned_its_classes_and_overfits_is_not_stuck(run):
    classes = run.assign(constant_loss=0.69, final_val_accuracy=0.9)
    losses = [0.69, 0.2, 0.3, *np.linspace(0.5, 2, 7)]
    assert not settled_run(classes, curve(run["run_id"][0], losses, 0.9))["stuck"]


def test_settled_accuracy_is_the_mean_over_the_last_tenth_and_less_is_worse(runs_of):
    runs = runs_of([["model.activation=tanh"], ["model.activation=relu"]])
    accuracies = {"tanh": np.linspace(0.5, 0.8, 20), "relu": np.linspace(0.5, 0.9, 20)}
    runs["final_val_accuracy"] = 0.9
    curves = pd.concat(
        curve(run_id, [0.5] * 20, accuracies[name])
        for run_id, name in zip(runs["run_id"], runs["model.activation"], strict=True)
    )
    selection = select(runs, None, curves, ACCURACY)
    by_name = selection.shown.set_index("model.activation")["settled_accuracy"]
    assert by_name["relu"] == pytest.approx(accuracies["relu"][-2:].mean())
    assert selection.best_run["model.activation"] == "relu"


def test_accuracy_of_values_is_refused(run):
    with pytest.raises(ValueError, match="only classes have"):
        select(run, None, measure=ACCURACY)


def test_loss_of_the_constant_prediction_is_sampled_again_where_it_is_not_recorded(run):
    unknown = run.assign(constant_loss=np.nan, **{"dataset.noise": "0.5"})
    row = settled_run(unknown, curve(run["run_id"][0], [0.5] * 10))
    assert row["constant_source"] == SAMPLED
    assert row["noise_floor"] == 0.25
    # The product of two uniform numbers, over 4, has variance 1/9.
    assert row["constant_loss"] == pytest.approx(1 / 9 + 0.25, rel=0.2)
    assert settled_run(run, curve(run["run_id"][0], [0.5]))["constant_source"] == RECORDED


@pytest.mark.parametrize("recorded", [np.nan, np.inf])
def test_table_without_it_takes_the_median_loss_after_one_epoch(runs_of, recorded):
    table = ["dataset=csv", "dataset.path=a.csv", "dataset.target=y"]
    runs = runs_of([[*table, f"training.seed={seed}"] for seed in range(3)])
    curves = pd.concat(
        curve(run_id, [first, 5.0]) for run_id, first in zip(runs["run_id"], (1, 2, 9), strict=True)
    )
    shown = select(runs.assign(constant_loss=recorded), None, curves).shown
    assert set(shown["constant_source"]) == {FIRST_EPOCH}
    assert shown["loss"].tolist() == pytest.approx([2, 2, 2])


def test_without_curves_the_last_epoch_counts(run):
    assert select(run, None).shown["loss"].tolist() == pytest.approx([1.0])
