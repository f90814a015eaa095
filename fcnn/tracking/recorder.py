"""How training records its runs: what each has to say is queued, and written for many at once.

What is slow or can fail about it is dealt with behind these calls; `Writer` has all the others.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fcnn.errors import StoreError, StoreRejectedError
from fcnn.tracking.mlflow_run import MlflowRun, describe_error, now_ms
from fcnn.tracking.names import INTERRUPTED
from fcnn.tracking.outbox import Outbox, PendingRun
from fcnn.tracking.run_writer import RunDescription
from fcnn.tracking.writer import Writer


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

    What is logged with `run` is queued; `write_runs` writes what is queued of several runs. A store
    that goes away, rejects something or has no space left ends no training: there is no `run` then,
    `deferred` says why, and `settle` puts the network into the outbox.

    Example:
        >>> recorder = Recorder(store)
        >>> recorder.open(description)
        >>> if recorder.run:
        ...     recorder.run.log_points(1, {"loss": losses, "val_loss": validation_losses})
        ...     recorder.run.end()
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
    def run(self) -> MlflowRun | None:
        """The run, as long as the store takes everything; None otherwise."""
        if self._run is None or self._run.fault or self._reason:
            return None
        return self._run

    def open(self, description: RunDescription) -> None:
        """Open the run with its params, config and data set."""
        self._description = description
        try:
            self._run = self._store.open_run(description)
        except StoreError as error:
            self._reason = error

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
        if run := self.run:
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
            ended_ms=description.ended_ms or now_ms(),
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
    store.write([run for recorder in recorders if (run := recorder.run)])
