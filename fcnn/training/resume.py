"""What is there already: a finished run of the same fingerprint is not trained again, whichever study it came from."""

import logging
import math
from collections.abc import Sequence

from fcnn.config.schema import Config, CsvDataset
from fcnn.data import file_digest
from fcnn.params import compute_fingerprint
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.plan import Finished
from fcnn.tracking.store import StoreError, exists
from fcnn.tracking.writer import Writer
from fcnn.training.delivery import deliver, warn_of_waiting

log = logging.getLogger("fcnn")


class ResumePlan:
    """The configs of one sweep, and which of them have a finished run.

    `configs` are they and `fingerprints` are theirs. `there` are the finished runs by the places of their configs; none with `force`, or where there
    is no store yet. `first` is of each config the place of the first one with the same fingerprint, and `missing` the places of
    those that have to be trained. Whoever asks for more than a dry run has the store tidied first: what processes of this machine
    left open when they were killed is closed, and what waits for the store is delivered.

    Raises:
        StoreError: the store cannot be opened.
    """

    def __init__(self, configs: Sequence[Config]) -> None:
        self.configs, self.config = configs, configs[0]
        uri, waits = self.config.tracking.uri, Outbox(self.config.tracking).files()
        # What waits for a store that was deleted is delivered into a new one.
        opens = exists(uri) or (waits and not self.config.dry_run)
        self.store = Writer(uri) if opens else None
        if self.store and not self.config.dry_run:
            self._tidy(self.store)
        self.fingerprints = [compute_fingerprint(config) for config in configs]
        found = self._finished() if self.store and not self.config.force else {}
        self.there = {
            place: found[one] for place, one in enumerate(self.fingerprints) if one in found
        }
        seen: dict[str, int] = {}
        self.first = [seen.setdefault(one, place) for place, one in enumerate(self.fingerprints)]
        self.missing = sorted(set(self.first) - set(self.there))

    def _finished(self) -> dict[str, Finished]:
        """The finished runs by fingerprint; what 0.1.0 has finished of a csv file goes by the fingerprint that it has there."""
        assert self.store is not None
        found = self.store.finished(set(self.fingerprints))
        digests = {
            config.dataset.digest or file_digest(config.dataset.path)
            for config, fingerprint in zip(self.configs, self.fingerprints, strict=True)
            if fingerprint not in found and isinstance(config.dataset, CsvDataset)
        }
        former = self.store.former_fingerprints(digests)
        self.fingerprints = [
            one if one in found else former.get(one, one) for one in self.fingerprints
        ]
        return found | self.store.finished(set(self.fingerprints) - set(found))

    def _tidy(self, store: Writer) -> None:
        warn_of_waiting(deliver(store, self.config.tracking), self.config.tracking)
        # Only now, because the outbox knows better how some of them ended.
        left = store.close_orphaned_runs()
        if left:
            runs = "1 run was" if left == 1 else f"{left} runs were"
            log.info("%s interrupted when their process was killed", runs)

    def complete(self) -> bool:
        """Whether nothing has to be trained, and the newest sweep of the study planned the very same runs."""
        plan = (
            self.store.plan(self.config.sweep_experiment)
            if self.store and not self.missing
            else None
        )
        return plan is not None and plan.fingerprints == set(self.fingerprints)

    def words(self) -> str:
        """`54 of 60 runs are there, training 6`, for a dry run with about how long that would take.

        What a report will show together with these is named where it is of other configs.
        """
        there, missing = (
            f"{len(self.there)} of {len(self.fingerprints)} runs are there",
            len(self.missing),
        )
        if self.config.force:
            return f"{missing} runs {'would' if self.config.dry_run else 'will'} train, also those that are there"
        if not self.config.dry_run:
            return f"{there}, training {missing}{self._others()}"
        if not missing:
            return f"{there}, 0 would train"
        seconds_per_run = self.store.seconds_per_run() if self.store else None
        if seconds_per_run is None:
            return f"{there}, {missing} would train; no sweep yet tells how long it takes"
        return f"{there}, {missing} would train; about {seconds_per_run * missing:.0f} s beside the start, at {seconds_per_run:.2g} s a run as in a sweep before"

    def _others(self) -> str:
        """That the study has other runs and none of these; where its plans cannot be read the report will say so."""
        name = self.config.sweep_experiment
        try:
            plan = self.store.plan(name) if self.store and self.missing else None
        except StoreError:
            plan = None
        if plan is None or plan.ever & set(self.fingerprints):
            return ""
        return f"; the report of {name} will show them with the {len(plan.ever)} that it has"


def single(config: Config) -> float | None:
    """Says so where a single run need not be trained, and gives its last validation loss (of a dry run NaN); else None.

    Raises:
        StoreError: the store cannot be opened.
    """
    inventory = ResumePlan([config])
    if config.dry_run:
        log.info(inventory.words())
        return math.nan
    if inventory.missing:
        return None
    there = inventory.there[0]
    log.info(
        "run %s is there, validation loss %.3g; force=true trains it anew", there.run_id, there.loss
    )
    return there.loss
