import numpy as np
import pytest

from fcnn.libraries.base import Chunk
from fcnn.libraries.stopping import Ending
from fcnn.training.history import TrainingHistory
from fcnn.training.summary import summarize_run


def summarize(losses, *, constant_loss=None, kept_epoch=None, **metrics):
    losses = np.array(losses, np.float32)
    columns = {"loss": losses, "val_loss": losses, **metrics}
    ending = kept_epoch and Ending(kept_epoch, 0)
    history = TrainingHistory(len(losses), 0)
    by_name = {name: np.reshape(values, (-1, 1)) for name, values in columns.items()}
    history.append([Chunk(1, by_name, [[]], [ending])])
    return summarize_run(history, 65, constant_loss)


def test_settled_loss_is_the_geometric_mean_of_the_last_tenth():
    summary = summarize([1.0] * 18 + [0.01, 0.0001], constant_loss=2.0)
    assert summary["settled_val_loss"] == pytest.approx(0.001)
    assert summary["best_epoch"] == 20
    assert summary["parameters"] == 65


def test_tenth_of_a_short_run_is_its_last_epoch():
    assert summarize([0.5, 0.125, 0.25])["settled_val_loss"] == pytest.approx(0.25)
    assert summarize([0.5, 0.125, 0.25])["best_epoch"] == 2


def test_loss_of_zero_is_a_small_number():
    assert 0 < summarize([0.0])["settled_val_loss"] < 1e-30


def test_early_stopping_settles_at_the_epoch_that_it_keeps():
    summary = summarize([0.5, 0.125, 0.25], kept_epoch=1)
    assert (summary["settled_val_loss"], summary["best_epoch"]) == (0.5, 1)


def test_settled_loss_is_cut_at_the_constant_prediction_s_for_classes_at_ten_times_it():
    assert summarize([3.0], constant_loss=2.0)["settled_val_loss"] == 2
    accuracy = {"val_accuracy": np.float32([0.5])}
    assert summarize([30.0], constant_loss=2.0, **accuracy)["settled_val_loss"] == 20


def test_score_is_settled_where_the_loss_is_not_comparable():
    scores = {"val_score": np.float32([0.5, 0.25])}
    summary = summarize([1.0, 2.0], constant_loss=2.0, **scores)
    assert (summary["settled_val_loss"], summary["best_epoch"]) == (0.25, 2)


def test_run_that_diverged_counts_as_the_constant_prediction():
    summary = summarize([0.5, np.inf], constant_loss=2.0)
    assert summary == {"parameters": 65, "settled_val_loss": 2}
    assert summarize([0.5, np.inf]) == {"parameters": 65}
