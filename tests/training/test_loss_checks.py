"""A loss that is not one of the task is one line before any work."""

import pytest

from fcnn.errors import ConfigError
from fcnn.targets import Task
from fcnn.training.checks import check_loss

OF_CLASSES = {
    "training.loss=cross_entropy": "training.loss=cross_entropy",
    "training.label_smoothing=0.1": "training.label_smoothing=0.1",
    "training.class_weight=balanced": "training.class_weight=balanced",
}
OF_VALUES = ["mse", "mae", "huber", "log_cosh"]


@pytest.mark.parametrize("override", OF_CLASSES)
def test_loss_of_classes_is_refused_for_values(config, override):
    run = config(override)
    with pytest.raises(
        ConfigError,
        match=f"^{OF_CLASSES[override]}: is for classes, and dataset=prod has a target of values$",
    ):
        check_loss(run, Task.REGRESSION)
    check_loss(run, Task.BINARY)
    check_loss(run, Task.MULTICLASS)


@pytest.mark.parametrize("loss", OF_VALUES)
def test_loss_of_values_is_refused_for_classes(config, loss):
    run = config("dataset=xor", f"training.loss={loss}")
    with pytest.raises(
        ConfigError,
        match=f"^training.loss={loss}: is for values, and dataset=xor has a target of classes$",
    ):
        check_loss(run, Task.BINARY)
    check_loss(run, Task.REGRESSION)


@pytest.mark.parametrize("task", Task)
def test_default_loss_is_that_of_the_task(config, task):
    check_loss(config(), task)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["training.delta=2.0"], "training.delta=2.0: is for training.loss=huber"),
        (["training.label_smoothing=1.0"], "training.label_smoothing=1.0: should be less than 1"),
        (["model.dropout=1.0"], "model.dropout=1.0: should be less than 1"),
        (
            ["library=torch", "training.loss=mae"],
            "training.loss=mae: library=torch does not have it, keras has",
        ),
        (["schedule=step", "schedule.decay_rate=0"], "schedule.decay_rate=0: should be greater"),
    ],
)
def test_wrong_combination_is_one_line(config, overrides, message):
    with pytest.raises(ConfigError, match=f"^{message}"):
        config(*overrides)
