"""What a store may answer: `StoreError`, of which the others are kinds."""

from fcnn.config.refusals import CommandError


class StoreError(CommandError):
    """The store cannot be used. The message is one line and holds no credentials."""


class AwayError(StoreError):
    """The store does not answer now: a server is away, a file locked, gone or another one.

    What the store has yet to get is kept for it.
    """


class RefusedError(StoreError):
    """The store answers, but does not take what it is given."""


class FullError(StoreError):
    """The disk that the store lies on is full."""
