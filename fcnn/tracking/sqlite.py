"""SQLite files as stores: checks before any work, and locks."""

import re
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fcnn.errors import StoreError
from fcnn.tracking.address import SQLITE_OPTIONS, lock_timeout_seconds, sqlite_options
from fcnn.tracking.redaction import redact


def check_options(uri: str) -> None:
    """Refuse an address whose part after `?` is not options of the driver.

    Raises:
        StoreError: An option is unknown or invalid, or the address names no file.
    """
    shown = redact(uri)
    if re.search("%[0-9a-fA-F]{2}", uri.partition("?")[0]):
        raise StoreError(
            f"tracking.uri: {shown}: SQLAlchemy reads % and two digits as another character, or "
            "does not, by its version; the path should have none"
        )
    if uri.partition("?")[0].endswith(":memory:"):
        raise StoreError(f"tracking.uri: {shown} names no file; sqlite:///mlflow.db does")
    unknown = [option for option in sqlite_options(uri) if option not in SQLITE_OPTIONS]
    if unknown or ("?" in uri and not sqlite_options(uri)):
        raise StoreError(
            f"tracking.uri: {shown}: after ? an address of a file has options, which are "
            f"{', '.join(f'{option}=' for option in SQLITE_OPTIONS)}"
        )
    try:
        valid = lock_timeout_seconds(uri) >= 0
    except ValueError:
        valid = False
    if not valid:
        raise StoreError(f"tracking.uri: {shown}: timeout should be seconds, at least 0")


def check_file(path: Path) -> None:
    """Refuse a file that cannot be a store, without changing it.

    Raises:
        StoreError: Its folder is missing, it cannot be written, or it is not MLflow's.
    """
    if path.is_symlink() and not path.exists():
        # A new file would take its place, and all runs would be trained again.
        raise StoreError(f"tracking.uri: {path} is a link to {path.readlink()}, which is not there")
    if path.is_dir():
        raise StoreError(f"tracking.uri: {path} is a folder, not a file")
    if not path.parent.is_dir():
        raise StoreError(f"tracking.uri: the folder {path.parent} does not exist")
    try:
        # Permission bits mean nothing to root or on a read-only disk.
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
    """Refuse a database that MLflow cannot use; MLflow itself would change it first.

    Raises:
        StoreError: It is damaged, of another program, or of a newer MLflow.
    """
    try:
        with closing(_open_existing(path)) as database:
            tables = _read_column(database, "select name from sqlite_master where type = 'table'")
            is_mlflow = not tables or tables >= {"alembic_version", "experiments", "runs"}
            versions = set()
            if tables and is_mlflow:
                versions = _read_column(database, "select version_num from alembic_version")
    except sqlite3.OperationalError:
        return  # locked, as another process writes to it
    except sqlite3.DatabaseError as error:
        raise StoreError(f"tracking.uri: {path} is damaged: {error}") from None
    if not is_mlflow:
        names = ", ".join(sorted(tables))[:100]
        raise StoreError(f"tracking.uri: {path} is not MLflow's, it has other tables: {names}")
    if not versions <= _find_known_versions():
        raise StoreError(
            f"tracking.uri: {path} was made by a newer MLflow than the {version('mlflow')} "
            "that is installed"
        )


def _read_column(database: sqlite3.Connection, query: str) -> set[str]:
    return {value for (value,) in database.execute(query)}


def _open_existing(path: Path, timeout_seconds: float = 5.0) -> sqlite3.Connection:
    """Open a file for reading and writing; by default SQLite would create a missing one."""
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=timeout_seconds)


def _find_known_versions() -> set[str]:
    """Return the versions of the tables that the installed MLflow knows, without importing it."""
    spec = find_spec("mlflow")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "store" / "db_migrations" / "versions"
    return {file.name.partition("_")[0] for file in folder.glob("*_*.py")}


def wait_until_unlocked(path: Path, timeout_seconds: float) -> None:
    """Wait for other processes' locks; MLflow gives up sooner while it opens a file.

    Raises:
        sqlite3.Error: The file stays locked, or cannot be read.
    """
    with closing(_open_existing(path, timeout_seconds)) as database:
        database.execute("select 1 from sqlite_master limit 1").fetchone()


def check_writable(path: Path, timeout_seconds: float) -> None:
    """Try to lock the file for writing.

    Raises:
        sqlite3.Error: The file stays locked, is missing, or is not a store.
    """
    with closing(_open_existing(path, timeout_seconds)) as database:
        database.execute("begin immediate")
        database.execute("select 1 from runs limit 1")
