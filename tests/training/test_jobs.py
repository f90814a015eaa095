"""The jobs of a grid have one rule for their data, and what comes out of each is told once."""

import logging

import pytest

from fcnn.errors import ConfigError
from fcnn.training.jobs import Job, RunResult, check_data_seeds, log_result


def jobs_with(config, *rules):
    return [Job(config(), "", "f", number, data_seed=rule) for number, rule in enumerate(rules)]


def test_jobs_whose_data_follow_the_same_rule_are_a_grid(config):
    check_data_seeds(jobs_with(config, "training.seed", "training.seed"))
    check_data_seeds(jobs_with(config, "3", "3"))


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        (["training.seed", "3"], "follows training.seed in some runs of the grid and is 3 in"),
        (["3", "4", "5"], "is 3 in some runs of the grid and is 4 in others"),
    ],
)
def test_jobs_whose_data_follow_several_rules_are_refused(config, rules, line):
    with pytest.raises(ConfigError, match=f"^dataset.seed: {line}"):
        check_data_seeds(jobs_with(config, *rules))


@pytest.mark.parametrize("key", ["study.colour", "study.style"])
def test_data_seed_is_shown_in_no_plot(config, key):
    job = Job(config(f"{key}=dataset.seed"), "", "f")
    with pytest.raises(ConfigError, match=f"^{key}=dataset.seed: "):
        check_data_seeds([job])


def test_only_what_is_a_bug_is_told_with_its_traceback(config, caplog):
    caplog.set_level(logging.INFO, "fcnn")
    job = Job(config(), "", "f")
    log_result(RunResult(job, 0.5, None, "run 0: loss 0.5"))
    log_result(RunResult(job, 0.5))  # somebody else tells of it
    log_result(RunResult(job, 0.5, ConfigError("no"), "run 1: no"))
    assert caplog.messages == ["run 0: loss 0.5", "run 1: no"]
    log_result(RunResult(job, 0.5, ValueError("a bug"), "run 2: a bug"))
    *_, summary, trace = caplog.messages
    assert (summary, trace) == ("run 2: a bug", "ValueError: a bug\n")
