"""Which cells could be the best."""

import numpy as np
import pandas as pd
import pytest
from known_effects import PLAN, activation_size_grid, diverge, set_effects
from scipy import stats

from fcnn.analysis.best import NO, UNTESTED, YES, find_candidates, friedman_p_value
from fcnn.analysis.selection import select


def answers_of(selection):
    return find_candidates(selection).rename(selection.cells.set_index("cell")["label"]).to_dict()


@pytest.fixture
def selected(runs_of):
    def selection(n_seeds, **effects):
        return select(set_effects(runs_of(activation_size_grid(n_seeds)), **effects), PLAN)

    return selection


def test_cells_that_are_clearly_worse_drop_out_and_equal_ones_stay(selected):
    answers = answers_of(selected(5, noise=0.1))
    for label, answer in answers.items():
        assert answer == (YES if label.startswith("relu") else NO)


def test_equal_cells_rarely_drop_out(runs_of):
    runs = runs_of(activation_size_grid(5))
    rng = np.random.default_rng(0)
    n_studies = 15
    n_dropped = 0
    for _ in range(n_studies):
        losses = 10 ** rng.normal(0, 1, len(runs))
        answers = find_candidates(select(runs.assign(final_val_loss=losses), PLAN))
        n_dropped += (answers == NO).any()
    assert n_dropped / n_studies <= 0.15


def test_cells_with_fewer_than_three_seeds_are_not_tested(selected):
    assert set(answers_of(selected(2)).values()) == {UNTESTED}


def test_cell_that_ranks_first_could_always_be_the_best(runs_of):
    runs = set_effects(runs_of(activation_size_grid(8)), noise=0.2, seed_effect=0.5)
    # Each cell lacks other seeds.
    lost = runs.sample(frac=0.4, random_state=3).index
    selection = select(runs.drop(index=lost), PLAN)
    assert find_candidates(selection)[selection.winners["cell"].iloc[0]] in (YES, UNTESTED)


def test_cell_that_diverges_in_every_seed_is_not_the_best(runs_of):
    runs = set_effects(runs_of(activation_size_grid(5)), noise=0.1)
    seeds = [str(seed) for seed in range(5)]
    runs = diverge(runs, "relu", seeds)
    answers = answers_of(select(runs, PLAN))
    assert {answers["relu, 2-4-1"], answers["relu, 2-16-1"]} == {NO}
    assert {answers["tanh, 2-4-1"], answers["tanh, 2-16-1"]} == {YES}


def test_cells_on_other_data_do_not_compete(runs_of):
    runs = runs_of(
        [
            [f"dataset={data}", f"model.activation={name}", f"training.seed={seed}"]
            for data in ("prod", "xor")
            for name in ("tanh", "relu")
            for seed in range(5)
        ]
    ).iloc[::-1]
    losses = np.repeat([1.0, 0.1, 1000.0, 100.0], 5)
    noise = 10 ** np.random.default_rng(0).normal(0, 0.05, len(runs))
    answers = answers_of(select(runs.assign(final_val_loss=losses * noise), PLAN))
    assert answers == {"tanh, prod": NO, "relu, prod": YES, "tanh, xor": NO, "relu, xor": YES}


def test_gate_is_the_f_form_of_friedmans_test():
    scores = np.random.default_rng(1).normal([0, 0, 0.5, 1], 1, (7, 4))
    statistic = stats.friedmanchisquare(*scores.T).statistic
    f_statistic = 6 * statistic / (7 * 3 - statistic)
    assert friedman_p_value(scores) == pytest.approx(stats.f.sf(f_statistic, 3, 18))
    # The same as an analysis of variance of the ranks within seeds.
    ranks = pd.DataFrame(scores).rank(axis=1).to_numpy()
    between = 7 * ((ranks.mean(axis=0) - 2.5) ** 2).sum() / 3
    within = ((ranks - ranks.mean(axis=0)) ** 2).sum() / 18
    assert friedman_p_value(scores) == pytest.approx(stats.f.sf(between / within, 3, 18))


def test_gate_is_shut_for_equal_scores_and_open_where_all_seeds_agree():
    assert friedman_p_value(np.ones((5, 3))) == 1
    assert friedman_p_value(np.tile([1.0, 2.0, 3.0], (5, 1))) == 0
