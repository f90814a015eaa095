"""How far training is, as the status line says it."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from fcnn.escaping import printable, shortened
from fcnn.training.history import TrainingHistory

MAX_NAME_LENGTH = 40
"""Characters of a run's name in the status line."""
SECONDS_TO_RECORD = 0.1
"""What recording a run takes, until the first has told."""


class RunInTraining(Protocol):
    """What is told of a run: `fcnn.training.job_run.JobRun`."""

    name: str
    history: TrainingHistory


@dataclass
class _Population:
    """A population in training, as it was when its last chunk came.

    `epoch` and `n_epochs` are those of its longest run, `loss` is the median over its runs.
    `first_epoch_s` and `first_epoch` are of its first chunk, most of whose time was compilation.
    """

    label: str
    histories: Sequence[TrainingHistory]
    n_epochs: int
    epoch: int = 0
    loss: float = math.nan
    first_epoch_s: float | None = None
    first_epoch: int = 0

    def update(self) -> None:
        """Take over what its runs have been told since."""
        losses = [history.latest["loss"] for history in self.histories]
        self.epoch, self.loss = max(history.epoch for history in self.histories), median(losses)
        if self.first_epoch_s is None:
            self.first_epoch_s, self.first_epoch = time.monotonic(), self.epoch

    @property
    def n_saved_epochs(self) -> int:
        """Epochs up to this one that early stopping has saved its runs.

        The others are still computed, so what it saves of later epochs is not known yet.
        """
        return sum(
            max(0, min(history.n_epochs, self.epoch) - history.epoch) for history in self.histories
        )

    @property
    def seconds_left(self) -> float:
        """Time for its own epochs, as they have gone since the first chunk; 0 if unknown."""
        n_measured = self.epoch - self.first_epoch
        if self.first_epoch_s is None or not n_measured:
            return 0.0
        seconds_per_epoch = (time.monotonic() - self.first_epoch_s) / n_measured
        return seconds_per_epoch * (self.n_epochs - self.epoch)


@dataclass
class SweepProgress:
    """Progress of the runs that this process trains.

    Attributes:
        epochs: Epochs of each of these runs.
        n_runs: Runs of the whole sweep.
        n_before: Runs of the sweep that were trained before these.
        n_populations: Populations that these runs train in.
    """

    epochs: Sequence[int]
    n_runs: int
    n_before: int = 0
    n_populations: int = 1
    n_ended: int = 0
    n_trained_populations: int = 0
    _trained_epochs: int = 0
    _start_s: float = field(default_factory=time.monotonic)
    _last_event_s: float = field(default_factory=time.monotonic)
    _recording_s: float = 0.0
    _populations: dict[int, _Population] = field(default_factory=dict)
    _least_seconds_left: float = math.inf

    def start_population(self, number: int, runs: Sequence[RunInTraining]) -> None:
        """Note that a population trains these runs."""
        others = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
        label = f"{shortened(runs[0].name, MAX_NAME_LENGTH)}{others}"
        histories = [run.history for run in runs]
        n_epochs = max(history.n_epochs for history in histories)
        self._populations[number] = _Population(label, histories, n_epochs)

    def advance_epochs(self, number: int, n_epochs: int) -> None:
        """Note `n_epochs` more epochs of a population, counted over all its runs."""
        self._trained_epochs += n_epochs
        self._last_event_s = time.monotonic()
        if n_epochs and number in self._populations:
            self._populations[number].update()

    def end_population(self, number: int) -> None:
        """Note that a population has ended and its runs are recorded."""
        histories = self._populations.pop(number).histories
        self._trained_epochs += sum(history.n_epochs - history.epoch for history in histories)
        self.n_trained_populations += 1

    def end_run(self, name: str, outcome: str) -> str:
        """Count a run that has ended, and give the line that tells of it."""
        self.n_ended += 1
        now_s = time.monotonic()
        self._recording_s += now_s - self._last_event_s
        self._last_event_s = now_s
        count = f"[{self.n_before + self.n_ended}/{self.n_runs}] " if self.n_runs > 1 else ""
        return f"{count}{name}: {outcome}{self._format_time_left()}"

    def describe(self) -> str:
        """The line for `fcnn.status.show_status`, which asks for it from another thread.

        It has what matters first, because a narrow terminal cuts its end: `12 of 60 runs, 1 of 3
        populations, epoch 45/100, loss 0.0123; 25 s left; relu, 2-16-1, seed 3 and 9 more`.
        """
        parts = []
        if self.n_runs > 1:
            parts.append(f"{self.n_before + self.n_ended} of {self.n_runs} runs")
        if self.n_populations > 1:
            parts.append(f"{self.n_trained_populations} of {self.n_populations} populations")
        slowest = self._find_slowest()
        if slowest is None or not slowest.epoch:
            stage = "first epoch" if slowest else "training"
            parts.append(f"{stage}, {time.monotonic() - self._start_s:.0f} s")
        else:
            parts.append(f"epoch {slowest.epoch}/{slowest.n_epochs}")
            kind = "median loss" if len(slowest.histories) > 1 else "loss"
            parts.append(f"{kind} {slowest.loss:.3g}")
        label = f"; {slowest.label}" if slowest else ""
        return printable(f"{', '.join(parts)}{self._format_time_left()}{label}")

    def _find_slowest(self) -> _Population | None:
        """The population with the smallest share of its epochs; compiling ones come last."""
        populations = list(self._populations.values())
        return min(
            [population for population in populations if population.epoch] or populations,
            key=lambda population: population.epoch / population.n_epochs,
            default=None,
        )

    def _format_time_left(self) -> str:
        if not self._trained_epochs or self.n_before + self.n_ended >= self.n_runs:
            return ""
        return f"; {self._estimate_seconds_left():.0f} s left"

    def _estimate_seconds_left(self) -> float:
        """Time left for the sweep, assuming that the other runs take as long as these.

        Once half of the work is done it only falls: an estimate that rises at the end is noise.
        """
        now_s = time.monotonic()
        n_saved = sum(population.n_saved_epochs for population in self._populations.values())
        trained = (self._trained_epochs + n_saved) / sum(self.epochs)
        n_trained = trained * len(self.epochs)
        seconds_per_run = (now_s - self._start_s - self._recording_s) / n_trained
        n_to_train = max(0.0, self.n_runs - self.n_before - n_trained)
        # The slowest population may take longer than the average tells.
        populations = list(self._populations.values())
        slowest_s = max((population.seconds_left for population in populations), default=0.0)
        seconds_to_record = self._recording_s / self.n_ended if self.n_ended else SECONDS_TO_RECORD
        n_to_record = self.n_runs - self.n_before - self.n_ended
        seconds_left = max(seconds_per_run * n_to_train, slowest_s)
        seconds_left += seconds_to_record * n_to_record
        if trained >= 0.5:
            seconds_left = min(seconds_left, self._least_seconds_left)
            self._least_seconds_left = seconds_left
        return seconds_left
