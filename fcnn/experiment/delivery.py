"""Delivers what waits in the outbox: a kept network is recorded as if it had been trained now, with its own times and versions."""

import logging
from contextlib import suppress
from dataclasses import replace

from filelock import Timeout

from fcnn import study
from fcnn.config import ConfigError, Tracking
from fcnn.config.parsing import parse_kept
from fcnn.experiment.jobs import Job, JobRun
from fcnn.experiment.progress import SweepProgress
from fcnn.libraries import Chunk
from fcnn.tracking.outbox import End, Kept, Outbox, read
from fcnn.tracking.recorder import DivergedError
from fcnn.tracking.store import AwayError, redact
from fcnn.tracking.writer import Sweep, Writer

log = logging.getLogger("fcnn")


def deliver(store: Writer, tracking: Tracking, at_once: bool = False) -> int:
    """Records what the outbox keeps for this store, if it answers and no other process is at it; gives how many networks still wait.

    A server that was away is asked every few seconds, or `at_once`. What cannot be delivered stays where it is, and a warning
    says why.
    """
    outbox = Outbox(tracking)
    if outbox.files() and store.answers(at_once):
        with suppress(Timeout, AwayError), outbox.lock():
            for file in outbox.files():
                try:
                    _hand_over(read(file), store, tracking)
                except AwayError:
                    raise
                except Exception as error:  # of this one; the others are to be delivered
                    log.warning("%s cannot be delivered: %s", file, redact(str(error)))
                else:
                    file.unlink()
    return len(outbox.networks())


def _hand_over(kept: End, store: Writer, tracking: Tracking) -> None:
    """Closes a run; records a network, unless it is there: delivered by one who did not live to say so, or trained by another."""
    reason = "the server went away; see the finished run" if isinstance(kept, Kept) else ""
    was = store.close(kept.run_id, kept.status, kept.ended, reason) if kept.run_id else ""
    if not isinstance(kept, Kept) or was == "FINISHED":
        return
    config = parse_kept(kept.source)
    config = replace(config, tracking=replace(config.tracking, uri=tracking.uri))
    same = {study.fingerprint(config), study.former_fingerprint(config)}
    if kept.fingerprint not in same:
        raise ConfigError("its csv file or our numerics have changed since it was trained")
    if not config.force and store.finished(same):
        return
    parent = config.tracking.parent_run_id
    sweep = store.sweep_of(parent) if parent else Sweep(1, [])
    progress = SweepProgress([config.training.epochs], 1, 0)
    run = JobRun(Job(config, kept.source, kept.number), 0, sweep, store, progress, kept)
    run.log(
        [Chunk(1, {key: values[:, None] for key, values in kept.metrics.items()}, [kept.weights])]
    )
    with suppress(DivergedError):
        run.complete()
    if run.away:
        raise AwayError("the server has gone away again")
