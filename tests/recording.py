"""Runs that are recorded without training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fcnn.config.schema import Config
from fcnn.tracking.mlflow_run import MlflowRun
from fcnn.tracking.run_writer import RunDescription
from fcnn.tracking.writer import Writer

DEFAULTS = {"name": "", "params": {}, "fingerprint": "f", "config_yaml": "", "dataset": "prod"}


def begin_run(store: Writer, config: Config, **fields: Any) -> MlflowRun:
    """A run with nothing to say but the given fields of its description; it is not written yet."""
    return store.open_run(RunDescription(config=config, **{**DEFAULTS, **fields}))


def write(store: Writer, run: MlflowRun) -> None:
    """Write what a run has to say; an error of it is raised."""
    store.write([run])
    if run.fault:
        raise run.fault


@contextmanager
def recording(store: Writer, config: Config, **fields: Any) -> Iterator[MlflowRun]:
    """A run that is in the store as RUNNING within the block, and ends with it."""
    run = begin_run(store, config, **fields)
    write(store, run)
    try:
        yield run
    except BaseException as error:
        run.end(error)
        raise
    else:
        run.end()
    finally:
        write(store, run)
