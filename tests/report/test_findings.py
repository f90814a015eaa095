"""The blog's sentences, on stores whose losses are known."""

import itertools

import numpy as np
import pytest

from fcnn.config import hyperparameters
from fcnn.report.findings import HOLDS, HOLDS_NOT, SENTENCES, UNTOLD, findings
from fcnn.tracking.writer import Store

GRIDS = {
    "activation_size": {"model.activation": ["sigmoid", "tanh", "relu"], "model.hidden_units": ["[2]", "[16]"]},
    "optimizer_learning_rate": {"optimizer": ["sgd", "adam", "rmsprop", "adagrad"], "optimizer.learning_rate": ["0.001", "0.01"]},
    "sgd_adam_learning_rate": {"optimizer": ["sgd", "adam"], "optimizer.learning_rate": ["0.001", "0.01", "0.05"]},
}


def as_the_blog_says(values):
    """Final loss and the epoch at which it is reached."""
    if "model.activation" in values:
        return (0.05 if values["model.hidden_units"] == "[2]" else 1e-4), {"relu": 3, "tanh": 6, "sigmoid": 7}[values["model.activation"]]
    rate = float(values["optimizer.learning_rate"])
    return {
        "sgd": (4e-4 if rate == 0.05 else 0.1, 9),
        "adam": (1e-4, 2),
        "rmsprop": (2e-4, 3),
        "adagrad": (4e-3 if rate == 0.01 else 0.1, 9),
    }[values["optimizer"]]


def losses_the_other_way_round(values):
    loss, epoch = as_the_blog_says(values)
    return 1e-5 / loss, epoch


def epochs_the_other_way_round(values):
    loss, epoch = as_the_blog_says(values)
    return loss, 10 - epoch


def all_alike(values):
    return 1e-4, 5


def record(uri, config, world, seeds=6):
    """Runs of 10 epochs: at 0.1 until the epoch, at the final loss from there on."""
    store = Store(uri)
    for study, axes in GRIDS.items():
        for combination in itertools.product(*axes.values()):
            values = dict(zip(axes, combination, strict=True))
            loss, epoch = world(values)
            for seed in range(seeds):
                ours = config(f"study.name={study}", *(f"{key}={value}" for key, value in values.items()), f"training.seed={seed}")
                losses = np.where(np.arange(1, 11) < epoch, 0.1, loss).astype(np.float32)
                with store.run(ours, name="", params=hyperparameters(ours), fingerprint="f", source="") as recorder:
                    recorder.log(1, {"loss": losses, "val_loss": losses})


@pytest.mark.parametrize(
    ("world", "verdicts"),
    [
        (as_the_blog_says, [HOLDS] * 6),
        (losses_the_other_way_round, [HOLDS_NOT, UNTOLD, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, UNTOLD]),  # nobody gets there
        (epochs_the_other_way_round, [HOLDS, HOLDS_NOT, HOLDS, HOLDS, HOLDS, HOLDS_NOT]),
        (all_alike, [UNTOLD, UNTOLD, HOLDS, HOLDS_NOT, UNTOLD, UNTOLD]),
    ],
)
def test_each_sentence_is_judged_by_the_runs(uri, config, world, verdicts):
    record(uri, config, world)
    table = findings(uri)
    assert list(table["sentence"]) == [sentence for sentence, _, _ in SENTENCES]
    assert dict(zip(table["sentence"], table["verdict"], strict=True)) == dict(zip(table["sentence"], verdicts, strict=True))
    assert set(table["seeds"]) == {6}


def test_few_seeds_and_missing_studies_tell_nothing(uri, config):
    assert set(findings(uri)["verdict"]) == {UNTOLD}
    record(uri, config, as_the_blog_says, seeds=5)
    assert set(findings(uri)["verdict"]) == {UNTOLD}
