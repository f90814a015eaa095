import logging

from fcnn.training.progress import SweepProgress


def test_without_a_terminal_each_run_is_a_line_with_its_number_outcome_and_time_left(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with SweepProgress([10, 10], runs=3, before=1) as progress:
        progress.advanced("tanh, seed 0", 15)
        progress.ended("tanh, seed 0", "loss 0.25")
        progress.advanced("tanh, seed 1", 5)
        progress.ended("tanh, seed 1", "loss 0.125")
    first, last = caplog.messages
    assert first.startswith("[2/3] tanh, seed 0: loss 0.25; ")
    assert first.endswith(" s left")
    assert last == "[3/3] tanh, seed 1: loss 0.125"


def test_run_of_its_own_is_not_counted(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with SweepProgress([1], runs=1, before=0) as progress:
        progress.advanced("tanh", 1)
        progress.ended("tanh", "loss 0.5")
    assert caplog.messages == ["tanh: loss 0.5"]
