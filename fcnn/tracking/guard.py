"""Watches over an open store: whether it is away, and what the errors of its client mean."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar, cast

from mlflow import MlflowClient, MlflowException
from mlflow.exceptions import RestException
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from fcnn.errors import DiskFullError, StoreError, StoreRejectedError, StoreUnavailableError
from fcnn.signals import defer_signals
from fcnn.tracking import store
from fcnn.tracking.address import is_server, sqlite_path
from fcnn.tracking.disk import is_disk_full
from fcnn.tracking.redaction import describe_briefly, redact

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
"""Pauses before a store that has failed is asked again; they double while it goes on failing."""
PROBE_TIMEOUT_SECONDS = 2.0
"""Timeout of a probe, during which nothing is recorded."""
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
"""From this HTTP status on, the fault is the server's, and the same request may succeed later."""

P = ParamSpec("P")
R = TypeVar("R")


class UnreadableAnswerError(Exception):
    """The client could not read what the store has answered, such as a proxy's own page."""


@dataclass(frozen=True)
class Outage:
    """Why a store is unavailable, and before which moment it is not asked again (monotonic s)."""

    reason: str
    ends_at: float = 0.0


class Guard:
    """Opens a store, notices when it goes away, and translates its errors.

    Args:
        uri: Address of the store.
        allow_unavailable: Whether a store that cannot be opened, or whose file is missing, counts
            as unavailable for now. Sweeps want this, because they train on without it.

    Raises:
        StoreError: The store cannot be opened.
    """

    def __init__(self, uri: str, allow_unavailable: bool = False) -> None:
        self.uri = uri
        self._is_server = is_server(uri)
        self._path = sqlite_path(uri)
        self._mlflow_client: MlflowClient | None = None
        self._opened_file: os.stat_result | None = None
        self._outage: Outage | None = None
        self._n_failures = 0
        if not allow_unavailable:
            self._connect()
            return
        try:
            self._connect_existing()
        except StoreError as error:
            self._begin_outage(str(error))

    def _connect(self) -> None:
        client = store.connect(self.uri)
        try:
            self._opened_file = os.stat(self._path) if self._path else None
        except FileNotFoundError:
            self._raise_gone()
        self._mlflow_client = client

    def _connect_existing(self) -> None:
        if not store.exists(self.uri):
            self._raise_gone()
        self._connect()

    def _raise_gone(self) -> NoReturn:
        raise StoreError(f"tracking.uri: {redact(self.uri)} is gone") from None

    @contextmanager
    def translate_errors(self) -> Iterator[MlflowClient]:
        """Turn errors of the store into those of `fcnn.errors`, and yield the open client.

        Signals wait until the block has ended if the store is a file: an exception in the middle
        of a transaction would leave it locked, even for those who close the runs. A server has its
        own transactions, and may make us wait for long.

        Raises:
            StoreUnavailableError: The store does not answer, or failed shortly before: the
                server is down, or has too much to do, or the file is locked, missing, or not the
                one that was opened.
            StoreRejectedError: The store answers, but refuses the request.
            DiskFullError: The store's disk is full.
        """
        self.is_available()
        self._check_available()
        assert self._mlflow_client is not None
        try:
            with nullcontext() if self._is_server else defer_signals():
                yield self._mlflow_client
        except (MlflowException, SQLAlchemyError, OSError, UnreadableAnswerError) as error:
            self._raise_translated(error)
        self._check_available()  # writes to a deleted file succeed and are lost
        self._n_failures = 0

    def _raise_translated(self, error: Exception) -> NoReturn:
        """Raise what an error of the client means; see `translate_errors`."""
        address = redact(self.uri)
        is_of_server = self._is_server and isinstance(error, MlflowException | RequestException)
        if is_disk_full(error) and not is_of_server:
            # Of two files the second is the one that is written.
            places = [getattr(error, name, None) for name in ("filename2", "filename")]
            place = next(filter(None, places), address)
            reason = f"tracking.uri: no space left for {place}"
            self._begin_outage(reason)
            raise DiskFullError(reason) from error
        self._probe()
        if self._outage is None and self._is_passing(error):
            fault = f"fails: {describe_briefly(error)}" if self._is_server else "is locked at times"
            self._begin_outage(f"tracking.uri: {address} {fault}")
        self._check_available()
        raise StoreRejectedError(f"tracking.uri: {describe_briefly(error)}") from None

    def _is_passing(self, error: Exception) -> bool:
        """Whether the same request may succeed later, although the store answers a probe now."""
        if not self._is_server:
            return "is locked" in str(error)
        response = getattr(error, "response", None)
        if response is not None:
            status = response.status_code
        elif isinstance(error, MlflowException):
            # Others are the client's own, such as that a file is missing.
            is_answer = isinstance(error, RestException) or str(error).startswith("API request")
            status = error.get_http_status_code() if is_answer else None  # type: ignore[no-untyped-call]
        else:  # a connection that broke, or an answer of something else in front of the server
            return isinstance(error, RequestException | ConnectionError | UnreadableAnswerError)
        return status is not None and (status == TOO_MANY_REQUESTS or status >= SERVER_ERROR)

    @property
    def outage(self) -> str | None:
        """Why the store is unavailable, as far as is known; None if it is available."""
        return self._outage.reason if self._outage else None

    def is_available(self, probe_now: bool = False) -> bool:
        """Whether the store answers; during an outage it is probed after each pause, or now."""
        if self._outage is not None and (probe_now or time.monotonic() > self._outage.ends_at):
            self._probe()
        return self._outage is None

    def _begin_outage(self, reason: str) -> None:
        """Leave the store alone for a while, and longer each time until a request succeeds."""
        pause_s = min(FIRST_PAUSE_SECONDS * 2**self._n_failures, LONGEST_PAUSE_SECONDS)
        self._n_failures += 1
        self._outage = Outage(reason, time.monotonic() + pause_s)

    def _probe(self) -> None:
        """Find out whether the store answers, and open it if that is still to be done."""
        self._outage = None
        try:
            if self._mlflow_client is None:
                self._connect_existing()
            self._check_available()
            store.probe(self.uri, PROBE_TIMEOUT_SECONDS)
        except StoreError as error:
            self._begin_outage(str(error))

    def _has_opened_file(self) -> bool:
        """Whether the file of the store is still the one that was opened; true of other stores."""
        if self._path is None or self._opened_file is None:
            return True
        try:
            return os.path.samestat(os.stat(self._path), self._opened_file)
        except OSError:
            return False

    def _check_available(self) -> None:
        """Refuse a store that is unavailable, or whose file was deleted or replaced.

        Connections to such a file go on working, so its identity is compared.

        Raises:
            StoreUnavailableError: With the reason.
        """
        if not self._has_opened_file():
            change = "is another file now" if store.exists(self.uri) else "is gone"
            self._outage = Outage(f"tracking.uri: {redact(self.uri)} {change}")
        if self._outage is not None:
            raise StoreUnavailableError(self._outage.reason)


def guarded(method: Callable[Concatenate[MlflowClient, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Return a method that calls the same method of the open client, with translated errors.

    It is for classes with an attribute `guard`.
    """
    name = method.__name__

    @wraps(method)
    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.guard.translate_errors() as client:
            try:
                return cast(R, getattr(client, name)(*args, **kwargs))
            except (MlflowException, SQLAlchemyError, OSError):
                raise
            except Exception as error:
                raise UnreadableAnswerError(f"{type(error).__name__}: {error}") from error

    return call
