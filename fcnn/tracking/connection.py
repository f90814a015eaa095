"""A store's client, and what it means when the store does not do what it is told."""

import errno
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mlflow import MlflowException
from requests import RequestException

from fcnn.tracking import store
from fcnn.tracking.store import AwayError, FullError, RefusedError, StoreError, redact

SECONDS_BETWEEN_QUESTIONS = 5.0
SECONDS_TO_ANSWER = 2.0
"""Of a server that was away; while it is, nothing else waits for it."""


class Connection:
    """A store that is open.

    Raises:
        StoreError: it cannot be opened.
    """

    def __init__(self, uri: str) -> None:
        self.uri, self.client = uri, store.connect(uri)
        self._away, self._asked = False, 0.0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Everything that asks or tells the store something is done in here.

        Raises:
            AwayError: the server does not answer, or did not a few seconds ago.
            RefusedError: the server answers, and says no.
            FullError: the store's disk is full.
        """
        if not self.answers():
            raise AwayError(f"tracking.uri: no answer from {redact(self.uri)}")
        try:
            yield
        except (MlflowException, OSError) as error:
            if store.is_server(self.uri) and isinstance(error, MlflowException | RequestException):
                self._away, self._asked = True, -math.inf
                if not self.answers():
                    raise AwayError(f"tracking.uri: no answer from {redact(self.uri)}") from None
                raise RefusedError(f"tracking.uri: {redact(str(error)).partition(chr(10))[0]}") from None
            if _is_of_full_disk(error):
                raise FullError(f"tracking.uri: no space left for {redact(self.uri)}") from error
            raise

    def answers(self) -> bool:
        """Whether the store can be spoken to; a server that was away is asked again every few seconds."""
        if self._away and time.monotonic() - self._asked > SECONDS_BETWEEN_QUESTIONS:
            try:
                store.check_server(self.uri, SECONDS_TO_ANSWER)
                self._away = False
            except StoreError:
                self._asked = time.monotonic()
        return not self._away


def _is_of_full_disk(error: BaseException | None) -> bool:
    while error is not None:
        if "disk is full" in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
            return True
        error = error.__cause__ or error.__context__
    return False
