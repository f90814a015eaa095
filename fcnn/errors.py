"""The exceptions of the package.

- FcnnError: a command, or one run of it, cannot do what it was told. Show the message.
  + ConfigError: a config cannot be run. Correct the key that the message names.
  + StoreError: the tracking store cannot be used. Correct `tracking.uri`, or what it points to.
    - StoreUnavailableError: it does not answer now. Retry; finished networks wait in the outbox.
    - StoreRejectedError: it answers, but refuses a request. Retrying does not help.
    - DiskFullError: its disk is full. Free space, then repeat the command, which resumes. Finished
      networks wait in the outbox if it is on another disk.
  + FailedRunsError: runs of a sweep failed; all the others are trained and recorded. The message
    has a line for each.

`ConfigError` is a `ValueError` too. Anything else that is raised is a bug. A training that diverges
is no error but a result.
"""

from typing import Any

from fcnn.escaping import printable


class FcnnError(Exception):
    """Why a command, or one run of it, cannot do what it was told. Each argument is a line.

    The message is written for users, is printable whatever names it quotes, and holds no
    credentials.
    """

    def __str__(self) -> str:
        return "\n".join(map(printable, self.args))


class ConfigError(FcnnError, ValueError):
    """A config that cannot be run. The message is one line: key, value, what is allowed."""


class StoreError(FcnnError):
    """The tracking store cannot be used. The message is one line and holds no credentials."""


class StoreUnavailableError(StoreError):
    """The store does not answer now: a server is down, a file locked, deleted or replaced.

    Whoever writes to the store keeps what it has not received in the outbox.
    """


class StoreRejectedError(StoreError):
    """The store answers, but refuses what it is sent."""


class DiskFullError(StoreError):
    """The store's disk is full."""


class FailedRunsError(FcnnError):
    """Runs of a sweep failed; all the others are trained and recorded.

    `outcome` is the `fcnn.training.outcome.SweepOutcome` with every result.
    """

    def __init__(self, *lines: str, outcome: Any) -> None:
        super().__init__(*lines)
        self.outcome = outcome
