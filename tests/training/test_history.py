"""The history of one network: chunks of a population in, its own curve and weights out."""

import numpy as np

from fcnn.libraries.base import Chunk
from fcnn.training.history import TrainingHistory


def make_chunk(first_epoch, losses):
    """A chunk of as many networks as `losses` has columns."""
    losses = np.float32(losses)
    weights = [[np.float32([first_epoch, member])] for member in range(losses.shape[1])]
    return Chunk(first_epoch, {"loss": losses, "val_loss": 2 * losses}, weights)


def test_history_is_that_of_its_member():
    history = TrainingHistory(n_epochs=3, member=1)
    first = history.append([make_chunk(1, [[1, 10], [2, 20]])])
    assert first["loss"].tolist() == [10, 20]
    assert (history.epoch, history.is_complete) == (2, False)
    history.append([make_chunk(3, [[3, 30]])])
    assert history.metrics["val_loss"].tolist() == [20, 40, 60]
    assert history.latest == {"loss": 30, "val_loss": 60}
    assert [values.tolist() for values in history.weights] == [[3, 1]]
    assert history.is_complete


def test_epochs_of_longer_runs_are_left_out():
    history = TrainingHistory(n_epochs=1, member=0)
    history.append([make_chunk(1, [[1]]), make_chunk(2, [[2]])])
    assert history.metrics["loss"].tolist() == [1]
    assert history.is_complete
    assert history.append([make_chunk(3, [[3]])]) is None


def test_divergence_has_the_first_epoch_that_is_not_finite():
    history = TrainingHistory(n_epochs=9, member=0)
    history.append([make_chunk(1, [[1], [2]])])
    assert (history.diverged_epoch, history.has_result) == (None, False)
    history.append([make_chunk(3, [[3], [np.inf]]), make_chunk(5, [[np.nan]])])
    assert history.diverged_epoch == 4
    assert (history.is_complete, history.has_result) == (False, True)


def test_history_without_epochs_has_no_loss():
    assert np.isnan(TrainingHistory(n_epochs=1, member=0).latest["val_loss"])
