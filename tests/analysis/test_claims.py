"""The blog's sentences, on stores whose losses are known."""

import itertools

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.claims import (
    HOLDS,
    INCONCLUSIVE,
    REJECTED,
    SENTENCES,
    Runs,
    claims,
    evaluate_claims,
)
from fcnn.analysis.selection import select
from fcnn.config.schema import flatten_hyperparameters
from fcnn.tracking.writer import Writer

EPOCHS = np.arange(1, 11)
GRIDS = {
    "activation_size": {
        "model.activation": ["sigmoid", "tanh", "relu"],
        "model.hidden_units": ["[2]", "[16]"],
    },
    "optimizer_learning_rate": {
        "optimizer": ["sgd", "adam", "rmsprop", "adagrad"],
        "optimizer.learning_rate": ["0.001", "0.01"],
    },
    "sgd_adam_learning_rate": {
        "optimizer": ["sgd", "adam"],
        "optimizer.learning_rate": ["0.001", "0.01", "0.05"],
    },
}


def as_the_blog_says(values):
    """Final loss and the epoch at which it is reached."""
    if "model.activation" in values:
        return (0.05 if values["model.hidden_units"] == "[2]" else 1e-4), {
            "relu": 3,
            "tanh": 6,
            "sigmoid": 7,
        }[values["model.activation"]]
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


def runs_in(runs_of, world, seeds=6):
    """Of each study its runs of 10 epochs: at 0.1 until the epoch, at the final loss from there on."""
    studies = {}
    for study, axes in GRIDS.items():
        cells = [
            dict(zip(axes, combination, strict=True))
            for combination in itertools.product(*axes.values())
        ]
        values = [one | {"training.seed": str(seed)} for one in cells for seed in range(seeds)]
        runs = runs_of([[f"{key}={value}" for key, value in one.items()] for one in values])
        worlds = [world(one) for one in values[::-1]]  # as the frame has them, the newest first
        runs["final_val_loss"] = [loss for loss, _ in worlds]
        curves = [
            pd.DataFrame(
                {"run_id": run_id, "epoch": EPOCHS, "val_loss": np.where(epoch > EPOCHS, 0.1, loss)}
            )
            for run_id, (loss, epoch) in zip(runs["run_id"], worlds, strict=True)
        ]
        studies[study] = Runs(study, select(runs, None), pd.concat(curves, ignore_index=True))
    return studies


@pytest.mark.parametrize(
    ("world", "verdicts"),
    [
        (as_the_blog_says, [HOLDS] * 6),
        (
            losses_the_other_way_round,
            [REJECTED, INCONCLUSIVE, REJECTED, REJECTED, REJECTED, INCONCLUSIVE],
        ),  # nobody gets there
        (epochs_the_other_way_round, [HOLDS, REJECTED, HOLDS, HOLDS, HOLDS, REJECTED]),
        (all_alike, [INCONCLUSIVE, INCONCLUSIVE, HOLDS, REJECTED, INCONCLUSIVE, INCONCLUSIVE]),
    ],
)
def test_each_sentence_is_judged_by_the_runs(runs_of, world, verdicts):
    table = evaluate_claims(runs_in(runs_of, world))
    assert list(table["sentence"]) == [sentence for sentence, _, _ in SENTENCES]
    assert dict(zip(table["sentence"], table["verdict"], strict=True)) == dict(
        zip(table["sentence"], verdicts, strict=True)
    )
    assert set(table["seeds"]) == {6}


def test_few_seeds_tell_nothing(runs_of):
    assert set(evaluate_claims(runs_in(runs_of, as_the_blog_says, seeds=5))["verdict"]) == {
        INCONCLUSIVE
    }


def test_studies_are_read_from_the_store_and_missing_ones_tell_nothing(uri, config):
    store = Writer(uri)
    for seed, (activation, epoch) in itertools.product(
        range(6), {"relu": 3, "tanh": 6, "sigmoid": 7}.items()
    ):
        without_hydra = config(
            "study.name=activation_size", f"model.activation={activation}", f"training.seed={seed}"
        )
        losses = np.where(epoch > EPOCHS, 0.1, 1e-4).astype(np.float32)
        with store.open_run(
            without_hydra,
            name="",
            params=flatten_hyperparameters(without_hydra),
            fingerprint="f",
            config_yaml="",
        ) as recorder:
            recorder.log_points(1, {"loss": losses, "val_loss": losses})
    table = claims(uri).set_index("sentence")
    assert table.loc["relu gets there faster than tanh and sigmoid", "verdict"] == HOLDS
    assert "no runs of a seed with sigmoid, [2]" in table.loc["Small layers get stuck", "figures"]
    assert set(table["verdict"].drop("relu gets there faster than tanh and sigmoid")) == {
        INCONCLUSIVE
    }


@pytest.mark.parametrize(("units", "verdict"), [("[8]", HOLDS), ("[16]", INCONCLUSIVE)])
def test_runs_that_are_there_twice_matter_where_a_sentence_is_about_them(runs_of, units, verdict):
    studies = runs_in(runs_of, as_the_blog_says)
    mine = studies["activation_size"]
    more = (
        mine.runs[mine.runs["model.activation"] == "relu"]
        .head(1)
        .assign(**{"model.hidden_units": units})
    )
    mine.runs = pd.concat(
        [mine.runs, more.assign(run_id="one"), more.assign(run_id="other")], ignore_index=True
    )
    assert (
        evaluate_claims(studies).set_index("sentence").loc["Small layers get stuck", "verdict"]
        == verdict
    )


def test_losses_on_different_data_tell_nothing(runs_of):
    studies = runs_in(runs_of, as_the_blog_says)
    studies["activation_size"].data = ["prod", "xor"]
    table = evaluate_claims(studies).set_index("sentence")
    row = table.loc["relu gets there faster than tanh and sigmoid"]
    assert row["verdict"] == INCONCLUSIVE
    assert "different data (prod; xor)" in row["figures"]
