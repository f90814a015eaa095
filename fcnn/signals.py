"""Keeps Ctrl-C and SIGTERM out of code that they would break."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
    handlers = {
        number: signal.signal(number, lambda number, _: received.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if received:  # also where the block has failed
            signal.raise_signal(received[0])
