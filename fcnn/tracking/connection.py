"""An open store, and what the errors of its client mean."""

import errno
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Run
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from fcnn.errors import DiskFullError, StoreError, StoreRejectedError, StoreUnavailableError
from fcnn.signals import defer_signals
from fcnn.tracking import store
from fcnn.tracking.address import FileIdentity, file_identity, is_server
from fcnn.tracking.client import NEWEST_FIRST, StoreClient
from fcnn.tracking.redaction import redact

SECONDS_BETWEEN_PROBES = 5.0
PROBE_TIMEOUT_SECONDS = 2.0
"""Timeout of a probe, during which nothing is recorded."""
BATCH_SIZE = 500
"""Number of runs in one query."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Outage:
    """Why a store is unavailable, and when it was last probed (monotonic seconds), if it was."""

    reason: str
    probed_at: float | None = None


class Connection:
    """An open store. Its `client` raises as `translate_errors` says.

    Args:
        uri: Address of the store.
        allow_unavailable: Whether a store that cannot be opened, or whose file is missing, counts
            as unavailable for now. Sweeps want this, because they train on without it.

    Raises:
        StoreError: The store cannot be opened.
    """

    def __init__(self, uri: str, allow_unavailable: bool = False) -> None:
        self.uri = uri
        self.client = StoreClient(self.translate_errors)
        self._mlflow_client: MlflowClient | None = None
        self._file: FileIdentity | None = None
        self._outage: Outage | None = None
        if not allow_unavailable:
            self._connect()
            return
        try:
            self._connect_existing()
        except StoreError as error:
            self._outage = Outage(str(error), time.monotonic())

    def _connect(self) -> None:
        self._mlflow_client = store.connect(self.uri)
        self._file = file_identity(self.uri)

    def _connect_existing(self) -> None:
        if not store.exists(self.uri):
            raise StoreError(f"tracking.uri: {redact(self.uri)} is gone")
        self._connect()

    @contextmanager
    def translate_errors(self) -> Iterator[MlflowClient]:
        """Turn errors of the store into those of `fcnn.errors`, and yield the open client.

        Signals wait until the block has ended if the store is a file: an exception in the middle
        of a transaction would leave it locked, even for those who close the runs. A server has its
        own transactions, and may make us wait for long.

        Raises:
            StoreUnavailableError: The store does not answer, or did not a few seconds ago: the
                server is down, or the file is locked, missing, or not the one that was opened.
            StoreRejectedError: The store answers, but refuses the request.
            DiskFullError: The store's disk is full.
        """
        self.is_available()
        self._check_available()
        assert self._mlflow_client is not None
        try:
            with nullcontext() if is_server(self.uri) else defer_signals():
                yield self._mlflow_client
        except (MlflowException, SQLAlchemyError, OSError) as error:
            self._raise_local_error(error)
            self._probe()
            self._check_available()
            lines = redact(str(error)).strip().splitlines()
            # SQLAlchemy begins with advice for its own users.
            lines = [line for line in lines if not line.startswith("(raised as a result of")]
            reason = lines[0] if lines else ""
            raise StoreRejectedError(f"tracking.uri: {reason or type(error).__name__}") from None
        self._check_available()  # writes to a deleted file succeed and are lost

    def _raise_local_error(self, error: Exception) -> None:
        """Raise an error that did not come from a server: a full disk, or a local file."""
        if is_server(self.uri) and isinstance(error, MlflowException | RequestException):
            return
        if _is_disk_full(error):
            message = f"tracking.uri: no space left for {redact(self.uri)}"
            raise DiskFullError(message) from error
        if is_server(self.uri):
            raise error

    def is_available(self, probe_now: bool = False) -> bool:
        """Whether the store answers; during an outage it is probed every few seconds, or now."""
        if self._outage is not None:
            probed_at = self._outage.probed_at
            is_due = probed_at is None or time.monotonic() - probed_at > SECONDS_BETWEEN_PROBES
            if probe_now or is_due:
                self._probe()
        return self._outage is None

    def _probe(self) -> None:
        """Find out whether the store answers, and open it if that is still to be done."""
        self._outage = None
        try:
            if self._mlflow_client is None:
                self._connect_existing()
            self._check_available()
            store.probe(self.uri, PROBE_TIMEOUT_SECONDS)
        except StoreError as error:
            self._outage = Outage(str(error), time.monotonic())

    def _check_available(self) -> None:
        """Refuse a store that is unavailable, or whose file was deleted or replaced.

        Connections to such a file go on working, so its identity is compared.

        Raises:
            StoreUnavailableError: With the reason.
        """
        if self._file is not None and file_identity(self.uri) != self._file:
            change = "is another file now" if store.exists(self.uri) else "is gone"
            self._outage = Outage(f"tracking.uri: {redact(self.uri)} {change}")
        if self._outage is not None:
            raise StoreUnavailableError(self._outage.reason)

    def experiment_ids(self) -> list[str]:
        """Return the ids of all experiments that are not deleted."""
        return [experiment.experiment_id for experiment in self.client.search_experiments()]

    def search(self, condition: str, experiment_ids: Sequence[str] | None = None) -> list[Run]:
        """Return all runs that meet a condition, the latest first.

        Args:
            condition: A filter string of MLflow's.
            experiment_ids: The experiments to search, by default all.
        """
        searched = self.experiment_ids() if experiment_ids is None else list(experiment_ids)
        runs: list[Run] = []
        token: str | None = None
        while True:
            page = self.client.search_runs(
                searched, condition, order_by=NEWEST_FIRST, max_results=1000, page_token=token
            )
            runs += page
            token = page.token
            if not token:
                return runs


def batched(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Return the items in batches that fit into one query."""
    return [items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE)]


def tag_filter(tag: str) -> str:
    """Return MLflow's filter string for runs that have a tag."""
    return f"tags.`{tag}` != ''"


def _is_disk_full(error: BaseException | None) -> bool:
    while error is not None:
        if "disk is full" in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
            return True
        error = error.__cause__ or error.__context__
    return False
