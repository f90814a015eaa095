"""Delivers what waits in the outbox: a kept network is recorded as if it had been trained now, with its own times."""

import logging
from contextlib import suppress
from dataclasses import replace

from filelock import Timeout
from omegaconf import DictConfig, OmegaConf

from fcnn.config import Tracking
from fcnn.jobs import Job, JobRun, fingerprint
from fcnn.libraries import Chunk
from fcnn.parsing import parse
from fcnn.progress import SweepProgress
from fcnn.tracking.outbox import Kept, Outbox, read
from fcnn.tracking.reader import Reader
from fcnn.tracking.recorder import DivergedError, Store, Sweep
from fcnn.tracking.store import AwayError, redact

log = logging.getLogger("fcnn")


def deliver(store: Store, tracking: Tracking) -> int:
    """Records what the outbox keeps for this store, if it answers and no other process is at it; gives how many networks still wait."""
    outbox = Outbox(tracking.outbox, tracking.uri)
    if (outbox.networks() or outbox.ends()) and store.connection.answers():
        with suppress(Timeout, AwayError), outbox.lock():
            for file in outbox.networks():
                kept = read(file)
                try:
                    _record(store, kept, tracking)
                except AwayError:
                    raise
                except Exception as error:  # this one can never be delivered, or not by us; it is kept
                    log.warning("%s cannot be delivered: %s", file, redact(str(error)))
                else:
                    file.unlink()
            for run_id, status in outbox.ends().items():
                store.close(run_id, status)
                outbox.remove_end(run_id)
    return len(outbox.networks())


def _record(store: Store, kept: Kept, tracking: Tracking) -> None:
    composed = OmegaConf.create(kept.source)
    assert isinstance(composed, DictConfig)
    config = parse(composed)
    config = replace(config, tracking=replace(config.tracking, uri=tracking.uri))
    if kept.run_id:
        store.close(kept.run_id)
    if config.force or fingerprint(config) not in Reader(tracking.uri).finished([fingerprint(config)]):
        parent = config.tracking.parent_run_id
        sweep = store.sweep_of(parent) if parent else Sweep(1, [])
        progress = SweepProgress([config.training.epochs], 1, 0)
        run = JobRun(Job(config, kept.source, kept.number), 0, sweep, store, progress, kept.began)
        run.log([Chunk(1, {key: values[:, None] for key, values in kept.metrics.items()}, [kept.weights])])
        with suppress(DivergedError):
            run.complete(kept.ended)
        if run.away:
            raise AwayError("the server has gone away again")
