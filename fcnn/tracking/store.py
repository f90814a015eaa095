"""The tracking store: checked before any work, created once, opened with quiet defaults."""

import glob
import os
import sqlite3
from contextlib import nullcontext
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from fcnn.errors import StoreError
from fcnn.tracking.address import (
    is_server,
    lock_timeout_seconds,
    sqlite_options,
    sqlite_path,
)
from fcnn.tracking.permissions import open_private_file
from fcnn.tracking.redaction import describe_briefly, redact
from fcnn.tracking.sqlite import (
    check_file,
    check_options,
    check_writable,
    wait_until_unlocked,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

SERVER_TIMEOUT_SECONDS = 10.0
JOURNALS = ("-journal", "-wal", "-shm")
"""Endings of the files in which SQLite keeps what is not in the database itself yet."""


def check(uri: str) -> None:
    """Refuse a store that cannot be reached or written; leave no trace of the check.

    MLflow is not imported for files and servers.

    Raises:
        StoreError: The folder is missing or cannot be written, the file is not a store, or the
            server does not answer.
    """
    path = sqlite_path(uri)
    if path is not None:
        check_options(uri)
        check_file(path)
    elif uri.startswith("sqlite"):
        raise StoreError(f"tracking.uri: {uri} names no file; sqlite:///mlflow.db does")
    elif is_server(uri):
        check_server(uri)
    elif "://" not in uri:
        raise StoreError(
            f"tracking.uri: {uri} is not the address of a store; "
            "sqlite:///mlflow.db and http://127.0.0.1:5000 are"
        )
    else:
        connect(uri)  # only MLflow knows what else it supports


def exists(uri: str) -> bool:
    """Whether there is a store to read, which an empty file is not.

    Servers and databases are assumed to exist.
    """
    path = sqlite_path(uri)
    return path is None or (path.exists() and path.stat().st_size > 0)


def check_server(uri: str, timeout_seconds: float = SERVER_TIMEOUT_SECONDS) -> None:
    """Ask a server for its version.

    Raises:
        StoreError: It does not answer in time, or is not an MLflow server.
    """
    try:
        urlopen(Request(redact(uri).rstrip("/") + "/version"), timeout=timeout_seconds).close()
    except HTTPError as error:
        # Without credentials: MLflow itself finds out whether those of the user are accepted.
        if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return
        is_overloaded = error.code == HTTPStatus.TOO_MANY_REQUESTS or error.code >= 500
        fault = "fails" if is_overloaded else "answers, but is not an MLflow server"
        raise StoreError(f"tracking.uri: {redact(uri)} {fault}: {error}") from None
    except (OSError, ValueError, HTTPException) as error:
        reason = redact(str(getattr(error, "reason", error)))
        raise StoreError(f"tracking.uri: no answer from {redact(uri)}: {reason}") from None


def probe(uri: str, timeout_seconds: float) -> None:
    """Find out whether a store that was unavailable can be written again.

    Raises:
        StoreError: It cannot, or not in time.
    """
    if is_server(uri):
        check_server(uri, timeout_seconds)
        return
    from sqlalchemy import NullPool, create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    path = sqlite_path(uri)
    try:
        if path is not None:
            check_writable(path, timeout_seconds)
            return
        with create_engine(uri, poolclass=NullPool).connect() as connection:
            connection.execute(text("select 1"))
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise StoreError(f"tracking.uri: {_explain(uri, error)}") from None


def _explain(uri: str, error: BaseException) -> str:
    """Say why the store cannot be opened."""
    path = sqlite_path(uri)
    if path and "locked" in str(error):
        return f"{path} is locked by another process"
    if "out-of-date database schema" in str(error):
        shown = redact(uri)
        return f"{shown} was made by an older MLflow; back it up, then: mlflow db upgrade {shown}"
    line = describe_briefly(error).partition(". ")[0]
    return f"{redact(uri)} cannot be opened: {line}"


_opened_files: dict[str, os.stat_result] = {}
"""The file that MLflow's pooled connections of this process have open, by address."""


def connect(uri: str) -> "MlflowClient":
    """Open the store; a SQLite file that does not exist is created first.

    Raises:
        StoreError: MLflow cannot open it, or it stays locked.
    """
    import mlflow
    from filelock import FileLock

    from fcnn.tracking.mlflow_globals import silence_logs

    silence_logs()
    path = sqlite_path(uri)
    # Two processes that create the tables at the same time leave a broken database.
    lock = FileLock(f"{path}.lock") if path else nullcontext()
    try:
        mlflow.set_tracking_uri(uri)  # models are logged through MLflow's global store
        with lock:
            if path:
                _remove_parts(path)
            if path and not (path.exists() and path.stat().st_size):
                _create(path)
            elif path:
                wait_until_unlocked(path, lock_timeout_seconds(uri))
            client = mlflow.MlflowClient(uri)
            if path:
                _prepare_engine(client, uri, path)
            client.search_experiments(max_results=1)
    except Exception as error:  # whatever MLflow makes of what is there
        raise StoreError(f"tracking.uri: {_explain(uri, error)}") from None
    return client


def _prepare_engine(client: "MlflowClient", uri: str, path: Path) -> None:
    """Make MLflow's engine use the file that exists now, with the timeout of its address."""
    from sqlalchemy import event

    from fcnn.tracking.mlflow_internals import get_engine

    engine = get_engine(client)
    current_file = os.stat(path)
    if not os.path.samestat(_opened_files.setdefault(uri, current_file), current_file):
        engine.dispose()  # its connections are to a file that was deleted or replaced
        _opened_files[uri] = current_file
    hook = engine, "before_cursor_execute", _apply_timeout
    if "timeout" in sqlite_options(uri) and not event.contains(*hook):
        event.listen(*hook, retval=True)


def _apply_timeout(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """Replace the timeout that MLflow sets in every session by that of the store's address."""
    if statement.startswith("PRAGMA busy_timeout"):
        milliseconds = 1000 * float(connection.engine.url.query["timeout"])
        statement = f"PRAGMA busy_timeout = {milliseconds:.0f}"
    return statement, parameters


def _remove_parts(path: Path) -> None:
    """Remove what a process left that was killed while it created the store."""
    for part in path.parent.glob(f"{glob.escape(path.name)}.part*"):
        part.unlink(missing_ok=True)


def _create(path: Path) -> None:
    """Create an empty store, completely or not at all: MLflow cannot use half of its tables."""
    from sqlalchemy import create_engine

    from fcnn.tracking.mlflow_internals import create_tables

    part = path.with_name(f"{path.name}.part")
    open_private_file(part).close()
    engine = create_engine(f"sqlite:///{part}")
    create_tables(engine)
    engine.dispose()
    for suffix in JOURNALS:  # of a store that was removed: they would be replayed into this one
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    part.replace(path)
