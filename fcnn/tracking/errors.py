"""What a store may answer: `StoreError`, of which the others are kinds."""

from fcnn.config.errors import FcnnError


class StoreError(FcnnError):
    """The store cannot be used. The message is one line and holds no credentials."""


class StoreUnavailableError(StoreError):
    """The store does not answer now: a server is away, a file locked, gone or another one.

    What the store has yet to get is kept for it.
    """


class StoreRejectedError(StoreError):
    """The store answers, but does not take what it is given."""


class DiskFullError(StoreError):
    """The disk that the store lies on is full."""
