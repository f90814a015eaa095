"""The exceptions of the package.

- FcnnError: a command, or one run of it, cannot do what it was told. Show the message.
  + ConfigError: a config cannot be run. Correct the key that the message names.
  + StoreError: the tracking store cannot be used. Correct `tracking.uri`, or what it points to.
    - StoreUnavailableError: it does not answer now. Retry; finished networks wait in the outbox.
    - StoreRejectedError: it answers, but refuses a request. Retrying does not help.
    - DiskFullError: its disk is full. Free space, then repeat the command, which resumes.
  + DivergedError: a run's loss is no longer finite. Its curve is recorded up to that epoch;
    lower the learning rate. In a sweep it is the error of one run.
  + FailedRunsError: runs of a sweep failed; all the others are trained and recorded. The message
    has a line for each.

`ConfigError` is a `ValueError` too. Anything else that is raised is a bug.
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


class DivergedError(FcnnError):
    """The loss is not finite from `epoch` (counted from 1) on."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)  # not the message: unpickling calls the class with these arguments
        self.epoch = epoch

    def __str__(self) -> str:
        return f"diverged at epoch {self.epoch}: the loss is not finite"


class FailedRunsError(FcnnError):
    """Runs of a sweep failed; all the others are trained and recorded.

    `outcome` is the `fcnn.training.sweep.SweepOutcome` with every result.
    """

    def __init__(self, *lines: str, outcome: Any) -> None:
        super().__init__(*lines)
        self.outcome = outcome
