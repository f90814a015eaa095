"""How training records its runs: what each has to say is queued, and written for many at once.

What is slow or can fail about it is dealt with behind these calls; `Writer` has all the others.
"""

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schema import Config
from fcnn.data.table_schema import TableSchema
from fcnn.errors import StoreError, StoreRejectedError
from fcnn.escaping import markdown
from fcnn.tracking.mlflow_run import MlflowRun, describe_error
from fcnn.tracking.names import CONSTANT_LOSS, INTERRUPTED, NOISE_FLOOR, NOTE
from fcnn.tracking.outbox import Outbox, PendingRun
from fcnn.tracking.writer import Writer


@dataclass(frozen=True, kw_only=True)
class RunDescription:
    """All that a run records of itself when it opens.

    `config_yaml` is the YAML that the run keeps, `environment` the versions, commit and machine as
    tags, `number` its place in the sweep. `constant_loss` and `noise_floor` are the losses that
    its own is judged by. `started_ms` and `ended_ms` are in ms since the epoch, the latter None
    unless the run ended in the past, as one from the outbox did. `notes` say what was decided.
    """

    config: Config
    config_yaml: str
    fingerprint: str
    number: int
    name: str
    dataset: str
    params: Mapping[str, str]
    environment: Mapping[str, str]
    started_ms: int
    ended_ms: int | None = None
    constant_loss: float | None = None
    noise_floor: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """The tags of those reference losses that are known and finite, and a note for people."""
        losses = {CONSTANT_LOSS: self.constant_loss, NOISE_FLOOR: self.noise_floor}
        tags = {
            tag: repr(loss)
            for tag, loss in losses.items()
            if loss is not None and math.isfinite(loss)
        }
        note = "\n".join(f"- {markdown(note)}" for note in self.notes)
        return tags | {NOTE: note} if note else tags


@dataclass(frozen=True)
class KeptNetwork:
    """A network as the outbox keeps it.

    `metrics` are those from epoch 1 on, (epochs,) each; `test_metrics` those of its test sample.
    `ending` is the epoch that early stopping kept and the one that it ended at, 0 if it did not.
    """

    metrics: dict[str, NDArray[np.float32]]
    weights: list[NDArray[np.float32]]
    test_metrics: dict[str, float] = field(default_factory=dict)
    ending: tuple[int, int] | None = None


class Recorder:
    """Records one run in the store, or in the outbox when the store cannot take it.

    Every method but `kill` queues; `write_runs` writes what is queued of several runs. A store that
    goes away, rejects something or has no space left ends no training: `deferred` then says why,
    the remaining calls do nothing, and `settle` puts the network into the outbox.

    Example:
        >>> recorder = Recorder(store)
        >>> recorder.open(description)
        >>> recorder.log_points(1, {"loss": losses, "val_loss": validation_losses})
        >>> recorder.log_artifacts({"weights_0": kernel, "weights_1": bias})
        >>> recorder.end()
        >>> write_runs(store, [recorder])
        >>> recorder.settle(network)
    """

    def __init__(self, store: Writer) -> None:
        self._store = store
        self._run: MlflowRun | None = None
        self._description: RunDescription | None = None
        self._reason: StoreError | None = None

    @property
    def run_id(self) -> str | None:
        """The id of the MLflow run; None if the store could not open one."""
        return self._run.run_id if self._run else None

    @property
    def deferred(self) -> StoreError | None:
        """Why the store does not have all of the run, so that its network is for the outbox."""
        fault = self._run.fault if self._run else None
        if isinstance(fault, StoreError):
            return self._reason or fault
        return self._reason

    @property
    def is_recording(self) -> bool:
        """Whether the store has taken everything so far."""
        return self._recorded is not None

    @property
    def _recorded(self) -> MlflowRun | None:
        """The run, while the store takes everything."""
        if self._run is None or self._run.fault or self._reason:
            return None
        return self._run

    def open(self, description: RunDescription) -> None:
        """Open the run with its params, config and data set."""
        self._description = description
        try:
            self._run = self._store.open_run(
                description.config,
                name=description.name,
                params=description.params,
                fingerprint=description.fingerprint,
                config_yaml=description.config_yaml,
                tags=description.tags,
                environment=description.environment,
                started_ms=description.started_ms,
                ended_ms=description.ended_ms,
                dataset=description.dataset,
            )
        except StoreError as error:
            self._reason = error

    def log_points(self, first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
        """Log consecutive epochs, up to the first that is not finite.

        Args:
            first_epoch: Epoch of the first value, counted from 1.
            metrics: One array of shape (epochs,) per metric.
        """
        if run := self._recorded:
            run.log_points(first_epoch, metrics)

    def log_final(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Log metrics that a run has once, at its last epoch."""
        if run := self._recorded:
            run.log_final(epoch, metrics)

    def log_kept_epoch(self, epoch: int) -> None:
        """Note the epoch whose weights early stopping kept."""
        if run := self._recorded:
            run.tag_kept_epoch(epoch)

    def log_divergence(self, epoch: int) -> None:
        """Note the first epoch whose loss is not finite; the run still ends as FINISHED."""
        if run := self._recorded:
            run.tag_divergence(epoch)

    def log_artifacts(
        self, arrays: Mapping[str, NDArray[Any]], schema: TableSchema | None = None
    ) -> None:
        """Store the arrays that a report draws the network from, and what its columns mean."""
        if run := self._recorded:
            run.log_artifacts(arrays, schema)

    def end(self, error: BaseException | None = None) -> None:
        """End the run.

        Args:
            error: None for FINISHED, an `Exception` for FAILED, any other for KILLED.
        """
        if run := self._recorded:
            run.end(error)

    def settle(self, network: KeptNetwork | None = None) -> None:
        """Keep a network in the outbox if the store has not taken all of its run.

        Args:
            network: What the outbox keeps; None if there is nothing worth keeping.

        Raises:
            DiskFullError: The outbox has no space left either.
            StoreError: The outbox cannot be written.
            Exception: What else has kept the run from being written.
        """
        if self.deferred is None and self._run and self._run.fault:
            raise self._run.fault
        if isinstance(self.deferred, StoreRejectedError) and self.run_id:
            # The outbox delivers it as another run.
            with suppress(StoreError):
                reason = describe_error(self.deferred)
                self._store.close_run(self.run_id, "FAILED", reason=reason)
        if self.deferred and network:
            self._keep(network)

    def defer(self, reason: StoreError) -> None:
        """Let `settle` put the network into the outbox instead of recording the rest of it."""
        self._reason = self.deferred or reason

    def kill(self) -> None:
        """End the run as KILLED if the store can still be reached; nothing is kept of it."""
        if run := self._recorded:
            run.end(KeyboardInterrupt())
            write_runs(self._store, [self])
        elif self.run_id:
            self._store.close_run(self.run_id, "KILLED", reason=INTERRUPTED)

    def _keep(self, network: KeptNetwork) -> None:
        description = self._description
        assert description is not None
        tracking = description.config.tracking
        pending = PendingRun(
            run_id=self.run_id,
            status="KILLED",
            ended_ms=description.ended_ms or int(time.time() * 1000),
            config_yaml=description.config_yaml,
            number=description.number,
            started_ms=description.started_ms,
            fingerprint=description.fingerprint,
            environment=dict(description.environment),
            metrics=network.metrics,
            weights=network.weights,
            test_metrics=network.test_metrics,
            ending=network.ending,
            parent_run_id=tracking.parent_run_id,
        )
        Outbox(tracking).put(pending, pending.name)


def write_runs(store: Writer, recorders: Sequence[Recorder]) -> None:
    """Write what is queued of runs; of those that the store does not take, `deferred` says why."""
    store.write([run for recorder in recorders if (run := recorder._recorded)])
