"""Delivers what waits in the outbox: a kept network is recorded as if it had been trained now, with its own times and versions."""

import logging
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from filelock import Timeout

from fcnn.config.parsing import find_parent_run_id, parse_yaml
from fcnn.config.schema import Tracking
from fcnn.errors import ConfigError, DiskFullError, DivergedError, StoreUnavailableError
from fcnn.libraries.base import Chunk
from fcnn.params import compute_fingerprint, former_fingerprint
from fcnn.tracking.address import describe_kind
from fcnn.tracking.outbox import Outbox, PendingRun, PendingTermination, read
from fcnn.tracking.redaction import redact
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.jobs import Job, JobRun
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

_told: set[tuple[Path, str]] = set()
"""What could not be delivered and why, once it was told: it is tried several times in a command."""


def deliver(store: Writer, tracking: Tracking, at_once: bool = False) -> int:
    """Records what the outbox keeps for this store, if it answers and no other process is at it; gives how many networks still wait.

    A store that was away is asked every few seconds, or `at_once`. What cannot be delivered stays where it is, and a warning
    says why.
    """
    outbox = Outbox(tracking)
    failed: dict[str, list[Path]] = defaultdict(list)
    if outbox.files() and store.is_available(at_once):
        with suppress(Timeout, OSError, StoreUnavailableError), outbox.lock():
            outbox.tidy()
            for file in outbox.files():
                try:
                    replay(read(file), store, tracking)
                    file.unlink(missing_ok=True)
                except (StoreUnavailableError, DiskFullError):
                    break
                except Exception as error:  # of this one; the others are to be delivered
                    reason = redact(str(error) or type(error).__name__).splitlines()[0]
                    failed[reason].append(file)
    for reason, files in failed.items():
        if not _told.issuperset((file, reason) for file in files):
            _told.update((file, reason) for file in files)
            more = f" and {len(files) - 1} more" if len(files) > 1 else ""
            log.warning("%s%s cannot be delivered: %s", files[0], more, reason)
    return len(outbox.networks())


def warn_of_waiting(count: int, tracking: Tracking) -> None:
    """Says that networks wait in the outbox, if there are any."""
    if count:
        runs, them = ("1 run waits", "it") if count == 1 else (f"{count} runs wait", "them")
        log.warning(
            "%s in %s until the %s answers; the next call delivers %s",
            runs,
            tracking.outbox,
            describe_kind(tracking.uri),
            them,
        )


def replay(kept: PendingTermination, store: Writer, tracking: Tracking) -> None:
    """Closes a run; records a network, unless it is there: delivered by one who did not live to say so, or trained by another."""
    went_away = f"the {describe_kind(tracking.uri)} went away; see the finished run"
    reason = went_away if isinstance(kept, PendingRun) else ""
    was = store.close(kept.run_id, kept.status, kept.ended, reason) if kept.run_id else ""
    if not isinstance(kept, PendingRun) or was == "FINISHED":
        return
    parent = kept.parent or find_parent_run_id(kept.source)
    config = parse_yaml(kept.source, replace(tracking, parent_run_id=parent))
    same = {compute_fingerprint(config), former_fingerprint(config)}
    if kept.fingerprint not in same:
        raise ConfigError("its csv file or our numerics have changed since it was trained")
    if store.recorded(kept.fingerprint, kept.began):
        return
    if not config.force and store.find_finished(same):
        return
    sweep = (store.sweep_of(parent) if parent else None) or Sweep(1, [])
    progress = SweepProgress([config.training.epochs], 1, 0)
    run = JobRun(Job(config, kept.source, kept.number), 0, sweep, store, progress, kept)
    run.log(
        [Chunk(1, {key: values[:, None] for key, values in kept.metrics.items()}, [kept.weights])]
    )
    with suppress(DivergedError):
        run.complete()
    if run.away:
        raise run.away
