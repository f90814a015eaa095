"""What the address of a store says: which kind it is, which file, with which options."""

import os
from pathlib import Path
from urllib.parse import parse_qsl

from fcnn.tracking.redaction import redact

SECONDS_TO_UNLOCK = 20.0
"""How long MLflow waits for a SQLite file that another process has locked."""
SQLITE_OPTIONS = (
    "cached_statements",
    "check_same_thread",
    "detect_types",
    "isolation_level",
    "timeout",
)
"""What may follow `?` in the address of a SQLite file: the options of Python's own driver."""

FileIdentity = tuple[int, int]
"""Device and inode: the same for as long as a file is neither deleted nor replaced."""


def is_server(uri: str) -> bool:
    """Whether the store is a server, which may be away for a while."""
    return uri.startswith(("http://", "https://"))


def kind(uri: str) -> str:
    """What the store is called in a sentence."""
    return "server" if is_server(uri) else "store"


def sqlite_path(uri: str) -> Path | None:
    """The file of a SQLite store, None for any other store."""
    scheme, _, rest = uri.partition(":///")
    if scheme.partition("+")[0] != "sqlite" or not rest:
        return None
    return Path(rest.partition("?")[0]).absolute()


def sqlite_options(uri: str) -> dict[str, str]:
    """What follows `?` in the address of a SQLite file, as SQLAlchemy reads it."""
    return dict(parse_qsl(uri.partition("?")[2], keep_blank_values=True))


def seconds_to_unlock(uri: str) -> float:
    """How long to wait for a locked SQLite file: `timeout` in its address, by default MLflow's."""
    return float(sqlite_options(uri).get("timeout", SECONDS_TO_UNLOCK))


def address(uri: str) -> str:
    """What tells this store from others: its address without credentials, a file's whole path."""
    path = sqlite_path(uri)
    return f"sqlite:///{path.parent.resolve() / path.name}" if path else redact(uri).rstrip("/")


def file_identity(uri: str) -> FileIdentity | None:
    """Which file a SQLite store is now; None where there is none, or the store is no file."""
    path = sqlite_path(uri)
    try:
        status = os.stat(path) if path else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None
