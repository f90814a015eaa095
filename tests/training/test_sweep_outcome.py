"""What has become of each job of a sweep, trained now or before."""

import logging
import math

import pytest

from fcnn.tracking.plan import FinishedRun
from fcnn.training.jobs import Job, RunResult
from fcnn.training.outcome import SweepOutcome, log_diverged


@pytest.fixture
def outcome(config):
    """Two runs that were there, one that diverges, one that fails, one that is not trained."""
    job = Job(config(), "", "f")
    return SweepOutcome(
        [0, 1, 2, 3, 4, 0],
        {0: FinishedRun("a", 0.5, settled_loss=0.25), 1: FinishedRun("b", 0.5)},
        {
            2: RunResult(job, math.inf, settled_loss=2.0),
            3: RunResult(job, math.nan, ValueError("no")),
        },
    )


def test_losses_are_those_of_the_run_that_stands_for_a_job(outcome):
    nan = pytest.approx(math.nan, nan_ok=True)
    assert [outcome.val_loss(place) for place in range(6)] == [0.5, 0.5, math.inf, nan, None, 0.5]
    # Where no settled loss is recorded it is the last one.
    settled = [outcome.settled_loss(place) for place in range(6)]
    assert settled == [0.25, 0.5, 2.0, nan, None, 0.25]


@pytest.mark.parametrize(
    ("places", "line"),
    [
        ([2, 0], "1 of 2 runs diverged: its loss is no longer finite"),
        ([2, 2, 0], "2 of 3 runs diverged: their losses are no longer finite"),
        ([0, 1, 3, 4], None),
    ],
)
def test_diverged_runs_are_told(outcome, caplog, places, line):
    caplog.set_level(logging.INFO, "fcnn")
    log_diverged(SweepOutcome(places, outcome.finished, outcome.results))
    assert [text.partition(",")[0] for text in caplog.messages] == ([line] if line else [])
