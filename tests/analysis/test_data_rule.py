import pandas as pd
import pytest

from fcnn.analysis.data_rule import are_sampled, describe_data_samples, describe_left_out
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan

FOLLOWING = [
    [f"model.activation={name}", f"training.seed={seed}"]
    for name in ("tanh", "relu")
    for seed in range(3)
]
FOLLOWS = "training.seed"
FIXED = [[*overrides, "dataset.seed=0"] for overrides in FOLLOWING]


def plan_of(rule):
    return Plan("parent", [], {}, set(), data_seed=rule)


@pytest.fixture
def both(runs_of):
    """Runs on one data sample, as of 0.1.0, and newer ones on a sample for each seed."""
    newer = runs_of(FOLLOWING[1:3] + FOLLOWING[4:], start="2026-02-02")
    return pd.concat([newer, runs_of(FIXED)])


def test_runs_that_do_not_fit_the_newest_sweeps_rule_are_left_out_and_counted(both):
    selection = select(both, plan_of("training.seed"))
    seeds = selection.shown[["dataset.seed", "training.seed"]]
    assert (seeds["dataset.seed"] == seeds["training.seed"]).all()
    # Seed 0 on data seed 0 fits both rules.
    assert len(selection.shown) == 6
    assert describe_left_out(selection.left_out, selection.data_rule) == (
        "4 runs are left out: in the newest runs dataset.seed follows training.seed"
    )


def test_fixed_rule_takes_the_runs_of_its_data_seed_alone(both):
    selection = select(both, plan_of("0"))
    assert set(selection.shown["dataset.seed"]) == {"0"}
    assert len(selection.shown) == 6
    assert len(selection.left_out) == 4
    assert describe_left_out(selection.left_out, "0").endswith("runs dataset.seed is 0")


def test_data_seed_is_no_axis_no_kind_of_data_and_in_no_label(both):
    selection = select(both, plan_of("training.seed"))
    assert list(selection.axes) == ["model.activation"]
    assert selection.data_labels == ["prod"]
    assert len(selection.cells) == 2
    assert not any("data" in label for label in selection.cells["label"])


@pytest.mark.parametrize(("variations", "rule"), [(FOLLOWING, "training.seed"), (FIXED, "0")])
def test_rule_of_runs_outside_sweeps_is_inferred_from_their_seeds(runs_of, variations, rule):
    selection = select(runs_of(variations), None)
    assert selection.data_rule == rule
    assert (len(selection.shown), len(selection.left_out)) == (6, 0)


def test_failed_runs_are_not_counted_as_left_out(runs_of):
    failed = runs_of(FIXED[1:3] + FIXED[4:], "FAILED").assign(diverged_epoch=float("nan"))
    runs = pd.concat([runs_of(FOLLOWING, start="2026-02-02"), failed])
    selection = select(runs, plan_of("training.seed"))
    assert describe_left_out(selection.left_out, selection.data_rule) == ""
    assert not set(failed["run_id"]) & set(selection.all_runs["run_id"])


def test_study_without_a_finished_run_that_fits_says_what_is_left_out(runs_of):
    with pytest.raises(ValueError, match="no run has finished yet; 4 runs are left out"):
        select(runs_of(FIXED[1:3] + FIXED[4:]), plan_of("training.seed"))


def test_samples_are_said_in_words():
    function = pd.DataFrame(index=range(2))
    assert describe_data_samples(function, FOLLOWS, 10) == "each on a data sample of its own"
    assert describe_data_samples(function, FOLLOWS, 1) == "on one data sample"
    fixed = "all on one data sample, fixed by dataset.seed=0"
    assert describe_data_samples(function, "0", 5) == fixed
    table = function.assign(**{"dataset.validation_share": "0.2"})
    assert describe_data_samples(table, FOLLOWS, 10) == "each on a split of its own"
    assert describe_data_samples(table, "0", 5) == "all on one split, fixed by dataset.seed=0"
    whole = function.assign(**{"dataset.validation_share": "0"})
    assert describe_data_samples(whole, FOLLOWS, 5) == "all on the same rows"


def test_only_tables_of_which_no_row_is_held_out_are_not_sampled(runs_of):
    keys = ["dataset.validation_share", "dataset.test_share"]
    shares = {"synthetic": [None, None], "all rows": [0, 0], "split": ["0.2", 0], "test": [0, 0.1]}
    shares |= {"all rows, before there were test samples": [0, None]}
    table = pd.DataFrame.from_dict(shares, orient="index", columns=keys)
    assert list(are_sampled(table)) == [True, False, True, True, False]
    assert list(are_sampled(pd.DataFrame(index=[0, 1]))) == [True, True]  # no run is on a table
