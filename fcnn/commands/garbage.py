"""How often a command looks for garbage."""

import atexit
import gc

N_ALLOCATIONS = 100_000
"""Objects that are made before Python looks for garbage; by default 700."""


def collect_garbage_rarely() -> None:
    """Look for garbage rarely, and not at the end.

    Modules are made of millions of objects that stay. By default Python looks through all of them
    over and over, which takes a quarter of the time of a report.
    """
    gc.set_threshold(N_ALLOCATIONS, 20, 50)
    atexit.register(gc.freeze)
