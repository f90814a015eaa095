"""What is there already: a finished run of the same fingerprint is not trained again, whichever study it came from."""

import logging
import math
from collections.abc import Collection, Sequence

from fcnn.config import GRID, Config, Tracking
from fcnn.delivery import deliver
from fcnn.jobs import fingerprint
from fcnn.tracking.lookup import Finished, Lookup
from fcnn.tracking.reader import Reader
from fcnn.tracking.store import exists
from fcnn.tracking.writer import Store

log = logging.getLogger("fcnn")


def tidy(tracking: Tracking) -> None:
    """Closes what processes of this machine left open when they were killed, and delivers what waits for the store.

    Raises:
        StoreError: the store cannot be opened.
    """
    if exists(tracking.uri):
        store = Store(tracking.uri)
        deliver(store, tracking)  # which knows better how some of them ended
        left = store.close_left()
        if left:
            log.info("%d runs of a process that is no more are closed as KILLED", left)


def finished(configs: Sequence[Config]) -> dict[int, Finished]:
    """The finished runs of those configs that have one, by their place; none with `force`, or where there is no store yet.

    Raises:
        StoreError: the store cannot be opened.
    """
    first = configs[0]
    if first.force or not exists(first.tracking.uri):
        return {}
    fingerprints = [fingerprint(config) for config in configs]
    found = Lookup(first.tracking.uri).finished(set(fingerprints))
    return {place: found[one] for place, one in enumerate(fingerprints) if one in found}


def first_places(configs: Sequence[Config]) -> list[int]:
    """Of each config the place of the first one with the same fingerprint, which is trained for all of them."""
    first: dict[str, int] = {}
    return [first.setdefault(fingerprint(config), place) for place, config in enumerate(configs)]


def planned(configs: Sequence[Config]) -> bool:
    """Whether the newest sweep of the study planned the very same runs."""
    first = configs[0]
    plan = Reader(first.tracking.uri).plan(first.study.name or GRID) if exists(first.tracking.uri) else None
    return plan is not None and plan.fingerprints == {fingerprint(config) for config in configs}


def words(configs: Sequence[Config], there: Collection[int]) -> str:
    """`54 of 60 runs are there, training 6`, for a dry run with about how long that takes."""
    if configs[0].force:
        return f"{len(set(first_places(configs)))} runs would train, also those that are there"
    first, missing = configs[0], len(set(first_places(configs)) - set(there))
    if not first.dry_run:
        return f"{len(there)} of {len(configs)} runs are there, training {missing}"
    pace = Lookup(first.tracking.uri).pace() if missing and exists(first.tracking.uri) else None
    time = f"about {pace * missing:.0f} s, at {pace:.2g} s a run as in a sweep before" if pace else "no sweep yet tells how long it takes"
    return f"{len(there)} of {len(configs)} runs are there, {missing} would train" + (f"; {time}" if missing else "")


def single(config: Config) -> float | None:
    """Says so where a single run need not be trained, and gives its last validation loss (of a dry run NaN); else None.

    Raises:
        StoreError: the store cannot be opened.
    """
    if not config.dry_run:
        tidy(config.tracking)
    there = finished([config])
    if config.dry_run:
        log.info(words([config], there))
        return math.nan
    if not there:
        return None
    log.info("run %s is there, validation loss %.3g; force=true trains it anew", there[0].run_id, there[0].loss)
    return there[0].loss
