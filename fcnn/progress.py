"""Shows how far training is: a live bar on a terminal, plain lines where there is none."""

import logging
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

log = logging.getLogger("fcnn")

SECONDS_BETWEEN_LINES = 10.0


class RunProgress:
    """Progress of run number `index` (from 0) of `runs`."""

    def __init__(self, *, name: str, epochs: int, index: int, runs: int) -> None:
        self.name, self.epochs, self.index, self.runs = name, epochs, index, runs
        self.loss = float("nan")
        self.began = self.said = time.monotonic()
        console = Console(stderr=True)
        self.bar = Progress(BarColumn(), TextColumn("{task.description}"), console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task("", total=runs * epochs, completed=index * epochs)

    def __enter__(self) -> Self:
        self.bar.start()
        self.update(0, self.loss)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.stop()
        seconds = time.monotonic() - self.began
        if error is not None and not isinstance(error, Exception):
            self._say(f"{self._count(self.index)}{self.name}: interrupted")
            return
        outcome = f"loss {self.loss:.3g}" if error is None else str(error)
        done = f"{self._count(self.index + 1)}{self.name}: {outcome}, {seconds:.1f} s"
        self._say(done + (f"; {self._time_left(1.0)}" if self.index + 1 < self.runs else ""))

    def update(self, epoch: int, loss: float) -> None:
        """Says that `epoch` epochs are done and what the last one's loss is."""
        self.loss = loss
        known = f", loss {loss:.3g}, {self._time_left(epoch / self.epochs)}" if epoch else ""
        line = f"{self._count(self.index)}{self.name}: epoch {epoch}/{self.epochs}{known}"
        self.bar.update(self.task, completed=self.index * self.epochs + epoch, description=line)
        if self.bar.disable and time.monotonic() - self.said > SECONDS_BETWEEN_LINES:
            self._say(line)

    def _count(self, done: int) -> str:
        return f"[{done}/{self.runs}] " if self.runs > 1 else ""

    def _time_left(self, share_of_run: float) -> str:
        """Of the whole sweep, if every run takes as long as this one."""
        seconds = (time.monotonic() - self.began) / share_of_run
        return f"{seconds * (self.runs - self.index - share_of_run):.0f} s left"

    def _say(self, line: str) -> None:
        self.said = time.monotonic()
        log.info(line)
