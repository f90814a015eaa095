"""Shows how far training is: a live bar on a terminal, plain lines where there is none."""

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
    """Progress of the runs that are made here, given by their epochs, in a sweep of `runs` of which `before` came before them."""

    def __init__(self, epochs: Sequence[int], runs: int, before: int) -> None:
        self.here, self.epochs, self.runs, self.before = len(epochs), sum(epochs), runs, before
        self.seen = self.done = 0
        self.began = self.said = time.monotonic()
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
        self.task = self.add_task("", total=self.epochs)

    def advanced(self, what: str, epochs: int) -> None:
        """Says what is being trained, and that `epochs` more epochs are done, counted over all runs."""
        self.seen += epochs
        line = f"{self._count()}{what}{self._time_left()}"
        self.update(self.task, completed=self.seen, description=printable(line))
        if self.disable and time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self._say(line)

    def ended(self, name: str, outcome: str) -> None:
        """Says how a run ended."""
        self.done += 1
        self._say(f"{self._count()}{name}: {outcome}{self._time_left()}")

    def _count(self) -> str:
        return f"[{self.before + self.done}/{self.runs}] " if self.runs > 1 else ""

    def _time_left(self) -> str:
        """Of the whole sweep, if the other runs take as long as these."""
        trained = self.here * self.seen / self.epochs
        left = self.runs - self.before - trained
        if not trained or self.before + self.done == self.runs:
            return ""
        return f"; {(time.monotonic() - self.began) * left / trained:.0f} s left"

    def _say(self, line: str) -> None:
        self.said = time.monotonic()
        log.info(printable(line, newlines=True))
