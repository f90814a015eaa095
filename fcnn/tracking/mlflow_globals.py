"""Global state of MLflow, which opening a store changes and a program may depend on."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow

_VARIABLE = "MLFLOW_TRACKING_URI"
_LEVELS = {
    "mlflow": logging.WARNING,
    "alembic": logging.WARNING,
    # What these log, partly with a traceback, is raised as well.
    "mlflow.store.db.utils": logging.CRITICAL,
    "mlflow.utils.rest_utils": logging.CRITICAL,
    # An environment of uv's has no pip, which is warned of for each model.
    "mlflow.utils.environment": logging.ERROR,
    "sqlalchemy.pool": logging.CRITICAL,
    "urllib3.connectionpool": logging.CRITICAL,
}


def silence_logs() -> None:
    """Let MLflow and what it builds on log what nothing else says, and no more."""
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)


@contextmanager
def preserve_mlflow_globals() -> Iterator[None]:
    """Put MLflow's tracking URI, its environment variable and log levels back afterwards.

    Opening a store sets them, because MLflow logs models and loads artifacts through them.
    """
    variable = os.environ.get(_VARIABLE)
    is_set = mlflow.is_tracking_uri_set()  # type: ignore[no-untyped-call]
    uri = mlflow.get_tracking_uri() if is_set else None
    levels = {name: logging.getLogger(name).level for name in _LEVELS}
    try:
        yield
    finally:
        # None lets MLflow read the variable again, which set_tracking_uri overwrites or deletes.
        mlflow.set_tracking_uri(None if uri == variable else uri)  # type: ignore[arg-type]
        os.environ.pop(_VARIABLE, None)
        if variable is not None:
            os.environ[_VARIABLE] = variable
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
