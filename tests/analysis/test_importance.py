"""Importance, on runs whose variance is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from known_effects import PLAN, activation_size_grid, data_activation_grid, set_effects

from fcnn.analysis import selection as selecting
from fcnn.analysis.design import build_design
from fcnn.analysis.importance import estimate_importance
from fcnn.params import SEED_KEY


def select(runs, plan):
    """Select runs whose losses are not cut at that of the constant prediction."""
    return selecting.select(runs.assign(constant_loss=1e9), plan)


@pytest.fixture
def selected(runs_of):
    def selection(n_seeds, **effects):
        return select(set_effects(runs_of(activation_size_grid(n_seeds)), **effects), PLAN)

    return selection


def importance(selection):
    return estimate_importance(build_design(selection))


def share_of_source(selection):
    return importance(selection).shares.set_index("source")["share"]


def test_importance_finds_who_made_the_variance(selected):
    table, note = importance(selected(20, noise=0.1))
    shares = table.set_index("source")["share"]
    assert shares.sum() == pytest.approx(1)
    logs = np.log10([1.0, 0.5, 0.1])
    assert shares["activation"] == pytest.approx(np.var(logs) / (np.var(logs) + 0.01), abs=0.03)
    assert shares["hidden units"] < 0.01
    assert shares["seed"] == pytest.approx(0.01 / (np.var(logs) + 0.01), abs=0.03)
    assert "seed" in note


def test_importance_of_one_seed_says_that_it_cannot_tell_the_seeds_share(selected):
    table, note = importance(selected(1, noise=0.1))
    assert list(table["source"]) == ["activation", "hidden units", "seed and axes together"]
    assert "cannot be told apart" in note


def test_importance_needs_more_runs_than_values_and_says_so(runs_of):
    activations = ("tanh", "relu", "sigmoid")
    runs = set_effects(runs_of([[f"model.activation={name}"] for name in activations]))
    selection = select(runs, PLAN)
    table, note = importance(selection)
    assert table.empty
    assert note.startswith("Importance is not shown: with one run for each value")


def test_many_values_that_make_no_difference_have_no_share(runs_of):
    rng = np.random.default_rng(0)
    runs = runs_of(
        [
            [f"optimizer.learning_rate=0.{100 + rate}", f"training.batch_size={size}"]
            for rate in range(20)
            for size in (50, 100)
        ]
    )
    shares = []
    for _ in range(40):
        runs["final_val_loss"] = 10 ** rng.standard_normal(len(runs))
        shares.append(share_of_source(select(runs, PLAN))["learning rate"])
    # By chance, twenty means of two values each have half of the variance.
    assert np.median(shares) < 0.1


def test_effects_that_depend_on_the_data_are_axes_and_data_together(runs_of):
    cells = [(data, name) for data in ("prod", "xor") for name in ("tanh", "relu")]
    runs = runs_of(data_activation_grid(cells, n_seeds=4)).iloc[::-1]
    runs["final_val_loss"] = np.repeat([1, 0.1, 0.1, 1], 4) * np.tile([1, 1.1, 0.9, 1], 4)
    shares = share_of_source(select(runs, PLAN))
    assert shares["axes and data together (interactions)"] > 0.9
    assert shares["activation"] < 0.05


def test_shares_of_an_unbalanced_grid_are_of_the_whole_variance(selected):
    shown = selected(6, noise=0.3).shown
    lost = shown.sample(frac=0.4, random_state=1).index
    runs = shown.drop(index=lost).drop(columns=["cell", "label"])
    assert share_of_source(select(runs, PLAN)).sum() == pytest.approx(1, abs=0.01)


def test_shares_that_overlap_are_said_to(runs_of):
    # relu nearly always has the size that cancels its effect: either alone explains much, and both
    # together leave nothing.
    cells = [("tanh", 4, 1.0), ("relu", 8, 1.1), ("tanh", 8, 10.0), ("relu", 4, 0.1)]
    n_seeds = [12, 12, 2, 2]
    runs = runs_of(
        [
            [f"model.activation={name}", f"model.hidden_units=[{units}]", f"training.seed={seed}"]
            for (name, units, _), n in zip(cells, n_seeds, strict=True)
            for seed in range(n)
        ]
    ).iloc[::-1]
    runs["final_val_loss"] = np.repeat([loss for *_, loss in cells], n_seeds)
    table, note = importance(select(runs, PLAN))
    assert table["share"].sum() > 1.1
    assert note.endswith("they add up to more than the whole.")


@pytest.mark.parametrize("n_lost", [0, 9])
def test_shares_are_omega_squared_of_statsmodels_analysis_of_variance(selected, n_lost):
    shown = selected(5, noise=0.4, seed_effect=0.1).shown
    runs = shown.drop(columns=["cell", "label"]).sample(len(shown) - n_lost, random_state=0)
    design = build_design(select(runs, PLAN))
    activation, size = design.factors
    blocks = [] if n_lost else [f"C(Q('{SEED_KEY}'))"]
    formula = f"settled ~ {' + '.join([f'C({activation}) * C({size})', *blocks])}"
    anova = sm.stats.anova_lm(smf.ols(formula, design.runs).fit(), typ=2)
    chance = anova.loc["Residual", "sum_sq"] / anova.loc["Residual", "df"]
    total = design.runs["settled"].var() * (len(runs) - 1)
    effects = anova.iloc[:3] if n_lost else anova.drop(index=[*blocks, "Residual"])
    expected = (effects["sum_sq"] - effects["df"] * chance) / (total + chance)
    shares = estimate_importance(design).shares["share"].iloc[:3]
    assert list(shares) == pytest.approx(expected.clip(lower=0).tolist(), abs=1e-9)


def test_equal_values_have_no_share_on_average(selected):
    shown = selected(5, noise=1.0).shown.drop(columns=["cell", "label"])
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(40):
        losses = 10 ** rng.standard_normal(len(shown))
        shares.append(share_of_source(select(shown.assign(final_val_loss=losses), PLAN)))
    # Eta squared is (3 - 1) / (30 - 1) and (2 - 1) / (30 - 1) on average.
    assert pd.DataFrame(shares)["activation"].mean() < 0.04
    assert pd.DataFrame(shares)["activation"].median() < 0.01
    assert pd.DataFrame(shares)["hidden units"].mean() < 0.03


def test_what_all_cells_of_a_seed_have_in_common_is_no_chance_between_them(selected):
    table, _ = importance(selected(5, noise=0.01, seed_effect=1.0))
    shares = table.set_index("source")["share"]
    effects = np.log10([1.0, 0.5, 0.1])
    seeds = np.arange(5)
    assert shares["activation"] == pytest.approx(
        np.var(effects) / (np.var(effects) + np.var(seeds)), rel=0.05
    )
    assert shares["seed"] > 0.9


def test_interval_contains_the_share_and_narrows_with_seeds(selected):
    widths = []
    for n_seeds in (5, 40):
        row = importance(selected(n_seeds, noise=0.3)).shares.iloc[0]
        assert row["low"] < row["share"] < row["high"]
        widths.append(row["high"] - row["low"])
    assert widths[1] < widths[0] / 2


def test_interval_of_ten_seeds_covers_the_share_of_the_population(runs_of):
    """The population is additive, so the share of activation is known."""
    runs = runs_of(activation_size_grid(10))
    effects = runs["model.activation"].map({"sigmoid": 0.0, "tanh": 0.3, "relu": 0.9})
    share = np.var([0.0, 0.3, 0.9]) / (np.var([0.0, 0.3, 0.9]) + 0.25)
    rng = np.random.default_rng(0)
    n_covered = 0
    for _ in range(40):
        runs["final_val_loss"] = 10 ** (effects + 0.5 * rng.standard_normal(len(runs)))
        row = importance(select(runs, PLAN)).shares.iloc[0]
        n_covered += row["low"] <= share <= row["high"]
    assert n_covered >= 34


def test_two_seeds_have_shares_without_intervals_and_the_note_says_so(selected):
    table, note = importance(selected(2, noise=0.1))
    assert table[["low", "high"]].isna().all(axis=None)
    assert table["share"].notna().all()
    assert "Intervals take at least 3 seeds." in note


def test_three_seeds_have_intervals(selected):
    assert "at least 3 seeds" not in importance(selected(3)).note
    table, _ = importance(selected(3, noise=0.1))
    assert table[["low", "high"]].iloc[:-1].notna().all(axis=None)  # the last is the rest
