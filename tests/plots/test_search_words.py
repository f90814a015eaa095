"""Words of users in the figures of a search, as written and within the figure."""


import numpy as np
import pytest
from words import UGLY

from fcnn.analysis.search_importance import summarise_trials
from fcnn.analysis.selection import select
from fcnn.tracking.plan import Plan

WORDS = UGLY[:12]
WIDTH = 18
"""Characters that any figure has room for."""


@pytest.fixture
def trials(runs_of):
    """Twelve trials that differ in a word and in a number, and what they are from."""
    runs = runs_of([[f"optimizer.learning_rate={0.001 * n}"] for n in range(1, 1 + len(WORDS))])
    runs["dataset.features"] = WORDS
    runs["final_val_loss"] = np.geomspace(0.001, 0.1, len(WORDS))
    plan = Plan("parent", [], {}, set(), set(runs["fingerprint"]), {"parent"})
    selection = select(runs.assign(constant_loss=1e9), plan)
    return *summarise_trials(selection), selection


@pytest.mark.parametrize("first", range(0, len(UGLY), 12))
def test_figures_of_a_search_show_words_as_they_are(trials, first):
    pass
