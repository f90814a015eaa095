"""How a command ends that cannot do what it is told: with one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from fcnn.config import ConfigError
from fcnn.tracking.store import StoreError


@contextmanager
def refusing() -> Iterator[None]:
    """Ends the program where the block finds what cannot be used; the message is one line for the user, the exit code 1.

    Raises:
        SystemExit: see above; an ordinary exception would be a traceback, or to a callback of Hydra's but a warning.
    """
    try:
        yield
    except (ConfigError, StoreError) as error:
        raise SystemExit(str(error)) from None
