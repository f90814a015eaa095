"""A store that is open, and what it means when it does not do what it is told."""

import errno
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar, cast

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Run
from requests import RequestException

from fcnn.interrupts import uninterrupted
from fcnn.tracking import store
from fcnn.tracking.store import AwayError, FullError, RefusedError, StoreError, redact

SECONDS_BETWEEN_QUESTIONS = 5.0
SECONDS_TO_ANSWER = 2.0
"""Of a server that was away; while it is, nothing else waits for it."""
AT_ONCE = 500
"""Runs that one question is about."""
NEWEST_FIRST = ["attributes.start_time DESC"]

Item = TypeVar("Item")


class Connection:
    """A store that is open. All that its `client` does raises as `answering`.

    Raises:
        StoreError: it cannot be opened.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.client = cast(MlflowClient, _Guarded(store.connect(uri), self))
        self._away, self._asked = False, 0.0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """What asks or tells the store something without the client is done in here.

        Of a file's no interrupt is heard meanwhile: in the midst of a transaction it would leave the database locked, also for
        those that close the runs. A server, which may be waited for, has transactions of its own.

        Raises:
            AwayError: the server does not answer, or did not a few seconds ago.
            RefusedError: the server answers, and says no.
            FullError: the store's disk is full.
        """
        if not self.answers():
            raise AwayError(f"tracking.uri: no answer from {redact(self.uri)}")
        try:
            with nullcontext() if store.is_server(self.uri) else uninterrupted():
                yield
        except (MlflowException, OSError) as error:
            if store.is_server(self.uri) and isinstance(error, MlflowException | RequestException):
                self._away, self._asked = True, -math.inf
                if not self.answers():
                    raise AwayError(f"tracking.uri: no answer from {redact(self.uri)}") from None
                raise RefusedError(
                    f"tracking.uri: {redact(str(error)).partition(chr(10))[0]}"
                ) from None
            if _is_of_full_disk(error):
                raise FullError(f"tracking.uri: no space left for {redact(self.uri)}") from error
            raise

    def answers(self, at_once: bool = False) -> bool:
        """Whether the store can be spoken to; a server that was away is asked again every few seconds, or `at_once`."""
        if self._away and (at_once or time.monotonic() - self._asked > SECONDS_BETWEEN_QUESTIONS):
            try:
                store.check_server(self.uri, SECONDS_TO_ANSWER)
                self._away = False
            except StoreError:
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

    def __init__(self, client: MlflowClient, connection: Connection) -> None:
        self._client, self._connection = client, connection

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        @wraps(method)
        def call(*arguments: Any, **options: Any) -> Any:
            with self._connection.answering():
                return method(*arguments, **options)

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
