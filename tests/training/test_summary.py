import numpy as np
import pytest

from fcnn.training.summary import summarize_run


def summarize(losses):
    return summarize_run({"val_loss": np.array(losses, np.float32)}, 65)


def test_settled_loss_is_the_geometric_mean_of_the_last_tenth():
    summary = summarize([1.0] * 18 + [0.01, 0.0001])
    assert summary["settled_val_loss"] == pytest.approx(0.001)
    assert summary["best_epoch"] == 20
    assert summary["parameters"] == 65


def test_tenth_of_a_short_run_is_its_last_epoch():
    assert summarize([0.5, 0.125, 0.25])["settled_val_loss"] == pytest.approx(0.25)
    assert summarize([0.5, 0.125, 0.25])["best_epoch"] == 2


def test_loss_of_zero_is_a_small_number():
    assert 0 < summarize([0.0])["settled_val_loss"] < 1e-30


def test_run_that_diverged_has_not_settled():
    assert summarize([0.5, np.inf]) == {"parameters": 65}
