"""Keeps Ctrl-C and SIGTERM out of code that they would break."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def defer_signals() -> Iterator[None]:
    """Lets the block end before a signal is heard.

    An exception in the midst of OmegaConf's work leaves it in a state whose own errors hide that it was an interrupt. Only the
    main thread hears signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for heard in came[:1]:  # also where the block has failed
            signal.raise_signal(heard)
