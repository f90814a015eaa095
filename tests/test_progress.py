import logging

from fcnn.progress import RunProgress


def test_without_a_terminal_each_run_is_a_line_with_its_number_loss_and_time_left(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with RunProgress(name="tanh, seed 0", epochs=10, index=1, runs=3) as progress:
        progress.update(5, 0.5)
        progress.update(10, 0.25)
    with RunProgress(name="tanh, seed 1", epochs=10, index=2, runs=3) as progress:
        progress.update(10, 0.125)
    first, last = caplog.messages
    assert first.startswith("[2/3] tanh, seed 0: loss 0.25, ")
    assert first.endswith(" s left")
    assert last.startswith("[3/3] tanh, seed 1: loss 0.125, ")
    assert "left" not in last


def test_run_of_its_own_is_not_counted(caplog):
    caplog.set_level(logging.INFO, "fcnn")
    with RunProgress(name="tanh", epochs=1, index=0, runs=1) as progress:
        progress.update(1, 0.5)
    (line,) = caplog.messages
    assert line.startswith("tanh: loss 0.5, ")
