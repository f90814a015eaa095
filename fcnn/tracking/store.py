"""The tracking store: refused early if it cannot be used, created once, opened with quiet defaults."""

import logging
import sqlite3
from contextlib import nullcontext
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from fcnn.escaping import markdown
from fcnn.tracking.address import (
    FileIdentity,
    address,
    file_identity,
    is_server,
    seconds_to_unlock,
    sqlite_options,
    sqlite_path,
)
from fcnn.tracking.errors import AwayError as AwayError
from fcnn.tracking.errors import FullError as FullError
from fcnn.tracking.errors import RefusedError as RefusedError
from fcnn.tracking.errors import StoreError as StoreError
from fcnn.tracking.names import NOTE
from fcnn.tracking.redaction import redact as redact
from fcnn.tracking.sqlite import (
    check_file,
    check_options,
    check_writable,
    wait_until_unlocked,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

SECONDS_TO_ANSWER = 10


def check(uri: str) -> None:
    """Refuses a store that cannot be reached or written, without importing MLflow if it is a file or a server, and without leaving a trace.

    Raises:
        StoreError: the folder is missing or cannot be written, the file is no SQLite database, or the server does not answer.
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
            f"tracking.uri: {uri} is no address of a store; sqlite:///mlflow.db and http://127.0.0.1:5000 are"
        )
    else:
        connect(uri)  # only MLflow knows what else it supports


def exists(uri: str) -> bool:
    """Whether there is a store to read, which an empty file is not. Of servers and databases we believe it."""
    path = sqlite_path(uri)
    return path is None or (path.exists() and path.stat().st_size > 0)


def check_server(uri: str, seconds: float = SECONDS_TO_ANSWER) -> None:
    """Asks a server whether it is there.

    Raises:
        StoreError: it does not answer within `seconds`, or is no MLflow server.
    """
    try:
        urlopen(Request(address(uri) + "/version"), timeout=seconds).close()
    except HTTPError as error:
        if error.code not in (
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
        ):  # whom it lets in is for MLflow to find out
            raise StoreError(
                f"tracking.uri: {redact(uri)} answers, but is no MLflow server: {error}"
            ) from None
    except (OSError, ValueError, HTTPException) as error:
        raise StoreError(
            f"tracking.uri: no answer from {redact(uri)}: {redact(str(getattr(error, 'reason', error)))}"
        ) from None


def probe(uri: str, seconds: float) -> None:
    """Asks whether a store that was away can be written again.

    Raises:
        StoreError: it cannot within about `seconds`.
    """
    path = sqlite_path(uri)
    if is_server(uri):
        check_server(uri, seconds)
        return
    from sqlalchemy import NullPool, create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        if path is None:
            with create_engine(uri, poolclass=NullPool).connect() as connection:
                connection.execute(text("select 1"))
            return
        check_writable(path, seconds)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise StoreError(f"tracking.uri: {_reason(uri, error)}") from None


def _reason(uri: str, error: BaseException) -> str:
    """Why the store cannot be used now, in words."""
    path = sqlite_path(uri)
    if path and "locked" in str(error):
        return f"{path} is locked by another process"
    line = (str(error).strip() or type(error).__name__).splitlines()[0].partition(". ")[0]
    return f"{redact(uri)} cannot be opened: {redact(line)}"


_opened: dict[str, FileIdentity | None] = {}
"""The file that MLflow, which keeps its connections, has opened in this process by this address."""


def connect(uri: str) -> "MlflowClient":
    """Opens the store, and creates it first where it is a SQLite file that does not exist.

    Raises:
        StoreError: MLflow cannot open it, or it stays locked.
    """
    import mlflow
    from filelock import FileLock
    from sqlalchemy.exc import SQLAlchemyError

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # What these log, partly with a traceback, is raised, too.
    for name in ("mlflow.store.db.utils", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    path = sqlite_path(uri)
    # Two processes that create the tables at once leave a broken database.
    lock = FileLock(f"{path}.lock") if path else nullcontext()
    try:
        mlflow.set_tracking_uri(uri)  # models are logged through MLflow's global store
        with lock:
            if path and not exists(uri):
                _create(path)
            elif path:
                wait_until_unlocked(path, seconds_to_unlock(uri))
            client = mlflow.MlflowClient(uri)
            if path:
                _renew(client, uri)
            client.search_experiments(max_results=1)
    except (
        mlflow.MlflowException,
        SQLAlchemyError,
        sqlite3.Error,
        OSError,
        ImportError,
        ValueError,
    ) as error:
        raise StoreError(f"tracking.uri: {_reason(uri, error)}") from None
    return client


def _renew(client: "MlflowClient", uri: str) -> None:
    """Sees to it that MLflow has the file open that is there now, and waits as its address says."""
    from sqlalchemy import event

    tracking: Any = client._tracking_client
    engine = tracking.store.engine
    now = file_identity(uri)
    if _opened.setdefault(uri, now) != now:
        engine.dispose()  # connections to a file that was deleted or replaced
        _opened[uri] = now
    if "timeout" in sqlite_options(uri) and not event.contains(
        engine, "before_cursor_execute", _wait_as_the_address_says
    ):
        event.listen(engine, "before_cursor_execute", _wait_as_the_address_says, retval=True)


def _wait_as_the_address_says(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """Puts `timeout` of the address in place of the time that MLflow sets in every session."""
    if statement.startswith("PRAGMA busy_timeout"):
        milliseconds = 1000 * float(connection.engine.url.query["timeout"])
        statement = f"PRAGMA busy_timeout = {milliseconds:.0f}"
    return statement, parameters


def _create(path: Path) -> None:
    """Makes an empty store, whole or not at all: tables that were made by half are of no use to MLflow."""
    from mlflow.store.db.utils import _initialize_tables
    from sqlalchemy import create_engine

    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{part}")
    _initialize_tables(engine)  # type: ignore[no-untyped-call]
    engine.dispose()
    part.replace(path)


def experiment_id(client: "MlflowClient", uri: str, name: str, description: str = "") -> str:
    """The experiment of a study, created where it is missing.

    A SQLite store keeps artifacts in `mlruns` beside it whatever the working directory is; a server decides for itself.

    Raises:
        StoreError: it was deleted.
    """
    from mlflow import MlflowException

    experiment = client.get_experiment_by_name(name)
    if experiment is not None:
        if experiment.lifecycle_stage != "active":
            raise StoreError(
                f"study={name}: its experiment was deleted; `mlflow experiments restore -x {experiment.experiment_id}` brings it back"
            )
        return str(experiment.experiment_id)
    path = sqlite_path(uri)
    location = (path.parent / "mlruns" / name).as_uri() if path else None
    tags = {NOTE: markdown(description)} if description else {}
    try:
        return str(client.create_experiment(name, artifact_location=location, tags=tags))
    except (MlflowException, RefusedError):
        experiment = client.get_experiment_by_name(name)
        if experiment is None:
            raise  # no other process was faster
        return str(experiment.experiment_id)
