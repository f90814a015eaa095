"""MLflow's global tracking URI, which belongs to the program that imports fcnn."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow

_VARIABLE = "MLFLOW_TRACKING_URI"


@contextmanager
def preserve_tracking_uri() -> Iterator[None]:
    """Put MLflow's global tracking URI, and the environment variable it sets, back afterwards.

    Opening a store sets both, because MLflow logs models and loads artifacts through them.
    """
    variable = os.environ.get(_VARIABLE)
    is_set = mlflow.is_tracking_uri_set()  # type: ignore[no-untyped-call]
    uri = mlflow.get_tracking_uri() if is_set else None
    try:
        yield
    finally:
        # None lets MLflow read the variable again, which set_tracking_uri overwrites or deletes.
        mlflow.set_tracking_uri(None if uri == variable else uri)  # type: ignore[arg-type]
        os.environ.pop(_VARIABLE, None)
        if variable is not None:
            os.environ[_VARIABLE] = variable
