"""The blog's claims, on runs whose losses are known."""

import itertools

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.claims import CLAIMS, HOLDS, INCONCLUSIVE, REJECTED, evaluate_claims
from fcnn.analysis.selection import select
from fcnn.analysis.study_runs import StudyRuns
from fcnn.config.schema import flatten_hyperparameters
from fcnn.report.reading import check_claims
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer

EPOCHS = np.arange(1, 11)
RELU_IS_FASTEST = "relu gets there faster than tanh and sigmoid"
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


EPOCH_OF_ACTIVATION = {"relu": 3, "tanh": 6, "sigmoid": 7}


def as_the_blog_says(values):
    """Final loss and the epoch at which it is reached."""
    if "model.activation" in values:
        loss = 0.05 if values["model.hidden_units"] == "[2]" else 1e-4
        return loss, EPOCH_OF_ACTIVATION[values["model.activation"]]
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


def all_equal(values):
    return 1e-4, 5


def curve(run_id, loss, epoch):
    """A validation loss of 0.1 until the epoch, and the final loss from there on."""
    losses = np.where(epoch > EPOCHS, 0.1, loss)
    return pd.DataFrame({"run_id": run_id, "epoch": EPOCHS, "val_loss": losses})


def studies_with(runs_of, outcome_of, n_seeds=6):
    """The runs of each study, with outcomes (final loss and epoch) that depend on their values."""
    studies = {}
    for study, axes in GRIDS.items():
        configs = [
            dict(zip(axes, combination, strict=True)) | {"training.seed": str(seed)}
            for combination in itertools.product(*axes.values())
            for seed in range(n_seeds)
        ]
        runs = runs_of([[f"{key}={value}" for key, value in each.items()] for each in configs])
        outcomes = [outcome_of(each) for each in configs[::-1]]  # like the frame, newest first
        runs["final_val_loss"] = [loss for loss, _ in outcomes]
        curves = [
            curve(run_id, loss, epoch)
            for run_id, (loss, epoch) in zip(runs["run_id"], outcomes, strict=True)
        ]
        studies[study] = StudyRuns(study, select(runs, None), pd.concat(curves, ignore_index=True))
    return studies


@pytest.mark.parametrize(
    ("outcome_of", "verdicts"),
    [
        (as_the_blog_says, [HOLDS] * 6),
        (
            losses_the_other_way_round,  # so that no run reaches the target
            [REJECTED, INCONCLUSIVE, REJECTED, REJECTED, REJECTED, INCONCLUSIVE],
        ),
        (epochs_the_other_way_round, [HOLDS, REJECTED, HOLDS, HOLDS, HOLDS, REJECTED]),
        (all_equal, [INCONCLUSIVE, INCONCLUSIVE, HOLDS, REJECTED, INCONCLUSIVE, INCONCLUSIVE]),
    ],
)
def test_each_claim_is_evaluated_on_the_runs(runs_of, outcome_of, verdicts):
    table = evaluate_claims(studies_with(runs_of, outcome_of))
    assert list(table["sentence"]) == [claim.sentence for claim in CLAIMS]
    assert list(table["verdict"]) == verdicts
    assert set(table["seeds"]) == {6}


def test_few_seeds_tell_nothing(runs_of):
    table = evaluate_claims(studies_with(runs_of, as_the_blog_says, n_seeds=5))
    assert set(table["verdict"]) == {INCONCLUSIVE}


def test_studies_are_read_from_the_store_and_missing_ones_tell_nothing(uri, config):
    store = Writer(uri)
    for seed, (activation, epoch) in itertools.product(range(6), EPOCH_OF_ACTIVATION.items()):
        composed = config(
            "study.name=activation_size", f"model.activation={activation}", f"training.seed={seed}"
        )
        losses = np.where(epoch > EPOCHS, 0.1, 1e-4).astype(np.float32)
        with store.open_run(
            composed,
            name="",
            params=flatten_hyperparameters(composed),
            fingerprint="f",
            config_yaml="",
        ) as recorder:
            recorder.log_points(1, {"loss": losses, "val_loss": losses})
    table = check_claims(Reader(uri)).set_index("sentence")
    assert table.loc[RELU_IS_FASTEST, "verdict"] == HOLDS
    assert "no runs of a seed with sigmoid, [2]" in table.loc["Small layers get stuck", "figures"]
    assert set(table["verdict"].drop(RELU_IS_FASTEST)) == {INCONCLUSIVE}


@pytest.mark.parametrize(("units", "verdict"), [("[8]", HOLDS), ("[16]", INCONCLUSIVE)])
def test_duplicate_runs_matter_only_to_claims_about_them(runs_of, units, verdict):
    studies = studies_with(runs_of, as_the_blog_says)
    study = studies["activation_size"]
    is_relu = study.runs["model.activation"] == "relu"
    extra = study.runs[is_relu].head(1).assign(**{"model.hidden_units": units})
    study.runs = pd.concat(
        [study.runs, extra.assign(run_id="first"), extra.assign(run_id="second")],
        ignore_index=True,
    )
    verdicts = evaluate_claims(studies).set_index("sentence")["verdict"]
    assert verdicts["Small layers get stuck"] == verdict


def test_losses_on_different_data_tell_nothing(runs_of):
    studies = studies_with(runs_of, as_the_blog_says)
    studies["activation_size"].data_labels = ["prod", "xor"]
    row = evaluate_claims(studies).set_index("sentence").loc[RELU_IS_FASTEST]
    assert row["verdict"] == INCONCLUSIVE
    assert "different data (prod; xor)" in row["figures"]
