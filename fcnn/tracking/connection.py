"""A store that is open, and what it means when it does not do what it is told."""

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar, cast

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Run
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from fcnn.signals import defer_signals
from fcnn.tracking import store
from fcnn.tracking.address import FileIdentity, file_identity, is_server
from fcnn.tracking.store import (
    DiskFullError,
    StoreError,
    StoreRejectedError,
    StoreUnavailableError,
    redact,
)

SECONDS_BETWEEN_QUESTIONS = 5.0
SECONDS_TO_ANSWER = 2.0
"""Of a store that was away; while it is, nothing else waits for it."""
AT_ONCE = 500
"""Runs that one question is about."""
NEWEST_FIRST = ["attributes.start_time DESC"]

Item = TypeVar("Item")


class Connection:
    """A store that is open. All that its `client` does raises as `answering`.

    With `waiting`, a store that cannot be opened, or a file that is gone, is one that is away:
    for those who have begun to train for it.

    Raises:
        StoreError: it cannot be opened.
    """

    def __init__(self, uri: str, waiting: bool = False) -> None:
        self.uri = uri
        self._away, self._asked, self._why = False, 0.0, ""
        self._file: FileIdentity | None = None
        self._opened: MlflowClient | None = None
        self.client = cast(MlflowClient, _Guarded(self))
        if not waiting:
            self._connect()
            return
        try:
            self._connect_if_there()
        except StoreError as error:
            self._away, self._asked, self._why = True, time.monotonic(), str(error)

    def _connect(self) -> None:
        self._opened = store.connect(self.uri)
        self._file = file_identity(self.uri)

    def _connect_if_there(self) -> None:
        if not store.exists(self.uri):
            raise StoreError(f"tracking.uri: {redact(self.uri)} is gone")
        self._connect()

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """What asks or tells the store something without the client is done in here.

        Of a file's no interrupt is heard meanwhile: in the midst of a transaction it would leave the database locked, also for
        those that close the runs. A server, which may be waited for, has transactions of its own.

        Raises:
            StoreUnavailableError: the store does not answer, or did not a few seconds ago: the server is away,
                or the file locked, gone, or not the one that was opened.
            StoreRejectedError: the store answers, and says no.
            DiskFullError: the store's disk is full.
        """
        self.is_available()
        self._check()
        try:
            with nullcontext() if is_server(self.uri) else defer_signals():
                yield
        except (MlflowException, SQLAlchemyError, OSError) as error:
            of_server = isinstance(error, MlflowException | RequestException)
            if not (is_server(self.uri) and of_server):
                if _is_of_full_disk(error):
                    line = f"tracking.uri: no space left for {redact(self.uri)}"
                    raise DiskFullError(line) from error
                if is_server(self.uri):
                    raise
            self._away = True
            self.is_available(at_once=True)
            self._check()
            line = redact(str(error)).strip().partition("\n")[0]
            raise StoreRejectedError(f"tracking.uri: {line or type(error).__name__}") from None
        self._check()  # what was written may have gone to a file that has no name any more

    def _check(self) -> None:
        """Refuses a store that is away, or a file that is no longer the one that was opened.

        Connections to a file that was deleted or replaced go on working.

        Raises:
            StoreUnavailableError: with the reason.
        """
        if self._file is not None and file_identity(self.uri) != self._file:
            is_what = "is another file now" if store.exists(self.uri) else "is gone"
            self._away, self._why = True, f"tracking.uri: {redact(self.uri)} {is_what}"
        if self._away:
            raise StoreUnavailableError(self._why)

    def is_available(self, at_once: bool = False) -> bool:
        """Whether the store can be spoken to; one that was away is asked again every few seconds, or `at_once`."""
        if self._away and (at_once or time.monotonic() - self._asked > SECONDS_BETWEEN_QUESTIONS):
            try:
                if self._opened is None:
                    self._connect_if_there()
                self._away = False
                self._check()
                store.probe(self.uri, SECONDS_TO_ANSWER)
            except StoreError as error:
                self._away, self._why = True, str(error)
            self._asked = time.monotonic()
        return not self._away

    def experiments(self) -> list[str]:
        """Ids of the experiments that are not deleted."""
        return [experiment.experiment_id for experiment in self.client.search_experiments()]

    def search(self, wanted: str, experiments: Sequence[str] | None = None) -> list[Run]:
        """All runs of which MLflow's filter `wanted` is true, newest first; `experiments` are ids, by default those of all."""
        within = self.experiments() if experiments is None else list(experiments)
        found: list[Run] = []
        token: str | None = None
        while True:
            page = self.client.search_runs(
                within, wanted, order_by=NEWEST_FIRST, max_results=1000, page_token=token
            )
            found += page
            token = page.token
            if not token:
                return found


class _Guarded:
    """A client whose every call is made while the connection is `answering`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Callable[..., Any]:
        @wraps(getattr(MlflowClient, name))
        def call(*arguments: Any, **options: Any) -> Any:
            with self._connection.translate_errors():
                return getattr(self._connection._opened, name)(*arguments, **options)

        return call


def parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    """The items in portions that one question may be about."""
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def has(tag: str) -> str:
    """MLflow's filter for runs that have a tag."""
    return f"tags.`{tag}` != ''"


def _is_of_full_disk(error: BaseException | None) -> bool:
    while error is not None:
        if "disk is full" in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
            return True
        error = error.__cause__ or error.__context__
    return False
