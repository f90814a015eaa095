"""Delivers the outbox: a waiting network is recorded with its own times and versions."""

import logging
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from filelock import Timeout

from fcnn.config.parsing import find_parent_run_id, parse_yaml
from fcnn.config.schema import Tracking
from fcnn.errors import ConfigError, DiskFullError, StoreRejectedError, StoreUnavailableError
from fcnn.libraries.base import Chunk
from fcnn.libraries.stopping import Ending
from fcnn.params import compute_fingerprint
from fcnn.quantities import count
from fcnn.tracking.address import describe_kind
from fcnn.tracking.outbox import Outbox, PendingRun, PendingTermination, read_entry
from fcnn.tracking.redaction import describe_briefly
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.job_run import JobRun
from fcnn.training.jobs import Job, OpenSweep, log_result
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")

_undeliverable: dict[Path, str] = {}
"""Files with a fault of their own, with the fingerprints of their networks, empty if unknown.

A command tries them after each population and warns once.
"""
_warned: set[str] = set()
"""Why the store has rejected others, as while an experiment is deleted: these go on waiting."""


def list_waiting(tracking: Tracking, fingerprints: Collection[str] = ()) -> list[Path]:
    """List the networks that wait for this store.

    Those with a fault of their own, which a warning has named, are left out.

    Args:
        tracking: Names the outbox.
        fingerprints: Networks that are listed all the same.
    """
    return [
        file
        for file in Outbox(tracking).list_networks()
        if file not in _undeliverable or _undeliverable[file] in fingerprints
    ]


def deliver(store: Writer, tracking: Tracking, at_once: bool = False) -> int:
    """Record what the outbox keeps for this store, unless another process is delivering it.

    What cannot be delivered stays where it is, and a warning says why; it waits unless the fault is
    its own.

    Args:
        store: The open store.
        tracking: Names the outbox.
        at_once: Ask the store now, even in the pause after a failure.

    Returns:
        How many networks still wait.
    """
    outbox = Outbox(tracking)
    failures: dict[str, list[Path]] = defaultdict(list)
    if outbox.list_files() and store.guard.is_available(at_once):
        with suppress(Timeout, OSError, StoreUnavailableError), outbox.lock():
            n_outages = 0
            for file in outbox.list_files():
                fingerprint = ""
                try:
                    entry = read_entry(file)
                    if isinstance(entry, PendingRun):
                        fingerprint = entry.fingerprint
                    replay(entry, store, tracking)
                    file.unlink(missing_ok=True)
                    _undeliverable.pop(file, None)
                except (StoreUnavailableError, DiskFullError):
                    n_outages += 1
                    # The first may be the fault of its file, which the others need not wait for.
                    if n_outages > 1 or not store.guard.is_available(probe_now=True):
                        break
                except StoreRejectedError as error:
                    failures[describe_briefly(error)].append(file)
                except Exception as error:  # of this file; the others are to be delivered
                    if file not in _undeliverable:
                        failures[describe_briefly(error)].append(file)
                    _undeliverable[file] = fingerprint
    _warn_of_failures(
        {reason: files for reason, files in failures.items() if reason not in _warned}
    )
    _warned.update(failures)
    return len(list_waiting(tracking))


def warn_of_waiting(n_waiting: int, store: Writer, tracking: Tracking) -> None:
    """Warn that networks wait in the outbox, if there are any, and say why."""
    if n_waiting:
        runs = count(n_waiting, "run", ("waits", "wait"))
        them = "it" if n_waiting == 1 else "them"
        reason = f"{store.guard.outage}; " if store.guard.outage else ""
        log.warning(
            f"{reason}{runs} in {tracking.outbox} until the {describe_kind(tracking.uri)} answers; "
            f"the next call delivers {them}"
        )


def replay(entry: PendingTermination, store: Writer, tracking: Tracking) -> None:
    """Close a run, and record its network unless the store has it already.

    It has it if another process delivered it and was killed before it removed the file, or if
    the same config was trained again.
    """
    went_away = f"the {describe_kind(tracking.uri)} went away; see the finished run"
    reason = went_away if isinstance(entry, PendingRun) else ""
    status = ""
    if entry.run_id:
        status = store.close_run(entry.run_id, entry.status, entry.ended_ms, reason)
    if not isinstance(entry, PendingRun) or status == "FINISHED":
        return
    parent_run_id = entry.parent_run_id or find_parent_run_id(entry.config_yaml)
    config = parse_yaml(entry.config_yaml, replace(tracking, parent_run_id=parent_run_id))
    fingerprint = compute_fingerprint(config)
    if entry.fingerprint != fingerprint:
        raise ConfigError("its csv file or our numerics have changed since it was trained")
    if store.is_recorded(entry.fingerprint, entry.started_ms):
        return
    if not config.force and store.find_finished({fingerprint}):
        return
    sweep = (store.read_sweep(parent_run_id) if parent_run_id else None) or Sweep(1, [])
    job = Job(config, entry.config_yaml, fingerprint, entry.number)
    _record_entry(entry, job, OpenSweep(store, sweep, tracking))


def _record_entry(entry: PendingRun, job: Job, sweep: OpenSweep) -> None:
    """Record a network as if it had been trained now.

    Raises:
        StoreError: The store did not take it.
        Exception: Whatever else went wrong.
    """
    metrics = {key: values[:, None] for key, values in entry.metrics.items()}
    progress = SweepProgress([job.config.training.epochs], 1)
    run = JobRun(job, 0, sweep, progress, restored=entry)
    ending = Ending(*entry.ending) if entry.ending else None
    run.log([Chunk(1, metrics, [entry.weights], [ending])])
    result = run.finish()
    if result.error:
        raise result.error
    if run.recorder.deferred:
        raise run.recorder.deferred
    log_result(result)


def _warn_of_failures(failures: dict[str, list[Path]]) -> None:
    for reason, files in failures.items():
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        log.warning(f"{files[0]}{more} cannot be delivered: {reason}")
