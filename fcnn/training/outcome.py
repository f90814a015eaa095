"""What became of the jobs of a sweep: their losses, how many diverged, and which failed."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from fcnn.errors import FailedRunsError
from fcnn.tracking.plan import FinishedRun
from fcnn.tracking.redaction import redact
from fcnn.training.jobs import Job, RunResult

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class SweepOutcome:
    """What became of the jobs of a sweep, by their places.

    `results` are of those that were trained, `finished` the runs that the store had before.
    `representative` is, for each job, the place of the one that stands for it here: a config that
    a grid has twice is trained once. A dry run has neither results nor what is pending.
    """

    representative: list[int]
    finished: dict[int, FinishedRun] = field(default_factory=dict)
    results: dict[int, RunResult] = field(default_factory=dict)

    def val_loss(self, place: int) -> float | None:
        """Last validation loss of a job.

        It is infinite if the job diverged, NaN if it failed, and None if it was not trained.
        """
        run = self._find_run(place)
        if run is None:
            return None
        return run.loss if isinstance(run, FinishedRun) else run.val_loss

    def settled_loss(self, place: int) -> float | None:
        """The loss that reports compare the run of a job by.

        Of a run that diverged it is the loss at which reports cut settled losses. Where none is
        recorded it is the last validation loss. NaN if the job failed, None if it was not trained.
        """
        run = self._find_run(place)
        if run is None:
            return None
        return self.val_loss(place) if math.isnan(run.settled_loss) else run.settled_loss

    def _find_run(self, place: int) -> FinishedRun | RunResult | None:
        place = self.representative[place]
        return self.finished.get(place) or self.results.get(place)

    @property
    def n_diverged(self) -> int:
        """How many jobs diverged, now or when they were trained before."""
        losses = map(self.val_loss, range(len(self.representative)))
        return sum(loss is not None and math.isinf(loss) for loss in losses)


def log_diverged(outcome: SweepOutcome) -> None:
    """Say how many runs of a sweep diverged, if any did."""
    if n_diverged := outcome.n_diverged:
        losses = "its loss is" if n_diverged == 1 else "their losses are"
        log.info(
            f"{n_diverged} of {len(outcome.representative)} runs diverged: {losses} no longer "
            "finite, which is a result that the report counts"
        )


def conclude(jobs: Sequence[Job], outcome: SweepOutcome, report_command: str) -> None:
    """Say how many jobs diverged, and raise if any failed.

    Raises:
        FailedRunsError: Jobs failed.
    """
    log_diverged(outcome)
    failed = {place: result for place, result in outcome.results.items() if result.error}
    if not failed:
        return
    lines = [
        f"  {' '.join(jobs[place].overrides)}: {redact(str(result.error))}"
        for place, result in failed.items()
    ]
    raise FailedRunsError(
        f"{len(failed)} of {len(jobs)} runs failed:",
        *lines,
        f"{report_command} draws the others",
        outcome=outcome,
    )
