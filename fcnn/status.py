"""The status line: what a command is doing, shown while it does it.

On a terminal it is the last line, rewritten in place; anything else that is printed appears above
it. Elsewhere it is a line in the log whenever nothing else has been logged for a while.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from threading import Event, Lock, Thread
from typing import Any, cast

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from fcnn.escaping import printable

log = logging.getLogger("fcnn.status")

SECONDS_OF_SILENCE = 1.5
"""After which a line is logged, in the first minute; later after `LATER_SECONDS_OF_SILENCE`."""
LATER_SECONDS_OF_SILENCE = 5.0
MARK = "... "
"""Begins the lines of the log that are only about what is being done."""
FIRST_SECONDS = 60.0
REFRESHES_PER_SECOND = 8

Describe = Callable[[], str]


@contextmanager
def show_status(status: str | Describe) -> Iterator[None]:
    """Show what is being done until the end of the block.

    Blocks nest: the innermost is shown. The first one to open starts the line, in whatever way the
    output allows, and takes it away when it ends.

    Args:
        status: A text, to which the seconds since the block began are added, or a function that
            gives the whole line whenever it is drawn, from another thread.
    """
    describe = _with_seconds(status) if isinstance(status, str) else status
    with _line.push(describe):
        yield


@contextmanager
def inherit_status() -> Iterator[None]:
    """Show nothing in this block unless this process shows something already.

    For workers, whose parent process has the line of the terminal that they share.
    """
    with nullcontext() if _line.is_shown else _line.hide():
        yield


class WithoutStatus(logging.Filter):
    """Keeps the status line out of a log file: `filters` of a handler in `logging.config`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is something else."""
        return record.name != log.name


class _StatusLine:
    """The one status line of this process."""

    def __init__(self) -> None:
        self._descriptions: list[Describe] = []
        self._lock = Lock()
        self._resources = ExitStack()
        self._is_hidden = False

    @property
    def is_shown(self) -> bool:
        """Whether there is a line now."""
        return bool(self._descriptions)

    @contextmanager
    def hide(self) -> Iterator[None]:
        self._is_hidden = True
        try:
            yield
        finally:
            self._is_hidden = False

    @contextmanager
    def push(self, describe: Describe) -> Iterator[None]:
        if self._is_hidden:
            yield
            return
        with self._lock:
            self._descriptions.append(describe)
            if len(self._descriptions) == 1:
                self._resources.enter_context(_draw(self.describe))
        try:
            yield
        finally:
            with self._lock:
                self._descriptions.remove(describe)
                if not self._descriptions:
                    self._resources.close()

    def describe(self) -> str:
        """The line of the innermost block."""
        descriptions = self._descriptions[-1:]
        return printable(descriptions[0]()) if descriptions else ""


_line = _StatusLine()


def _with_seconds(text: str) -> Describe:
    start_s = time.monotonic()

    def describe() -> str:
        seconds = time.monotonic() - start_s
        return f"{text}, {seconds:.0f} s" if seconds >= 1 else text

    return describe


@contextmanager
def _draw(describe: Describe) -> Iterator[None]:
    is_terminal = sys.stderr.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    with _draw_on_terminal(describe) if is_terminal else _log_in_silence(describe):
        yield


@contextmanager
def _draw_on_terminal(describe: Describe) -> Iterator[None]:
    """Rewrite the last line of the terminal."""
    console = _open_console()
    spinner = Spinner("dots")

    def render() -> Text:
        frame = cast(Text, spinner.render(console.get_time()))
        line = Text.assemble(frame, " ", describe())
        # A name may be longer than the terminal is wide.
        line.truncate(console.width - 1, overflow="ellipsis")
        return line

    live = Live(
        console=console,
        transient=True,
        get_renderable=render,
        refresh_per_second=REFRESHES_PER_SECOND,
        redirect_stdout=sys.stdout.isatty(),
    )
    streams = sys.stdout, sys.stderr
    with live:
        for handler, stream in _list_handlers():
            if stream in streams:  # of before; what they write belongs above the line
                handler.setStream((sys.stdout, sys.stderr)[streams.index(stream)])
        try:
            yield
        finally:
            for handler, stream in _list_handlers():
                if isinstance(stream, FileProxy):
                    handler.setStream(stream.rich_proxied_file)


@cache
def _open_console() -> Console:
    """The terminal behind stderr.

    By a descriptor of its own, because the import of TensorFlow holds back what is written to
    descriptor 2. Long lines are left to the terminal, which keeps addresses whole.
    """
    stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
    return Console(file=stream, soft_wrap=True)


def _list_handlers() -> list[tuple[logging.StreamHandler[Any], Any]]:
    """The handlers of all loggers that write to a stream, with their streams."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    return [
        (handler, handler.stream)
        for logger in loggers
        if isinstance(logger, logging.Logger)
        for handler in logger.handlers
        if isinstance(handler, logging.StreamHandler)
    ]


class _Clock(logging.Filter):
    """Notes when anything was logged, which goes on from one block to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._start_s = self._last_s = time.monotonic()

    def filter(self, record: logging.LogRecord | None = None) -> bool:
        """Note the time; every record passes."""
        self._last_s = time.monotonic()
        return True

    def is_silent(self) -> bool:
        """Whether nothing has been logged for too long."""
        now_s = time.monotonic()
        is_young = now_s - self._start_s < FIRST_SECONDS
        silence_s = SECONDS_OF_SILENCE if is_young else LATER_SECONDS_OF_SILENCE
        return now_s - self._last_s >= silence_s


_clock = _Clock()


@contextmanager
def _log_in_silence(describe: Describe) -> Iterator[None]:
    """Log the line whenever nothing has been logged for a while."""
    is_over = Event()
    logger = logging.getLogger("fcnn")

    def log_lines() -> None:
        while not is_over.wait(SECONDS_OF_SILENCE / 10):
            if _clock.is_silent() and (line := describe()):
                _clock.filter()
                log.info(f"{MARK}{line}")

    thread = Thread(target=log_lines, name="status", daemon=True)
    logger.addFilter(_clock)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        logger.removeFilter(_clock)
