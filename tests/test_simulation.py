"""The simulation of error rates judges as a report does."""

import itertools

import numpy as np
import pandas as pd
import pytest

from fcnn.analysis.comparisons import BEYOND, Pair, compare_pairs
from scripts.simulate import draw, reject, subtract_pairs


@pytest.mark.parametrize("n_seeds", [3, 5, 10])
def test_simulation_rejects_what_a_report_calls_beyond_chance(n_seeds):
    rng = np.random.default_rng(0)
    effects = np.array([0.0, 0.0, 0.3, 2.0])
    scores = effects + 0.3 * rng.standard_normal((30, n_seeds, 4))
    scores[:10, :, 1] = scores[:10, :, 0]  # identical in every seed
    scores[10:20, :, 1] = scores[10:20, :, 0] + 1.0  # and equally different in every seed
    pairs = list(itertools.combinations(range(4), 2))
    expected = []
    for sample in scores:
        runs = pd.DataFrame(sample)
        table = compare_pairs([Pair(str(a), str(b), runs[a] - runs[b]) for a, b in pairs])
        expected.append(table["outcome"] == BEYOND)
    rejected = reject(subtract_pairs(scores))
    np.testing.assert_array_equal(rejected, expected)
    assert 0 < rejected.mean() < 1


def test_simulation_draws_whole_seeds():
    scores = np.arange(12.0).reshape(4, 3)
    samples = draw(scores, 6, 20, np.random.default_rng(0))
    assert samples.shape == (20, 6, 3)
    assert {tuple(row) for row in samples.reshape(-1, 3)} == {tuple(row) for row in scores}
