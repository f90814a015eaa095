"""What goes into training and what comes out: a job, a result, and the sweep they belong to."""

import logging
import math
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fcnn.config.data_seed import (
    DATA_SEED_KEY,
    FOLLOWS_SEED,
    GRID_OF_DATA_SEEDS,
    find_data_seed_rule,
)
from fcnn.config.schema import Config, Tracking
from fcnn.config.sections import Sections
from fcnn.errors import ConfigError, FcnnError
from fcnn.escaping import printable
from fcnn.params import compute_fingerprint
from fcnn.tracking.redaction import redact

if TYPE_CHECKING:  # MLflow takes seconds to import
    from fcnn.tracking.writer import Sweep, Writer

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class Job:
    """A run to be trained: composed, checked and fingerprinted once.

    `config_yaml` is the YAML that the run keeps (see `fcnn.config.sections`), `number` its place in
    the sweep (from 0), `overrides` what a command line would say to get the same config.
    `data_seed` is the rule of its data (see `fcnn.config.data_seed`).
    """

    config: Config
    config_yaml: str
    fingerprint: str
    number: int = 0
    overrides: tuple[str, ...] = ()
    data_seed: str = FOLLOWS_SEED


def make_job(
    sections: Sections, config: Config, *, number: int = 0, overrides: Sequence[str] = ()
) -> Job:
    """Make a job of composed `sections` and the typed `config` that they were checked to be."""
    return Job(
        config,
        sections.to_yaml(),
        compute_fingerprint(config),
        number,
        tuple(overrides),
        find_data_seed_rule(sections.composed, config),
    )


def check_data_seeds(jobs: Sequence[Job]) -> None:
    """Check that all jobs of a grid draw their data by the same rule, and that no plot shows it.

    Options of a group, such as files of the user's own for `dataset`, may differ in it.

    Raises:
        ConfigError: They do, or the data seed is to be shown as an axis.
    """
    study = jobs[0].config.study
    for key, value in (("study.colour", study.colour), ("study.style", study.style)):
        if value == DATA_SEED_KEY:
            raise ConfigError(f"{key}={value}: {GRID_OF_DATA_SEEDS}")
    rules = list(dict.fromkeys(job.data_seed for job in jobs))
    if len(rules) > 1:
        first, second = (
            f"follows {rule}" if rule == FOLLOWS_SEED else f"is {rule}" for rule in rules[:2]
        )
        raise ConfigError(
            f"{DATA_SEED_KEY}: {first} in some runs of the grid and {second} in others; a study "
            f"has one rule for all: ${{{FOLLOWS_SEED}}}, as by default, or one number"
        )


@dataclass(frozen=True)
class RunResult:
    """A run that has ended and is recorded: its last validation loss, or why it failed.

    `val_loss` is infinite where the training diverged, and NaN where there is an `error`.
    `settled_loss` is what reports compare (see `fcnn.training.summary`), NaN where it is unknown.
    `summary` is the line that tells people of it, empty where somebody else does.
    """

    job: Job
    val_loss: float
    error: Exception | None = None
    summary: str = ""
    settled_loss: float = math.nan

    @property
    def has_diverged(self) -> bool:
        """Whether the training diverged, which is a result like any other."""
        return math.isinf(self.val_loss)


class KilledWorkerError(Exception):
    """A process that trained runs of a sweep was killed."""


@dataclass(frozen=True)
class OpenSweep:
    """A sweep while it is trained: the store, opened once, and what is known of the sweep.

    `store` is not sent to other processes; these open their own for the same `sweep`.
    """

    store: "Writer"
    sweep: "Sweep"
    tracking: Tracking

    def adopt(self, job: Job, number: int) -> Job:
        """Make the job number `number` of this sweep, recorded under its parent run."""
        tracking = replace(job.config.tracking, parent_run_id=self.sweep.parent_run_id)
        return replace(job, config=replace(job.config, tracking=tracking), number=number)


def log_result(result: RunResult) -> None:
    """Log the outcome of a run: its summary and, of a bug, its traceback.

    Logged by whoever receives the result, because Hydra's launcher has a log file for each job.
    """
    if not result.summary:
        return
    log.info(printable(result.summary, newlines=True))
    # Of all failures of a sweep, Hydra shows the first one only.
    if result.error and not isinstance(result.error, FcnnError):
        trace = redact("".join(traceback.format_exception(result.error)))
        log.error(printable(trace, newlines=True))
