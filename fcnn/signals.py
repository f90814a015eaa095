"""Answers Ctrl-C and SIGTERM at once, and keeps them out of code that they would break."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

TRAINING_THREAD = "train"
"""How the names of threads begin that a process leaves behind when it is interrupted."""
CLEAR_LINE = "\r\x1b[K"

_answer: Callable[[], None] = lambda: None  # noqa: E731
"""What the first signal calls, also while signals are deferred."""


def answer_signals(text: str) -> None:
    """Let SIGINT and SIGTERM write a line to stderr at once, and then raise an exception.

    SIGINT raises `KeyboardInterrupt`, unless the process was started to ignore it, and SIGTERM
    `SystemExit` with 128 + its number, so that whatever is open can be closed.
    """
    global _answer
    # A descriptor of its own, because the import of TensorFlow holds back what is written to 2.
    descriptor = os.dup(2)
    line = f"{CLEAR_LINE if os.isatty(descriptor) else ''}{text}\n".encode()

    def write_once() -> None:
        global _answer
        _answer = lambda: None  # noqa: E731
        os.write(descriptor, line)

    def interrupt(number: int, _: FrameType | None) -> None:
        _answer()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(128 + number)

    _answer = write_once
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Defer signals until the end of the block.

    An exception in the middle of OmegaConf's work leaves it in a state whose own errors hide that
    there was an interrupt. In threads other than the main one, which receives all signals, this
    does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        _answer()
        received.append(number)

    handlers = {
        number: signal.signal(number, receive) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if received:  # also where the block has failed
            signal.raise_signal(received[0])
