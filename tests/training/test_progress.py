import logging

from fcnn.training.progress import SweepProgress


def test_line_of_a_run_has_its_number_outcome_and_the_time_left(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with SweepProgress([10, 10], n_runs=3, n_before=1) as progress:
        progress.advance_epochs("tanh, seed 0", 15)
        first = progress.end_run("tanh, seed 0", "loss 0.25")
        progress.advance_epochs("tanh, seed 1", 5)
        last = progress.end_run("tanh, seed 1", "loss 0.125")
    assert first.startswith("[2/3] tanh, seed 0: loss 0.25; ")
    assert first.endswith(" s left")
    assert last == "[3/3] tanh, seed 1: loss 0.125"
    assert caplog.messages == []  # whoever receives the result logs its line


def test_single_run_is_not_counted(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with SweepProgress([1], n_runs=1, n_before=0) as progress:
        progress.advance_epochs("tanh", 1)
        assert progress.end_run("tanh", "loss 0.5") == "tanh: loss 0.5"
    assert caplog.messages == []
