"""Trains what the store does not have of a study's grid, or of the trials of its search."""

import logging
from contextlib import suppress
from functools import partial

from fcnn.composition.study_composer import ComposedStudy
from fcnn.config.schema import Config
from fcnn.errors import FailedRunsError, StoreError
from fcnn.libraries.running_tensorflow import check_running_tensorflow
from fcnn.tracking.links import format_study_links
from fcnn.tracking.reader import Reader
from fcnn.tracking.store import check
from fcnn.training.local import train_and_log
from fcnn.training.resume import has_waiting_networks

log = logging.getLogger("fcnn")


def train_study(composed: ComposedStudy, report_call: str) -> None:
    """Train the pending jobs of a grid, or search, in this process.

    Args:
        composed: The grid or the search.
        report_call: What shows the results, for messages.

    Raises:
        ConfigError: The launcher options are for the command line.
        StoreError: The store cannot be used.
        FailedRunsError: Runs failed; the others are recorded.
    """
    config = composed.config
    check(config.tracking.uri)
    if {job.config.library for job in composed.jobs} & {"keras", "tensorflow"}:
        check_running_tensorflow()
    train = partial(
        train_and_log,
        workers=composed.launcher["workers"],
        max_population=composed.launcher["max_population"],
    )
    try:
        composed.run(train, report_call)
    except FailedRunsError:
        _log_links(config)
        raise
    _log_links(config)


def _log_links(config: Config) -> None:
    """Log where a study is to be seen, unless its store is away."""
    if config.dry_run or has_waiting_networks(config.tracking):
        return
    reader = Reader(config.tracking.uri, allow_unavailable=True)
    with suppress(StoreError):
        for line in format_study_links(reader.client, reader.uri, config.sweep_experiment):
            log.info(line)
