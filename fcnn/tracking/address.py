"""Parses the address of a store: its kind, its file, its options."""

import re
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

DEFAULT_PORTS = {
    "http": ":80",
    "https": ":443",
    "postgresql": ":5432",
    "mysql": ":3306",
    "mssql": ":1433",
}


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
    """Return what identifies the store, however its address is spelled.

    That is a file's whole path, or the address without credentials, driver and default port.
    """
    path = sqlite_path(uri)
    if path:
        return f"sqlite:///{path.parent.resolve() / path.name}"
    scheme, separator, rest = redact(uri).partition("://")
    if not separator:
        return redact(uri)
    scheme = scheme.lower().partition("+")[0]
    host, *path_and_query = re.split("(?=[/?])", rest, maxsplit=1)
    host = re.sub("^localhost(?=:|$)", "127.0.0.1", host.lower())
    host = host.removesuffix(DEFAULT_PORTS.get(scheme, ""))
    return f"{scheme}://{host}{''.join(path_and_query)}".rstrip("/")
