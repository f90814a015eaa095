"""How far training is: a live bar on a terminal, plain lines elsewhere."""

import logging
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

from fcnn.escaping import printable

log = logging.getLogger("fcnn")

SECONDS_BETWEEN_LINES = 10.0


class SweepProgress(Progress):
    """Progress of the runs that this process trains.

    Args:
        epochs: Epochs of each of these runs.
        n_runs: Runs of the whole sweep.
        n_before: Runs of the sweep that were trained before these.
    """

    def __init__(self, epochs: Sequence[int], n_runs: int, n_before: int) -> None:
        self.n_runs = n_runs
        self.n_before = n_before
        self.n_here = len(epochs)
        self.n_ended = 0
        self.total_epochs = sum(epochs)
        self.trained_epochs = 0
        self.start_s = self.last_line_s = time.monotonic()
        console = Console(stderr=True)
        super().__init__(
            BarColumn(bar_width=20, table_column=Column(min_width=10)),
            # A name may look like Rich's markup, and be longer than the terminal is wide.
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.bar = self.add_task("", total=self.total_epochs)

    def advance_epochs(self, label: str, n_epochs: int) -> None:
        """Show what is being trained, after `n_epochs` more epochs, counted over all runs."""
        self.trained_epochs += n_epochs
        line = f"{self._format_count()}{label}{self._format_time_left()}"
        self.update(self.bar, completed=self.trained_epochs, description=printable(line))
        if self.disable and time.monotonic() - self.last_line_s > SECONDS_BETWEEN_LINES:
            self.last_line_s = time.monotonic()
            log.info(printable(line, newlines=True))

    def end_run(self, name: str, outcome: str) -> str:
        """Count a run that has ended, and give the line that tells of it."""
        self.n_ended += 1
        self.last_line_s = time.monotonic()
        return f"{self._format_count()}{name}: {outcome}{self._format_time_left()}"

    def _format_count(self) -> str:
        return f"[{self.n_before + self.n_ended}/{self.n_runs}] " if self.n_runs > 1 else ""

    def _format_time_left(self) -> str:
        """Time left for the sweep, assuming that the other runs take as long as these."""
        trained_runs = self.n_here * self.trained_epochs / self.total_epochs
        if not trained_runs or self.n_before + self.n_ended == self.n_runs:
            return ""
        runs_left = self.n_runs - self.n_before - trained_runs
        seconds_per_run = (time.monotonic() - self.start_s) / trained_runs
        return f"; {seconds_per_run * runs_left:.0f} s left"
