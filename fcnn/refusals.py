"""How a command ends that cannot do what it is told: with one line."""

from collections.abc import Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """Why a command, or one run of it, cannot do what it is told. The message is for the user and holds no credentials."""


@contextmanager
def refusing() -> Iterator[None]:
    """Ends the program where the block finds what cannot be done; the message is written, the exit code 1.

    Raises:
        SystemExit: see above; an ordinary exception would be a traceback, or to a callback of Hydra's but a warning.
    """
    try:
        yield
    except CommandError as error:
        raise SystemExit(str(error)) from None
