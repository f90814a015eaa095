"""The tables, on runs whose answer is known."""

import math

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis import ranking, statistics
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan

EFFECT = {"sigmoid": 1.0, "tanh": 0.5, "relu": 0.1, "[4]": 1.0, "[16]": 1.0}


def losses(runs, noise=0.0, seed_effect=0.0):
    """Sets each run's final validation loss to the product of its values' effects, times noise."""
    rng = np.random.default_rng(0)
    size = len(runs)
    known = (
        runs["model.activation"].map(EFFECT).to_numpy()
        * runs["model.hidden_units"].map(EFFECT).to_numpy()
    )
    known = known * 10 ** (seed_effect * runs["training.seed"].astype(int).to_numpy())
    return runs.assign(final_val_loss=known * 10 ** (noise * rng.standard_normal(size)))


def of_seeds(seeds):
    return [
        [f"model.activation={activation}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
        for activation in ("sigmoid", "tanh", "relu")
        for units in (16, 4)
        for seed in range(seeds)
    ]


PLAN = Plan("parent", ["model.activation", "model.hidden_units"], {}, set())


@pytest.fixture
def selected(runs_of):
    return lambda seeds, **how: select(losses(runs_of(of_seeds(seeds)), **how), PLAN)


def falling(selection, last=20):
    """Curves that start at 2 and fall to the runs' final losses on a straight line in the logarithm."""
    epochs = np.arange(1, last + 1)
    return pd.concat(
        pd.DataFrame(
            {
                "run_id": run["run_id"],
                "epoch": epochs,
                "val_loss": np.geomspace(2, run["final_val_loss"], last),
            }
        )
        for _, run in selection.runs.iterrows()
    )


def target(selection, loss):
    return pd.Series(loss, selection.shown["run_id"])


def test_ranking_has_the_smallest_median_first_with_its_quartiles(selected):
    selection = selected(9, noise=0.1)
    table = ranking.ranking(selection, falling(selection), target(selection, 0.3))
    assert [cell.split(",")[0] for cell in table["cell"]] == ["relu"] * 2 + ["tanh"] * 2 + [
        "sigmoid"
    ] * 2
    for _, row in table.iterrows():
        values = selection.runs[selection.runs["label"] == row["cell"]]["final_val_loss"]
        found = row["median loss"], row["lower quartile"], row["upper quartile"]
        assert found == pytest.approx(tuple(values.quantile([0.5, 0.25, 0.75])))
        assert row["seeds"] == 9


def test_ranking_counts_epochs_to_the_target_and_seeds_that_get_there(selected):
    selection = selected(3)
    curves = falling(selection)
    table = ranking.ranking(selection, curves, target(selection, 0.3)).set_index("cell")
    assert table.loc["relu, 2-4-1", "share that gets there"] == 1
    expected = next(epoch for epoch in range(1, 21) if np.geomspace(2, 0.1, 20)[epoch - 1] <= 0.3)
    assert table.loc["relu, 2-4-1", "epochs to target"] == expected
    assert table.loc["sigmoid, 2-4-1", "share that gets there"] == 0
    assert math.isnan(table.loc["sigmoid, 2-4-1", "epochs to target"])


def test_seed_is_stuck_above_half_of_the_plateau(selected):
    selection = selected(
        3, seed_effect=0.01
    )  # sigmoid ends at 1 for seed 0, above it for the others; all start at 2
    table = ranking.ranking(selection, falling(selection), target(selection, 0.3)).set_index("cell")
    assert table.loc["sigmoid, 2-4-1", "share stuck"] == pytest.approx(2 / 3)
    assert table.loc["tanh, 2-4-1", "share stuck"] == 0


def test_diverged_seed_counts_as_infinite_and_is_not_stuck(runs_of):
    runs = losses(runs_of(of_seeds(3)))
    wild = (runs["model.activation"] == "relu") & (runs["training.seed"] != "0")
    runs.loc[wild, ["status", "diverged_epoch", "final_val_loss"]] = "FAILED", 3.0, np.nan
    selection = select(runs, PLAN)
    table = ranking.ranking(selection, falling(selection), target(selection, 0.3))
    assert list(table["median loss"][-2:]) == [math.inf, math.inf]
    assert table["share diverged"].iloc[-1] == pytest.approx(2 / 3)
    assert table["share stuck"].iloc[-1] == 0


def test_default_target_is_ten_times_the_best_median(selected):
    selection = selected(3)  # whose plateau is at 2
    assert list(ranking.default_targets(selection, falling(selection))) == [
        pytest.approx(1.0)
    ] * len(selection.shown)


def test_default_target_is_below_the_plateau(selected):
    selection = selected(3)
    assert list(ranking.default_targets(selection, falling(selection).assign(val_loss=0.6))) == [
        pytest.approx(0.3)
    ] * len(selection.shown)


def test_paired_factor_is_the_true_one_with_its_interval_around_it(selected):
    table = statistics.comparisons(selected(20, noise=0.05, seed_effect=0.5)).set_index(
        ["axis", "a", "b"]
    )
    row = table.loc["activation", "sigmoid", "relu"]
    assert row["factor"] == pytest.approx(10, rel=0.15)  # pairing takes the seeds' large effect out
    assert row["low"] < 10 < row["high"]
    assert row["p"] < 0.001
    assert row["verdict"] == "the second reaches a lower loss"
    same = table.loc["hidden units", "[4]", "[16]"]
    assert same["low"] < 1 < same["high"]
    assert same["verdict"] == "no difference that 20 seeds could show"


def test_seed_counts_once_however_many_cells_it_has(selected):
    assert set(statistics.comparisons(selected(4, noise=0.1))["seeds"]) == {4}


def test_too_few_seeds_are_said_in_words_with_how_many_would_do(selected):
    table = statistics.comparisons(selected(5, noise=0.1)).set_index(["axis", "a", "b"])
    # Three comparisons: 3 * 2 / 2^7 < 0.05 < 3 * 2 / 2^6.
    assert (
        table.loc["activation", "sigmoid", "relu"]["verdict"]
        == "5 seeds cannot separate these; 7 would, if all agree"
    )


@pytest.mark.parametrize(("comparisons", "seeds"), [(1, 6), (3, 7), (11, 9)])
def test_that_many_seeds_that_agree_are_enough_and_one_less_is_not(comparisons, seeds):
    assert statistics.seeds_needed(comparisons) == seeds
    for number, enough in ((seeds, True), (seeds - 1, False)):
        p = statistics.wilcoxon(np.arange(1.0, number + 1))
        assert (p * comparisons < statistics.LEVEL) == enough


def test_p_values_are_right_as_often_as_they_say(config):
    """About one comparison of equals in twenty is found different, and intervals hold the truth about as often as they say."""
    rng = np.random.default_rng(1)
    found = statistics._compared(
        [(str(number), "", pd.Series(rng.standard_normal(12))) for number in range(150)]
    )
    raw = np.array([statistics.wilcoxon(rng.standard_normal(12)) for _ in range(400)])
    assert 0.02 < (raw < 0.05).mean() < 0.08
    assert (found["p"] < 0.05).sum() <= 1  # corrected for being many
    assert ((found["low"] < 1) & (found["high"] > 1)).mean() > 0.88


def test_cells_are_compared_with_the_one_of_the_smallest_median(selected):
    table = statistics.against_best(selected(12, noise=0.02))
    assert len(table) == 5
    assert all(best.startswith("relu") for best in table["b"])
    assert (
        table[~table["a"].str.startswith("relu")]["verdict"] == "the second reaches a lower loss"
    ).all()


def test_importance_finds_who_made_the_variance(selected):
    table, words = statistics.importance(selected(20, noise=0.1))
    shares = table.set_index("source")["share"]
    assert shares.sum() == pytest.approx(1)
    logs = np.log10([1.0, 0.5, 0.1])
    assert shares["activation"] == pytest.approx(np.var(logs) / (np.var(logs) + 0.01), abs=0.03)
    assert shares["hidden units"] < 0.01
    assert shares["seed"] == pytest.approx(0.01 / (np.var(logs) + 0.01), abs=0.03)
    assert "seed" in words


def test_summary_names_what_matters_most_and_how_many_seeds_would_tell(selected):
    def summary(seeds):
        selection = selected(seeds, noise=0.01)
        return statistics.summary(
            selection, statistics.importance(selection)[0], statistics.comparisons(selection)
        )

    assert summary(3).startswith("What matters most is activation: ")
    few = "0 of 4 comparisons of single values are beyond chance with 3 seeds, too few for all of these; 7 could do"
    cells = (
        "; to tell every cell from the best takes 10 seeds at least ('training.seed=range(10)')."
    )
    assert summary(3).endswith(few + cells)
    assert summary(9).endswith(
        " of 4 comparisons of single values are beyond chance with 9 seeds" + cells
    )
    assert summary(10).endswith(
        " of 4 comparisons of single values are beyond chance with 10 seeds."
    )


def test_summary_does_not_praise_a_hyperparameter_where_the_seed_matters_more(selected):
    selection = selected(9, seed_effect=2)
    summary = statistics.summary(
        selection, statistics.importance(selection)[0], statistics.comparisons(selection)
    )
    assert summary.startswith(
        "No hyperparameter alone matters most: of the variance of the log loss "
    )
    assert " %: seed. " in summary


def test_importance_of_one_seed_says_that_it_cannot_tell_the_seeds_share(selected):
    table, words = statistics.importance(selected(1, noise=0.1))
    assert list(table["source"]) == ["activation", "hidden units", "seed and axes together"]
    assert "cannot be told apart" in words


def test_study_without_axes_or_with_one_run_has_tables_too(runs_of):
    for runs in (
        runs_of([["training.seed=0"]]),
        runs_of([["training.seed=0"], ["training.seed=1"]]),
    ):
        selection = select(runs, None)
        assert len(ranking.ranking(selection, falling(selection), target(selection, 1.0))) == 1
        assert statistics.comparisons(selection).empty
        assert statistics.against_best(selection).empty
        assert statistics.importance(selection)[0].empty


def test_importance_needs_more_runs_than_values_and_says_so(runs_of):
    runs = losses(
        runs_of(
            [["model.activation=tanh"], ["model.activation=relu"], ["model.activation=sigmoid"]]
        )
    )
    selection = select(runs, PLAN)
    table, words = statistics.importance(selection)
    assert table.empty
    assert words.startswith("Importance is not shown: with one run for each value")
    assert set(statistics.comparisons(selection)["verdict"]) == {
        "1 seed cannot separate these; 7 would, if all agree"
    }


def test_many_values_that_make_no_difference_have_no_share(runs_of):
    rng, shares = np.random.default_rng(0), []
    runs = runs_of(
        [
            [f"optimizer.learning_rate=0.{100 + rate}", f"training.batch_size={size}"]
            for rate in range(20)
            for size in (50, 100)
        ]
    )
    for _ in range(40):
        runs["final_val_loss"] = 10 ** rng.standard_normal(len(runs))
        table, _ = statistics.importance(select(runs, PLAN))
        shares.append(table.set_index("source")["share"]["learning rate"])
    assert np.median(shares) < 0.1  # half of the variance is what twenty means of two have anyway


@pytest.mark.parametrize("diverged", [1, 2])
def test_median_is_finite_while_fewer_than_half_of_the_seeds_diverge(runs_of, diverged):
    runs = losses(runs_of(of_seeds(5)), noise=0.1)
    wild = (runs["model.activation"] == "relu") & runs["training.seed"].isin(
        [str(seed) for seed in range(diverged)]
    )
    runs.loc[wild, ["status", "diverged_epoch", "final_val_loss"]] = "FAILED", 3.0, np.nan
    selection = select(runs, PLAN)
    table = ranking.ranking(selection, falling(selection), target(selection, 0.3))
    for _, row in table.iterrows():
        values = np.sort(
            selection.shown[selection.shown["label"] == row["cell"]]["final_val_loss"].fillna(
                math.inf
            )
        )
        assert (row["median loss"], row["upper quartile"]) == (values[2], values[3])
    assert all(best.startswith("relu") for best in statistics.against_best(selection)["b"])


def test_cell_that_mostly_diverges_is_not_the_best(runs_of):
    runs = losses(runs_of(of_seeds(5)))
    wild = (runs["model.activation"] == "relu") & (runs["training.seed"] != "0")
    runs.loc[wild, ["status", "diverged_epoch", "final_val_loss"]] = "FAILED", 3.0, np.nan
    selection = select(runs, PLAN)
    assert all(best.startswith("tanh") for best in statistics.against_best(selection)["b"])
    assert list(ranking.default_targets(selection, falling(selection).assign(val_loss=100))) == [
        pytest.approx(5.0)
    ] * len(selection.shown)


def test_axes_that_go_together_are_one(runs_of):
    variations = [
        [f"optimizer={name}", f"optimizer.learning_rate={rate}", f"training.seed={seed}"]
        for name, rate in (("sgd", 0.5), ("adam", 0.25))
        for seed in range(8)
    ]
    runs = runs_of(variations)
    runs["final_val_loss"] = runs["optimizer.name"].map({"sgd": 1.0, "adam": 0.001}) * (
        1 + 0.01 * runs["training.seed"].astype(int)
    )
    plan = Plan("parent", ["optimizer.name", "optimizer.learning_rate"], {}, set())
    table, _ = statistics.importance(select(runs, plan))
    assert table.iloc[0]["source"].startswith("optimizer, learning rate")
    assert table.iloc[0]["share"] > 0.99
    (row,) = statistics.comparisons(select(runs, plan)).to_dict("records")
    assert row["factor"] == pytest.approx(1000)
    assert row["seeds"] == 8


def test_values_are_compared_within_data_sets_also_where_some_cells_are_missing(runs_of):
    cells = [("prod", "tanh", 1.0), ("prod", "relu", 0.1), ("xor", "tanh", 1000.0)]
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}", f"training.seed={seed}"]
            for data, name, _ in cells
            for seed in range(9)
        ]
    )
    runs["final_val_loss"] = (
        runs[["dataset.name", "model.activation"]]
        .apply(tuple, axis=1)
        .map({one[:2]: one[2] for one in cells})
    )
    selection = select(runs, Plan("parent", ["dataset.name", "model.activation"], {}, set()))
    (pair,) = statistics.comparisons(selection).to_dict("records")
    assert pair["factor"] == pytest.approx(10)
    shares, _ = statistics.importance(selection)
    assert shares.set_index("source")["share"]["activation"] == pytest.approx(1)


def test_every_data_set_has_a_target_of_its_own(runs_of):
    runs = runs_of([["dataset=prod", "training.seed=0"], ["dataset=xor", "training.seed=0"]])
    runs["final_val_loss"] = runs["dataset.name"].map({"prod": 0.001, "xor": 0.1})
    selection = select(runs, PLAN)
    targets = ranking.default_targets(selection, falling(selection))
    table = ranking.ranking(selection, falling(selection), targets).set_index("cell")
    assert table["target"].to_dict() == {"prod": pytest.approx(0.01), "xor": pytest.approx(1.0)}
    assert table["share that gets there"].to_dict() == {"prod": 1, "xor": 1}


def test_data_set_of_other_sizes_is_one_with_one_target(runs_of):
    runs = runs_of([["dataset.n_points=100"], ["dataset.n_points=1000"]])
    runs["final_val_loss"] = runs["dataset.n_points"].map({"100": 0.09, "1000": 0.001})
    selection = select(runs, PLAN)
    assert list(ranking.default_targets(selection, falling(selection))) == [pytest.approx(0.01)] * 2


def test_comparisons_with_the_best_count_all_pairs_of_cells_for_the_same_runs_have_chosen_it(
    runs_of,
):
    runs = runs_of(of_seeds(9))
    runs["final_val_loss"] = (
        runs.groupby(["model.activation", "model.hidden_units"]).ngroup() + 1.0
    )  # the same order in every seed
    found = statistics.against_best(select(runs, PLAN))
    assert len(found) == 5
    assert found["p"].min() == pytest.approx(15 * 2 / 2**9)


def test_losses_of_different_data_sets_are_not_compared(runs_of):
    cells = [
        ("prod", "tanh", 1.0),
        ("prod", "relu", 0.1),
        ("xor", "tanh", 1000.0),
        ("xor", "relu", 50.0),
    ]
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}", f"training.seed={seed}"]
            for data, name, _ in cells
            for seed in range(9)
        ]
    )
    runs["final_val_loss"] = (
        runs[["dataset.name", "model.activation"]]
        .apply(tuple, axis=1)
        .map({one[:2]: one[2] for one in cells})
    )
    runs["final_val_loss"] *= np.random.default_rng(0).uniform(0.99, 1.01, len(runs))
    selection = select(runs, Plan("parent", ["dataset.name", "model.activation"], {}, set()))
    (pair,) = statistics.comparisons(selection).to_dict("records")
    assert (pair["axis"], pair["a"], pair["b"]) == ("activation", "tanh", "relu")
    assert pair["factor"] == pytest.approx(math.sqrt(10 * 20), rel=0.02)
    against = statistics.against_best(selection).set_index("a")["b"].str.split(",").str[0]
    assert against.to_dict() == {"prod, tanh": "prod", "xor, tanh": "xor"}
    shares, _ = statistics.importance(selection)
    assert shares.set_index("source")["share"]["activation"] > 0.95
    assert "dataset" not in set(shares["source"])


TABLE = ["dataset=csv", "dataset.path=a.csv", "dataset.target=y"]


@pytest.mark.parametrize(
    "data",
    [
        (["dataset=prod"], ["dataset=xor"]),
        (["dataset.noise=0.1"], ["dataset.noise=0.2"]),
        (["dataset.seed=0"], ["dataset.seed=1"]),
        (["training.validation_points=100"], ["training.validation_points=500"]),
        ([*TABLE], [*TABLE, "dataset.target=z"]),
        ([*TABLE], [*TABLE, "dataset.task=classification"]),
        ([*TABLE, "dataset.digest=a1"], [*TABLE, "dataset.path=b.csv", "dataset.digest=b2"]),
        ([*TABLE], [*TABLE, "dataset.validation_share=0.5"]),
        (["dataset=sklearn", "dataset.table=iris"], ["dataset=sklearn", "dataset.table=wine"]),
    ],
)
def test_every_table_keeps_to_losses_on_the_same_data(runs_of, data):
    runs = runs_of(
        [
            [*overrides, f"model.activation={name}", f"training.seed={seed}"]
            for overrides in data
            for name in ("tanh", "relu")
            for seed in range(8)
        ]
    ).iloc[::-1]
    # On the first data losses are 1000 times larger; relu is twice as good on either.
    factors = np.repeat([1000.0, 500.0, 1.0, 0.5], 8)
    runs["final_val_loss"] = factors * np.tile(np.linspace(1, 1.1, 8), 4)
    selection = select(runs, PLAN)
    first, second = selection.data
    ranked = ranking.ranking(selection, falling(selection), target(selection, 1.0))
    assert list(ranked["data"]) == [first, first, second, second]
    assert list(ranked["rank"]) == [1, 2, 1, 2]
    assert list(ranked["median loss"]) == pytest.approx(np.array([500, 1000, 0.5, 1]) * 1.05)
    compared = statistics.comparisons(selection)
    assert list(compared["axis"]) == ["activation"]
    assert compared["factor"].tolist() == pytest.approx([2])
    assert statistics.against_best(selection)["factor"].tolist() == pytest.approx([2, 2])
    shares, _ = statistics.importance(selection)
    assert shares["source"].iloc[0] == "activation"
    assert not {"dataset", "noise", "data seed", "target", "task"} & set(shares["source"])
    assert statistics.summary(selection, shares, compared).startswith(
        "What matters most is activation"
    )


@pytest.mark.parametrize(
    ("axis", "name"),
    [
        ((["dataset.n_points=100"], ["dataset.n_points=1000"]), "n points"),
        (([*TABLE, "dataset.features=[a]"], [*TABLE, "dataset.features=[a,b]"]), "features"),
    ],
)
def test_what_the_network_learns_from_is_a_hyperparameter(runs_of, axis, name):
    runs = runs_of([[*one, f"training.seed={seed}"] for one in axis for seed in range(8)])
    runs["final_val_loss"] = np.repeat([0.1, 1.0], 8) * np.tile(np.linspace(1, 1.1, 8), 2)
    selection = select(runs, PLAN)
    assert "data" not in ranking.ranking(selection, falling(selection), target(selection, 1.0))
    assert list(statistics.comparisons(selection)["axis"]) == [name]
    assert statistics.importance(selection)[0].set_index("source")["share"][name] > 0.9


def test_what_only_differs_between_data_is_no_factor(runs_of):
    runs = runs_of(
        [
            [f"dataset={data}", f"dataset.n_points={n}", f"model.activation={name}", seed]
            for data, n in (("prod", 100), ("xor", 200))
            for name in ("tanh", "relu")
            for seed in ("training.seed=0", "training.seed=1")
        ]
    )
    table, _ = statistics.importance(select(runs, PLAN))
    assert "n points" not in set(table["source"])


def test_data_with_cells_of_their_own_do_not_pass_for_a_full_grid(runs_of):
    pairs = [
        ("prod", "tanh", 4, 1.0),
        ("prod", "relu", 8, 0.1),
        ("xor", "tanh", 8, 1.0),
        ("xor", "relu", 4, 0.1),
    ]
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={act}", f"model.hidden_units=[{n}]", seed]
            for data, act, n, _ in pairs
            for seed in ("training.seed=0", "training.seed=1")
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = np.repeat([loss for *_, loss in pairs], 2) * np.tile([1, 1.1], 4)
    table, _ = statistics.importance(select(runs, PLAN))
    # Of either data there are two cells, which differ in both: four cells, and no interaction to be
    # seen.
    assert list(table["source"]) == ["activation, hidden units", "seed"]


def test_effects_that_turn_round_with_the_data_are_axes_and_data_together(runs_of):
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}", f"training.seed={seed}"]
            for data in ("prod", "xor")
            for name in ("tanh", "relu")
            for seed in range(4)
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = np.repeat([1, 0.1, 0.1, 1], 4) * np.tile([1, 1.1, 0.9, 1], 4)
    shares = statistics.importance(select(runs, PLAN))[0].set_index("source")["share"]
    assert shares["axes and data together (interactions)"] > 0.9
    assert shares["activation"] < 0.05


def test_shares_of_an_unbalanced_grid_are_of_the_whole_variance(selected):
    selection = selected(6, noise=0.3)
    lost = selection.shown.drop(index=selection.shown.sample(frac=0.4, random_state=1).index)
    runs = lost.drop(columns=["cell", "label"])
    table, _ = statistics.importance(select(runs, PLAN))
    assert table["share"].sum() == pytest.approx(1, abs=0.01)


def test_shares_that_overlap_are_said_to(runs_of):
    # Nearly always relu comes with the units that undo what it does: alone either explains much,
    # together nothing is left.
    cells = [("tanh", 4, 1.0), ("relu", 8, 1.1), ("tanh", 8, 10.0), ("relu", 4, 0.1)]
    runs = runs_of(
        [
            [f"model.activation={name}", f"model.hidden_units=[{n}]", f"training.seed={seed}"]
            for name, n, loss in cells
            for seed in range(12 if 0.5 < loss < 2 else 2)
        ]
    ).iloc[::-1]
    sizes = [12 if 0.5 < loss < 2 else 2 for *_, loss in cells]
    runs["final_val_loss"] = np.repeat([loss for *_, loss in cells], sizes)
    table, words = statistics.importance(select(runs, PLAN))
    assert table["share"].sum() > 1.1
    assert words.endswith("they add up to more than the whole.")
