"""The tracking store: refused early if it cannot be used, created once, opened with quiet defaults."""

import logging
import re
import sqlite3
import tempfile
from contextlib import closing, nullcontext
from http import HTTPStatus
from http.client import HTTPException
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from fcnn.config.refusals import CommandError
from fcnn.escaping import markdown
from fcnn.tracking.names import NOTE

if TYPE_CHECKING:
    from mlflow import MlflowClient

SECONDS_TO_ANSWER = 10


class StoreError(CommandError):
    """The store cannot be used. The message is one line and holds no credentials."""


class AwayError(StoreError):
    """The server does not answer now; what it has yet to get is kept for it."""


class RefusedError(StoreError):
    """The server answers, but does not take what it is given."""


class FullError(StoreError):
    """The disk that the store lies on is full."""


def redact(text: str) -> str:
    """The text without the users, passwords and tokens of the URIs in it."""
    return re.sub(
        r"(?i)(user|password|passwd|token|secret|key)=[^&\s]+",
        r"\1=...",
        re.sub(r"//\S*@", "//", text),
    )


def sqlite_path(uri: str) -> Path | None:
    """The file of a SQLite store, None for any other store."""
    return Path(uri.removeprefix("sqlite:///")).absolute() if uri.startswith("sqlite:///") else None


def check(uri: str) -> None:
    """Refuses a store that cannot be reached or written, without importing MLflow if it is a file or a server, and without leaving a trace.

    Raises:
        StoreError: the folder is missing or cannot be written, the file is no SQLite database, or the server does not answer.
    """
    path = sqlite_path(uri)
    if path is not None:
        _check_file(path)
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


def is_server(uri: str) -> bool:
    """Whether the store is a server, which may be away for a while."""
    return uri.startswith(("http://", "https://"))


def exists(uri: str) -> bool:
    """Whether there is a store to read. Of servers and databases we believe it."""
    path = sqlite_path(uri)
    return path is None or path.exists()


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"tracking.uri: {path} is a folder, not a file")
    if not path.parent.is_dir():
        raise StoreError(f"tracking.uri: the folder {path.parent} does not exist")
    try:
        # Tried rather than asked: permission bits say nothing to root or on a read-only disk.
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.exists():
            with path.open("r+b") as file:
                if file.read(16) not in (b"", b"SQLite format 3\0"):
                    raise StoreError(f"tracking.uri: {path} is not a SQLite database")
            _check_database(path)
    except OSError as error:
        raise StoreError(f"tracking.uri: {path} cannot be written: {error.strerror}") from None


def _check_database(path: Path) -> None:
    """Looks whether MLflow can use the file, because MLflow would change it first."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as database:
            tables = {
                name
                for (name,) in database.execute(
                    "select name from sqlite_master where type = 'table'"
                )
            }
            ours = not tables or {"alembic_version", "experiments", "runs"} <= tables
            versions = (
                [
                    version
                    for (version,) in database.execute("select version_num from alembic_version")
                ]
                if ours and tables
                else []
            )
    except sqlite3.OperationalError:
        return  # another process writes to it
    except sqlite3.DatabaseError as error:
        raise StoreError(f"tracking.uri: {path} is damaged: {error}") from None
    if not ours:
        raise StoreError(
            f"tracking.uri: {path} is not MLflow's, it has other tables: {', '.join(sorted(tables))[:100]}"
        )
    if not _known_versions().issuperset(versions):
        raise StoreError(
            f"tracking.uri: {path} was made by a newer MLflow than the {version('mlflow')} that is installed"
        )


def _known_versions() -> set[str]:
    """The versions of its tables that the installed MLflow knows, without importing it."""
    spec = find_spec("mlflow")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "store" / "db_migrations" / "versions"
    return {file.name.partition("_")[0] for file in folder.glob("*_*.py")}


def check_server(uri: str, seconds: float = SECONDS_TO_ANSWER) -> None:
    """Asks a server whether it is there.

    Raises:
        StoreError: it does not answer within `seconds`, or is no MLflow server.
    """
    try:
        urlopen(Request(redact(uri).rstrip("/") + "/version"), timeout=seconds).close()
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


def connect(uri: str) -> "MlflowClient":
    """Opens the store, and creates it first where it is a SQLite file that does not exist.

    Raises:
        StoreError: MLflow cannot open it.
    """
    import mlflow
    from filelock import FileLock
    from sqlalchemy.exc import SQLAlchemyError

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("mlflow.store.db.utils").setLevel(
        logging.CRITICAL
    )  # what it logs with a traceback it raises, too
    path = sqlite_path(uri)
    # Two processes that create the tables at once leave a broken database.
    lock = FileLock(f"{path}.lock") if path else nullcontext()
    try:
        mlflow.set_tracking_uri(uri)  # models are logged through MLflow's global store
        with lock:
            if path and not path.exists():
                _create(path)
            client = mlflow.MlflowClient(uri)
            client.search_experiments(max_results=1)
    except (mlflow.MlflowException, SQLAlchemyError, OSError, ImportError, ValueError) as error:
        line = (str(error).strip() or type(error).__name__).splitlines()[0].partition(". ")[0]
        raise StoreError(f"tracking.uri: {redact(uri)} cannot be opened: {redact(line)}") from None
    return client


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
