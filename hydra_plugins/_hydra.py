"""Hydra's private API, as far as the plugins need it; Hydra loads no plugins from this file.

Hydra has no public base for a launcher that works in this process: its own is `BasicLauncher`,
which runs jobs one after the other. What a failed job has raised is public only as a property that
writes to stderr first. `tests/test_hydra_plugin_classes.py` notices changes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hydra.core.utils import JobReturn

if TYPE_CHECKING:
    from hydra._internal.core_plugins.basic_launcher import BasicLauncher as BasicLauncher


def __getattr__(name: str) -> Any:
    """Look a class up whenever it is imported.

    Hydra executes the files of plugins, ours and its own, once more when it looks for them. A
    class that was kept from before would no longer be the one that its own methods refer to.
    """
    if name != "BasicLauncher":
        raise AttributeError(name)
    return import_module("hydra._internal.core_plugins.basic_launcher").BasicLauncher


def returned_value(job_return: JobReturn) -> Any:
    """What a job has returned, or the exception that it has raised."""
    return job_return._return_value
