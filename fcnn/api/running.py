"""Trains what the store does not have of a study's grid."""

from functools import partial

from fcnn.composition.composing import ComposedGrid
from fcnn.libraries.running_tensorflow import check_running_tensorflow
from fcnn.tracking.store import check
from fcnn.training.local import train_and_log
from fcnn.training.sweep import run_sweep


def train_grid(grid: ComposedGrid, report_call: str) -> None:
    """Train the pending jobs of a grid in this process.

    Args:
        grid: The composed grid.
        report_call: What shows the results, for messages.

    Raises:
        ConfigError: The launcher options are for the command line.
        StoreError: The store cannot be used.
        FailedRunsError: Runs failed; the others are recorded.
    """
    check(grid.jobs[0].config.tracking.uri)
    if {job.config.library for job in grid.jobs} & {"keras", "tensorflow"}:
        check_running_tensorflow()
    train = partial(
        train_and_log,
        workers=grid.launcher["workers"],
        max_population=grid.launcher["max_population"],
    )
    run_sweep(grid.jobs, grid.grid.axis_keys, train, report_command=report_call)
