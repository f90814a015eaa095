"""Claims are judged by intervals: each measure, each verdict, and what cannot be told."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcnn.analysis.claim_values import ClaimData, Pairs, select_cells
from fcnn.analysis.claims import (
    HOLDS,
    INCONCLUSIVE,
    NOT_ASKED,
    REJECTED,
    estimate_interval,
    judge_claims,
)
from fcnn.analysis.selection import select
from fcnn.config.claims import parse_claims

N_SEEDS = 10
RELU, TANH = {"model.activation": "relu"}, {"model.activation": "tanh"}
NOISE = np.array([0.02, -0.03, 0.05, 0.01, -0.04, 0.03, -0.02, 0.04, -0.05, 0.0])


@pytest.fixture
def study(runs_of):
    """`study({"relu": value, "tanh": [a value for each seed]}, column="settled")`.

    A study of activations and two sizes; hidden units 4 have `size_effect` added.
    """

    def make(values, column="settled", size_effect=0.0, n_seeds=N_SEEDS, epochs=None):
        grid = [
            [f"model.activation={name}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
            for name in values
            for units in (16, 4)
            for seed in range(n_seeds)
        ]
        selection = select(runs_of(grid), None)
        shown = selection.shown
        seeds = shown["training.seed"].astype(int)
        table = {name: np.broadcast_to(value, N_SEEDS) for name, value in values.items()}
        numbers = [
            float(table[name][seed]) + size_effect * (units == "[4]")
            for name, seed, units in zip(
                shown["model.activation"], seeds, shown["model.hidden_units"], strict=True
            )
        ]
        shown = shown.assign(**{column: numbers})
        selection = dataclasses.replace(selection, shown=shown)
        return ClaimData(selection, make_curves(shown, epochs), make_targets(shown))

    return make


def make_targets(shown):
    return pd.Series(0.5, shown["run_id"])


def make_curves(shown, epochs):
    """Curves that fall from 1 to 0.1 at the epoch of their activation; None never do."""
    frames = []
    for run_id, name in zip(shown["run_id"], shown["model.activation"], strict=True):
        fall = (epochs or {}).get(name) or math.inf
        losses = [0.1 if epoch >= fall else 1.0 for epoch in range(1, 21)]
        frames.append(pd.DataFrame({"run_id": run_id, "epoch": range(1, 21), "val_loss": losses}))
    return pd.concat(frames, ignore_index=True)


def judge(data, not_asked=frozenset(), **claim):
    """The row of a claim."""
    return judge_claims(parse_claims([{"sentence": "s", **claim}]), data, not_asked).iloc[0]


@pytest.mark.parametrize(
    ("difference", "factor", "verdict"),
    [
        (2.0, 1, HOLDS),
        (2.0, 10, HOLDS),
        (2.0, 1000, REJECTED),
        (2.0, 100, INCONCLUSIVE),
        (-2.0, 1, REJECTED),
        (0.0, 1, INCONCLUSIVE),
    ],
)
def test_losses_are_judged_by_the_interval_of_their_factor(study, difference, factor, verdict):
    data = study({"relu": 0.0, "tanh": difference + NOISE})
    row = judge(data, measure="loss", lower=RELU, higher=TANH, factor=factor)
    assert row["verdict"] == verdict
    assert (row["seeds"], row["data samples"]) == (
        N_SEEDS,
        data.selection.shown["dataset.seed"].nunique(),
    )


def test_rows_of_a_table_that_all_train_are_one_sample_for_all_seeds(study):
    data = study({"relu": 0.0, "tanh": 2 + NOISE})
    shown = data.selection.shown
    shares = ["dataset.validation_share", "dataset.test_share"]
    for share, n_samples in (("0.2", N_SEEDS), ("0.0", 1)):
        runs = shown.assign(
            **{"dataset.seed": shown["training.seed"]}, **dict.fromkeys(shares, share)
        )
        selection = dataclasses.replace(data.selection, shown=runs)
        row = judge(
            dataclasses.replace(data, selection=selection), measure="loss", lower=RELU, higher=TANH
        )
        assert row["data samples"] == n_samples


def test_figures_are_those_of_the_interval(study):
    row = judge(study({"relu": -4.0, "tanh": -2 + NOISE}), measure="loss", lower=RELU, higher=TANH)
    assert row["figures"].startswith("settled loss: 0.0001 with relu, 0.01")
    assert "factor 100 (95 % interval 94" in row["figures"]
    assert row["figures"].endswith("higher in 10 of 10 seeds")


@pytest.mark.parametrize("measure", ["test_loss", "training_loss"])
def test_test_loss_and_training_loss_are_those_of_the_last_epoch(study, measure):
    column = {"test_loss": "final_test_loss", "training_loss": "final_loss"}[measure]
    data = study({"relu": 0.01, "tanh": 10 ** (-0.5 + NOISE)}, column)
    claim = {"measure": measure, "lower": RELU, "higher": TANH, "factor": 10}
    assert judge(data, **claim)["verdict"] == HOLDS


def test_runs_without_a_test_loss_tell_nothing(study):
    data = study({"relu": 0.0, "tanh": 1.0})
    shown = data.selection.shown.drop(columns="final_test_loss", errors="ignore")
    data = dataclasses.replace(data, selection=dataclasses.replace(data.selection, shown=shown))
    row = judge(data, measure="test_loss", lower=RELU, higher=TANH)
    assert (row["verdict"], row["seeds"]) == (INCONCLUSIVE, 0)
    assert "no seeds in common that have test_loss" in row["figures"]


@pytest.mark.parametrize(
    ("epochs", "verdict"),
    [
        ({"relu": 3, "tanh": 9}, HOLDS),
        ({"relu": 9, "tanh": 3}, REJECTED),
        ({"relu": 3}, HOLDS),  # tanh never arrives
        ({"tanh": 3}, REJECTED),
        ({}, INCONCLUSIVE),  # neither does, which is a factor of 1
        ({"relu": 3, "tanh": 3}, INCONCLUSIVE),
    ],
)
def test_epochs_are_judged_by_the_interval_of_their_median_ratio(study, epochs, verdict):
    data = study({"relu": 0.0, "tanh": 0.0}, epochs=epochs)
    row = judge(data, measure="epochs_to_target", lower=RELU, higher=TANH)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("epochs", "factor", "verdict", "interval"),
    [
        # Curves have 20 epochs, so that what has not arrived takes 21 or more.
        ({"relu": 7}, 2.9, HOLDS, "3 to ∞"),
        ({"relu": 7}, 3.1, INCONCLUSIVE, "3 to ∞"),
        ({"tanh": 7}, 0.4, REJECTED, "0 to 0.333"),
        ({}, 2, INCONCLUSIVE, "0 to ∞"),
    ],
)
def test_what_had_not_arrived_when_training_ended_is_known_on_one_side_only(
    study, epochs, factor, verdict, interval
):
    data = study({"relu": 0.0, "tanh": 0.0}, epochs=epochs)
    claim = {"measure": "epochs_to_target", "factor": factor}
    row = judge(data, lower=RELU, higher=TANH, **claim)
    assert (row["verdict"], f" interval {interval})" in row["figures"]) == (verdict, True)
    if not epochs:
        assert judge(data, similar=[RELU, TANH], **claim)["verdict"] == INCONCLUSIVE


def test_claim_may_state_its_target(study):
    data = study({"relu": 0.0, "tanh": 0.0}, epochs={"relu": 3, "tanh": 9})
    claim = {"measure": "epochs_to_target", "lower": RELU, "higher": TANH}
    row = judge(data, target=0.05, **claim)
    assert row["verdict"] == INCONCLUSIVE  # no curve is that low
    assert row["figures"].startswith("epochs to a loss of 0.05: never with relu, never with tanh")
    assert "factor 3 (" in judge(data, target=0.2, **claim)["figures"]


def test_five_seeds_are_too_few_for_a_median(study):
    data = study({"relu": 0.0, "tanh": 0.0}, n_seeds=5, epochs={"relu": 3, "tanh": 9})
    row = judge(data, measure="epochs_to_target", lower=RELU, higher=TANH)
    assert row["verdict"] == INCONCLUSIVE
    assert "5 seeds; an interval takes at least 6" in row["figures"]


@pytest.mark.parametrize(
    ("relu", "difference", "verdict"),
    [(0.0, 0.0, HOLDS), (0.0, 0.95, INCONCLUSIVE), (1.0, 0.5, REJECTED), (1.0, 0.0, INCONCLUSIVE)],
)
def test_shares_are_judged_by_the_interval_of_their_difference(study, relu, difference, verdict):
    data = study({"relu": relu, "tanh": 1.0}, "stuck")
    claim = {"measure": "share_stuck", "lower": RELU, "higher": TANH}
    assert judge(data, difference=difference, **claim)["verdict"] == verdict


def test_accuracies_are_judged_by_the_interval_of_their_difference(study):
    data = study({"relu": 0.9, "tanh": 0.95 + NOISE / 10}, "settled_accuracy")
    claim = {"measure": "accuracy", "lower": RELU, "higher": TANH}
    assert judge(data, **claim)["verdict"] == HOLDS
    assert judge(data, difference=0.02, **claim)["verdict"] == HOLDS
    assert judge(data, difference=0.1, **claim)["verdict"] == REJECTED


def test_two_seeds_tell_nothing(study):
    for column, measure in (("settled", "loss"), ("stuck", "share_stuck")):
        data = study({"relu": 0.0, "tanh": 1.0 + NOISE}, column, n_seeds=2)
        row = judge(data, measure=measure, lower=RELU, higher=TANH)
        assert (row["verdict"], row["seeds"]) == (INCONCLUSIVE, 2)
        assert "2 seeds; an interval takes at least 3" in row["figures"]


def test_equal_losses_are_neither_lower_nor_far_apart(study):
    data = study({"relu": NOISE, "tanh": NOISE})
    assert judge(data, measure="loss", lower=RELU, higher=TANH)["verdict"] == INCONCLUSIVE
    claim = {"measure": "loss", "similar": [RELU, TANH], "factor": 1.01}
    assert judge(data, **claim)["verdict"] == HOLDS


def test_keys_that_are_not_named_are_averaged_over_within_seeds(study):
    # Sizes differ far more than activations, and by the same in both.
    data = study({"relu": NOISE, "tanh": NOISE + 0.3 + NOISE[::-1] / 10}, size_effect=5.0)
    row = judge(data, measure="loss", lower=RELU, higher=TANH, factor=1.5)
    assert row["verdict"] == HOLDS
    assert "factor 2" in row["figures"]


def test_seeds_and_cells_that_one_side_lacks_are_left_out(study):
    data = study({"relu": 0.0, "tanh": 1.0 + NOISE})
    shown = data.selection.shown
    is_lost = (shown["model.activation"] == "tanh") & shown["training.seed"].isin(["0", "1"])
    is_cell = (shown["model.activation"] == "relu") & (shown["model.hidden_units"] == "[4]")
    shown = shown[~is_lost & ~is_cell].reset_index(drop=True)
    data = dataclasses.replace(data, selection=dataclasses.replace(data.selection, shown=shown))
    row = judge(data, measure="loss", lower=RELU, higher=TANH)
    assert (row["verdict"], row["seeds"]) == (HOLDS, N_SEEDS - 2)


@pytest.mark.parametrize(
    ("losses", "verdict"),
    [
        ({"relu": 0.0, "tanh": 0.2 + NOISE, "sigmoid": 0.4 - NOISE}, HOLDS),
        ({"relu": 0.0, "tanh": 0.2 + NOISE, "sigmoid": -2 - NOISE}, REJECTED),
        ({"relu": 0.0, "tanh": 0.2 + NOISE, "sigmoid": 1 + NOISE}, INCONCLUSIVE),
        ({"relu": 0.0, "tanh": 60 * NOISE, "sigmoid": NOISE}, INCONCLUSIVE),
    ],
)
def test_little_influence_is_that_no_two_values_are_far_apart(study, losses, verdict):
    similar = [{"model.activation": name} for name in losses]
    row = judge(study(losses), measure="loss", similar=similar, factor=10)
    assert row["verdict"] == verdict


def test_figures_of_a_similarity_are_those_of_the_pair_that_is_farthest_apart(study):
    data = study({"relu": 0.0, "tanh": 0.2 + NOISE, "sigmoid": -2 - NOISE})
    similar = [RELU, TANH, {"model.activation": "sigmoid"}]
    row = judge(data, measure="loss", similar=similar, factor=10)
    assert "tanh over sigmoid, the farthest apart: factor 159 (98.3 % interval" in row["figures"]


def test_farthest_pair_of_a_similarity_has_the_larger_first(study):
    data = study({"relu": 0.0, "tanh": 0.2 + NOISE, "sigmoid": 0.4 - NOISE})
    similar = [RELU, TANH, {"model.activation": "sigmoid"}]
    row = judge(data, measure="loss", similar=similar, factor=10)
    assert "sigmoid over relu, the farthest apart: factor 2.5" in row["figures"]


def test_runs_without_a_key_are_in_no_cell_that_names_it():
    runs = pd.DataFrame({"model.activation": ["relu", "tanh"]})
    assert list(select_cells(runs, RELU).index) == [0]
    assert select_cells(runs, {"model.dropout": 0.1}).empty


def test_claim_holds_if_all_conditions_do_and_fails_if_one_does(study):
    data = study({"relu": 0.0, "tanh": 1 + NOISE, "sigmoid": -1 + NOISE})
    sigmoid = {"model.activation": "sigmoid"}
    claim = {"measure": "loss", "lower": RELU}
    both = [{"higher": TANH}, {"higher": TANH, "factor": 2}]
    assert judge(data, **claim, conditions=both)["verdict"] == HOLDS
    mixed = [{"higher": TANH}, {"higher": sigmoid}]
    assert judge(data, **claim, conditions=mixed)["verdict"] == REJECTED


def test_one_of_several_conditions_fails_at_a_stricter_level(study):
    # t = -2.5 with ten seeds: p is 0.034, which rejects one condition and not one of three.
    scale = 2.5 / np.sqrt(N_SEEDS) * NOISE.std(ddof=1)
    data = study({"relu": 0.0, "tanh": NOISE - NOISE.mean() - scale})
    condition = {"measure": "loss", "lower": RELU, "higher": TANH}
    assert judge(data, **condition)["verdict"] == REJECTED
    row = judge(data, conditions=[condition] * 3)
    assert row["verdict"] == INCONCLUSIVE
    assert "98.3 % interval" in row["figures"]


def test_looks_at_a_growing_study_make_the_level_stricter(study):
    scale = 2.5 / np.sqrt(N_SEEDS) * NOISE.std(ddof=1)
    data = study({"relu": 0.0, "tanh": NOISE - NOISE.mean() + scale})
    claim = {"measure": "loss", "lower": RELU, "higher": TANH}
    assert judge(data, **claim)["verdict"] == HOLDS
    selection = dataclasses.replace(data.selection, n_looks=3)
    assert judge(dataclasses.replace(data, selection=selection), **claim)["verdict"] == INCONCLUSIVE


def test_cells_without_runs_are_not_asked_or_not_finished(study):
    data = study({"relu": 0.0})
    claim = {"measure": "loss", "lower": RELU, "higher": TANH}
    row = judge(data, **claim)
    assert (row["verdict"], row["figures"]) == (
        INCONCLUSIVE,
        "settled loss: no run of tanh has finished yet",
    )
    row = judge(data, frozenset({(0, 0)}), **claim)
    assert (row["verdict"], row["figures"]) == (
        NOT_ASKED,
        "settled loss: the newest sweep has no tanh",
    )


def test_diverged_run_counts_with_the_loss_at_which_losses_are_cut(runs_of):
    grid = [
        [f"model.activation={name}", f"training.seed={seed}"]
        for name in ("relu", "tanh")
        for seed in range(6)
    ]
    runs = runs_of(grid)
    is_tanh = runs["model.activation"] == "tanh"
    seeds = runs["training.seed"].astype(int)
    runs["final_val_loss"] = 1e-5 * (1 + 0.1 * seeds)
    runs.loc[is_tanh, ["diverged_epoch", "final_val_loss"]] = 3.0, np.nan
    selection = select(runs, None)
    curves = make_curves(selection.shown, {"relu": 2, "tanh": 2})
    data = ClaimData(selection, curves, make_targets(selection.shown))
    for measure in ("loss", "epochs_to_target"):
        row = judge(data, measure=measure, lower=RELU, higher=TANH, factor=2)
        assert (row["verdict"], row["seeds"]) == (HOLDS, 6)


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=12),
    st.floats(0.01, 100),
    st.sampled_from(["loss", "epochs_to_target"]),
    st.integers(1, 4),
)
def test_verdict_and_interval_never_contradict(values, factor, measure, n_conditions):
    from fcnn.analysis.claims import _judge_inequality

    (claim,) = parse_claims(
        [{"sentence": "s", "measure": measure, "lower": RELU, "higher": TANH, "factor": factor}]
    )
    (condition,) = claim.conditions
    differences = pd.Series(values, dtype=float)
    pairs = Pairs(differences * 0, *[differences] * 4, 1)
    verdict, figures = _judge_inequality(condition, pairs, ["a", "b"], 0.05, n_conditions)
    level = 0.05 if verdict == HOLDS else 0.05 / n_conditions
    interval = estimate_interval(condition, pairs, level)
    threshold = math.log10(factor)
    assert verdict == (
        HOLDS
        if interval.low > threshold
        else REJECTED
        if interval.high < threshold
        else INCONCLUSIVE
    )
    assert f"{100 * (1 - level):.3g} %" in figures or math.isnan(interval.low)


def test_difference_that_is_the_same_in_the_least_number_of_seeds_has_no_interval(study):
    data = study({"relu": 0.0, "tanh": 1.0}, n_seeds=3)
    row = judge(data, measure="loss", lower=RELU, higher=TANH)
    assert "the same in every seed, which gives no interval" in row["figures"]


def test_training_loss_that_no_run_has_is_never_judged(study):
    data = study({"relu": 0.0, "tanh": 1.0 + NOISE})
    shown = data.selection.shown.drop(columns="final_loss")
    data = dataclasses.replace(data, selection=dataclasses.replace(data.selection, shown=shown))
    row = judge(data, measure="training_loss", lower=RELU, higher=TANH)
    assert row["verdict"] == INCONCLUSIVE


def test_factor_of_epochs_is_infinite_or_zero_where_one_never_reaches_the_target(study):
    data = study({"relu": 0.0, "tanh": 0.0}, epochs={"relu": 3, "tanh": None})
    claim = {"measure": "epochs_to_target"}
    assert "factor ∞ (" in judge(data, lower=RELU, higher=TANH, **claim)["figures"]
    assert "factor 0 (" in judge(data, lower=TANH, higher=RELU, **claim)["figures"]
