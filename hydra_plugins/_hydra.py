"""Hydra's private API, as far as the plugins need it; Hydra loads no plugins from this file.

Hydra has no public base for a sweeper that trains a grid, nor for a launcher that works in this
process: its own are `BasicSweeper`, which parses axes and multiplies them out, and
`BasicLauncher`, which runs jobs one after the other. What a failed job has raised is public only
as a property that writes to stderr first. `tests/test_hydra_internals.py` notices changes.
"""

from typing import Any

from hydra._internal.core_plugins.basic_launcher import BasicLauncher as BasicLauncher
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper as BasicSweeper
from hydra.core.utils import JobReturn


def returned_value(job_return: JobReturn) -> Any:
    """What a job has returned, or the exception that it has raised."""
    return job_return._return_value
