import time
from types import SimpleNamespace

import numpy as np

from fcnn.libraries.base import Chunk
from fcnn.libraries.stopping import Ending
from fcnn.training.history import TrainingHistory
from fcnn.training.progress import SECONDS_TO_RECORD, SweepProgress, _Population


def train(progress, number, histories, first_epoch, losses):
    """Let a population of a single member train for as many epochs as there are losses."""
    metrics = {"loss": np.array(losses, np.float32)[:, None]}
    metrics["val_loss"] = metrics["loss"]
    chunk = Chunk(first_epoch, metrics, [[np.zeros(1, np.float32)]])
    n_epochs = sum(len(history.append([chunk])["loss"]) for history in histories)
    progress.advance_epochs(number, n_epochs)


def start(progress, number, name, n_epochs):
    history = TrainingHistory(n_epochs, 0)
    progress.start_population(number, [SimpleNamespace(name=name, history=history)])
    return [history]


def test_line_of_a_run_has_its_number_outcome_and_the_time_left():
    progress = SweepProgress([10, 10], n_runs=3, n_before=1)
    histories = start(progress, 0, "tanh, seed 0", 10)
    train(progress, 0, histories, 1, [0.25] * 10)
    first = progress.end_run("tanh, seed 0", "loss 0.25")
    histories = start(progress, 1, "tanh, seed 1", 10)
    train(progress, 1, histories, 1, [0.125] * 10)
    last = progress.end_run("tanh, seed 1", "loss 0.125")
    assert first.startswith("[2/3] tanh, seed 0: loss 0.25; ")
    assert first.endswith(" s left")
    assert last == "[3/3] tanh, seed 1: loss 0.125"


def test_single_run_is_not_counted():
    progress = SweepProgress([1], n_runs=1, n_before=0)
    train(progress, 0, start(progress, 0, "tanh", 1), 1, [0.5])
    assert progress.end_run("tanh", "loss 0.5") == "tanh: loss 0.5"


def test_two_runs_are_counted_and_named_together():
    progress = SweepProgress([10, 10], n_runs=2, n_before=0)
    runs = [
        SimpleNamespace(name=f"tanh, seed {seed}", history=TrainingHistory(10, 0))
        for seed in range(2)
    ]
    progress.start_population(0, runs)
    assert progress.describe() == "0 of 2 runs, first epoch, 0 s; tanh, seed 0 and 1 more"
    assert progress.end_run("tanh, seed 0", "loss 0.5") == "[1/2] tanh, seed 0: loss 0.5"


def test_time_of_a_population_is_measured_from_its_first_chunk_on():
    history = TrainingHistory(100, 0)
    population = _Population("tanh", [history], 100)
    for first_epoch, n_epochs, seconds_left in ((1, 10, 0), (11, 20, 70)):
        losses = np.ones((n_epochs, 1), np.float32)
        history.append([Chunk(first_epoch, {"loss": losses}, [[np.zeros(1, np.float32)]])])
        population.update()
        assert round(population.seconds_left) == seconds_left
        population.first_epoch_s -= 20  # seconds for the next 20 epochs


def test_status_has_runs_populations_and_the_epoch_and_loss_of_the_slowest():
    progress = SweepProgress([10, 10, 10], n_runs=3, n_before=0, n_populations=3)
    assert progress.describe() == "0 of 3 runs, 0 of 3 populations, training, 0 s"
    fast = start(progress, 0, "tanh, seed 0", 10)
    slow = start(progress, 1, "tanh, seed 1", 10)
    assert "first epoch, 0 s; tanh, seed 0" in progress.describe()
    train(progress, 0, fast, 1, [0.5] * 9)
    train(progress, 1, slow, 1, [0.25] * 3)
    assert progress.describe().startswith(
        "0 of 3 runs, 0 of 3 populations, epoch 3/10, loss 0.25; 0 s left; tanh, seed 1"
    )
    train(progress, 0, fast, 10, [0.5])
    progress.end_run("tanh, seed 0", "")
    progress.end_population(0)
    assert progress.describe().startswith("1 of 3 runs, 1 of 3 populations, epoch 3/10")


def test_time_left_does_not_rise_once_half_of_the_work_is_done():
    progress = SweepProgress([100, 100], n_runs=2, n_before=0, n_populations=2)
    histories = [start(progress, number, f"seed {number}", 100) for number in (0, 1)]
    seconds = []
    for epoch in range(1, 101):
        # The second population gets slower and slower: it trains every tenth epoch only.
        if epoch <= 100:
            train(progress, 0, histories[0], epoch, [0.5])
        if epoch % 10 == 0:
            train(progress, 1, histories[1], epoch // 10, [0.5])
        progress._start_s -= 1  # a second has passed
        seconds.append(progress._estimate_seconds_left())
    second_half = seconds[91:]  # 91 + 9 of 200 epochs
    assert second_half == sorted(second_half, reverse=True)
    assert second_half[0] > 0


def test_epochs_that_early_stopping_saves_count_as_trained():
    progress = SweepProgress([100] * 4, n_runs=4, n_before=0, n_populations=2)
    histories = [TrainingHistory(100, member) for member in range(2)]
    runs = [SimpleNamespace(name="tanh", history=history) for history in histories]
    progress.start_population(0, runs)
    losses = {"loss": np.ones((50, 2), np.float32)}
    chunk = Chunk(1, losses, [[np.zeros(1, np.float32)]] * 2, [Ending(1, 10), Ending(50, 0)])
    n_epochs = sum(len(history.append([chunk])["loss"]) for history in histories)
    progress.advance_epochs(0, n_epochs)
    for seconds, left in ((10, 30), (20, 20)):
        progress._start_s = time.monotonic() - seconds
        recording = 4 * SECONDS_TO_RECORD
        assert round(progress._estimate_seconds_left() - recording) == left
        if progress._populations:
            progress.end_population(0)


def test_slowest_population_is_the_one_with_the_smallest_share_of_its_epochs():
    progress = SweepProgress([10, 100], n_runs=2, n_before=0, n_populations=2)
    for number, n_epochs, n_trained in ((0, 10, 5), (1, 100, 20)):
        histories = start(progress, number, f"seed {number}", n_epochs)
        train(progress, number, histories, 1, [0.5] * n_trained)
    assert "epoch 20/100" in progress.describe()
