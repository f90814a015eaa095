"""Parses the address of a store: its kind, its file, its options."""

import os
from pathlib import Path
from urllib.parse import parse_qsl

from fcnn.tracking.redaction import redact

LOCK_TIMEOUT_SECONDS = 20.0
"""MLflow's timeout for a SQLite file that another process has locked."""
LOCAL_UI = "http://127.0.0.1:5000"
"""Where `mlflow ui` serves a store that is no server."""
SQLITE_OPTIONS = (
    "cached_statements",
    "check_same_thread",
    "detect_types",
    "isolation_level",
    "timeout",
)
"""Options of Python's driver, which may follow `?` in the address of a SQLite file."""

FileIdentity = tuple[int, int]
"""Device and inode, which stay the same until a file is deleted or replaced."""


def is_server(uri: str) -> bool:
    """Whether the store is a server, which may be down for a while."""
    return uri.startswith(("http://", "https://"))


def describe_kind(uri: str) -> str:
    """Return the noun for the store in a sentence."""
    return "server" if is_server(uri) else "store"


def sqlite_path(uri: str) -> Path | None:
    """Return the file of a SQLite store, None for any other store."""
    scheme, _, rest = uri.partition(":///")
    if scheme.partition("+")[0] != "sqlite" or not rest:
        return None
    return Path(rest.partition("?")[0]).absolute()


def sqlite_options(uri: str) -> dict[str, str]:
    """Return the options in the address of a SQLite file, as SQLAlchemy reads them."""
    return dict(parse_qsl(uri.partition("?")[2], keep_blank_values=True))


def lock_timeout_seconds(uri: str) -> float:
    """Return how long to wait for a locked SQLite file: `timeout` of its address, or MLflow's."""
    return float(sqlite_options(uri).get("timeout", LOCK_TIMEOUT_SECONDS))


def canonical_address(uri: str) -> str:
    """Return what identifies the store: its address without credentials, a file's whole path."""
    path = sqlite_path(uri)
    return f"sqlite:///{path.parent.resolve() / path.name}" if path else redact(uri).rstrip("/")


def file_identity(uri: str) -> FileIdentity | None:
    """Return the identity of a SQLite store's file; None if it is missing, or for other stores."""
    path = sqlite_path(uri)
    try:
        status = os.stat(path) if path else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None
