"""Imports of large packages, which take seconds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Import packages in the body of a `with`, without looking for garbage meanwhile.

    A package is made of hundreds of thousands of objects that stay. Python would look through all
    of them over and over, which takes a quarter of the time, and will look at none of them later.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
