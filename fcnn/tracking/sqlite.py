"""SQLite files as stores: what is refused before any work, and whether one is locked."""

import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fcnn.tracking.address import SQLITE_OPTIONS, seconds_to_unlock, sqlite_options
from fcnn.tracking.errors import StoreError
from fcnn.tracking.redaction import redact


def check_options(uri: str) -> None:
    """Refuses what follows `?` in an address where it is none of the driver's options.

    Raises:
        StoreError: it is not, or there is no file in the address.
    """
    shown = redact(uri)
    if uri.partition("?")[0].endswith(":memory:"):
        raise StoreError(f"tracking.uri: {shown} names no file; sqlite:///mlflow.db does")
    unknown = [option for option in sqlite_options(uri) if option not in SQLITE_OPTIONS]
    if unknown or ("?" in uri and not sqlite_options(uri)):
        raise StoreError(
            f"tracking.uri: {shown}: what follows ? in the address of a file is options, which are "
            f"{', '.join(f'{option}=' for option in SQLITE_OPTIONS)}"
        )
    try:
        valid = seconds_to_unlock(uri) >= 0
    except ValueError:
        valid = False
    if not valid:
        raise StoreError(f"tracking.uri: {shown}: timeout should be seconds, at least 0")


def check_file(path: Path) -> None:
    """Refuses a file that cannot be a store, and leaves it as it is.

    Raises:
        StoreError: its folder is missing, it cannot be written, or it is not MLflow's.
    """
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
            without_hydra = not tables or {"alembic_version", "experiments", "runs"} <= tables
            versions = (
                [
                    version
                    for (version,) in database.execute("select version_num from alembic_version")
                ]
                if without_hydra and tables
                else []
            )
    except sqlite3.OperationalError:
        return  # another process writes to it
    except sqlite3.DatabaseError as error:
        raise StoreError(f"tracking.uri: {path} is damaged: {error}") from None
    if not without_hydra:
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


def wait_until_unlocked(path: Path, seconds: float) -> None:
    """Waits here, because MLflow itself gives up sooner while it opens a file.

    Raises:
        sqlite3.Error: it stays locked, or cannot be read.
    """
    with closing(
        sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=seconds)
    ) as database:
        database.execute("select 1 from sqlite_master limit 1").fetchone()


def check_writable(path: Path, seconds: float) -> None:
    """Tries to lock the file for writing. SQLAlchemy would make an empty one where there is none.

    Raises:
        sqlite3.Error: it stays locked for `seconds`, is gone, or holds no runs.
    """
    with closing(
        sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=seconds)
    ) as database:
        database.execute("begin immediate")
        database.execute("select 1 from runs limit 1")
