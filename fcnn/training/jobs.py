"""One job: a config to be trained once, and its MLflow run from the moment its training starts until it is complete."""

import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcnn.config.errors import FcnnError
from fcnn.config.schema import Config, SyntheticDataset
from fcnn.data import Data, load_data
from fcnn.escaping import printable
from fcnn.libraries.base import Chunk, load_library
from fcnn.network import Weights, forward, layer_sizes, n_parameters, output_mismatch
from fcnn.params import (
    DATASET_KEYS,
    SEED_KEY,
    compute_fingerprint,
    config_params,
    format_label,
    format_layer_sizes,
    with_table_name,
)
from fcnn.tracking.address import kind
from fcnn.tracking.outbox import Outbox, PendingRun
from fcnn.tracking.provenance import environment_tags
from fcnn.tracking.recorder import DivergedError, Recorder, check_finite
from fcnn.tracking.store import DiskFullError, StoreError, redact
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.progress import SweepProgress

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class Job:
    """One run to be made: its config, the YAML to keep with it (`to_keep`), and its number in the sweep (from 0)."""

    config: Config
    source: str
    number: int = 0


class JobRun:
    """The run of a job that is network `member` of its population; it began, ended and was made as `before`, where it was kept before.

    Nothing here raises but `complete`: what goes wrong with one run is no other run's business. When the store is away or
    refuses the run, `away` says why, and the network goes into the outbox.
    """

    def __init__(
        self,
        job: Job,
        member: int,
        sweep: Sweep,
        store: Writer,
        progress: SweepProgress,
        before: PendingRun | None = None,
    ) -> None:
        self.job, self.member, self.progress = job, member, progress
        self.provenance = before.provenance if before else environment_tags()
        self.name = f"run {job.number}"
        self.epoch, self.last = 0, {"loss": float("nan"), "val_loss": float("nan")}
        self.metrics: list[dict[str, NDArray[np.float32]]] = []
        self.weights: Weights = []
        self.error: Exception | None = None
        self.recorder: Recorder | None = None
        self.away: StoreError | None = None
        self.completed = False
        self.began, self.began_at, self.ended_at = (
            time.monotonic(),
            before.began if before else _now(),
            before.ended if before else None,
        )
        with self._noting():
            self.data = load_data(job.config)
            self.fingerprint = compute_fingerprint(job.config)
            sizes = layer_sizes(self.data, job.config.model)
            # MLflow sorts params as text: filled up with zeros, sizes sort as numbers.
            params = config_params(job.config) | {
                "model.units": format_layer_sizes(sizes),
                "model.parameters": f"{n_parameters(sizes):08d}",
            }
            shown = with_table_name(params, sweep.tables)
            self.name = format_label(shown, [*sweep.axes, SEED_KEY])
            self.recorder = store.run(
                job.config,
                name=self.name,
                dataset=format_label(shown, DATASET_KEYS),
                params=params,
                fingerprint=self.fingerprint,
                source=job.source,
                provenance=self.provenance,
                began_at=self.began_at,
            )

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Takes note of what goes wrong instead of raising it."""
        try:
            yield
        except DiskFullError as error:
            self.error = error
        except StoreError as error:
            self.away = self.away or error
        except Exception as error:
            self.error = self.error or error

    def log(self, chunks: Sequence[Chunk]) -> int:
        """Logs the member's metrics up to the run's last epoch, at which a chunk ends; gives the number of epochs."""
        mine = [chunk for chunk in chunks if chunk.last_epoch <= self.job.config.training.epochs]
        if not mine:
            return 0
        epochs = mine[-1].last_epoch - self.epoch
        self.epoch, self.weights = mine[-1].last_epoch, mine[-1].weights[self.member]
        metrics = {
            key: np.concatenate([chunk.metrics[key][:, self.member] for chunk in mine])
            for key in mine[0].metrics
        }
        self.metrics.append(metrics)
        self.last = {key: float(values[-1]) for key, values in metrics.items()}
        if self.recorder and not self.away and not self.error:
            with self._noting():
                self.recorder.log(mine[0].first_epoch, metrics)
        with self._noting():
            check_finite(mine[0].first_epoch, metrics)
        return epochs

    def fail(self, error: Exception | None) -> None:
        """Takes note of what ended the training, if it did so before the run was through."""
        if error and not self._trained:
            self.error = self.error or error

    def complete(self) -> float:
        """Records what the network has become and ends the run; gives its last validation loss.

        Raises:
            DivergedError: the loss is not finite; the run is FAILED and has its curve up to there.
            Exception: what else went wrong with this run.
        """
        self.completed = True
        if self.recorder and not self.away:
            self.recorder.ended_at = self.ended_at
            with self._noting(), self.recorder:
                if self.error:
                    raise self.error
                self._record(self.recorder)
        # What the store refuses it may take another day; what is trained is not thrown away for it.
        if self.away and (self._trained or isinstance(self.error, DivergedError)):
            try:
                self._keep()
            except StoreError as error:  # of the outbox: now the network is lost
                self.error = error
        if self.error:
            if (
                self.progress.runs > 1 or self.job.config.tracking.parent_run_id
            ):  # the command of a single run says it at its end
                self._say(redact(str(self.error)))
                # Of a sweep's failures Hydra would show the first one only.
                if not isinstance(self.error, FcnnError):
                    trace = redact("".join(traceback.format_exception(self.error)))
                    log.error(printable(trace, newlines=True))
            raise self.error
        losses = f"loss {self.last['loss']:.3g}, validation loss {self.last['val_loss']:.3g}"
        if "val_accuracy" in self.last:
            losses += f", validation accuracy {self.last['val_accuracy']:.3g}"
        if self.recorder and self.progress.runs == 1:
            losses = f"run {self.recorder.run_id}, {losses}"
        until = f", kept until the {kind(self.job.config.tracking.uri)} answers"
        self._say(losses + (until if self.away else ""))
        return self.last["val_loss"]

    @property
    def _trained(self) -> bool:
        return self.epoch == self.job.config.training.epochs

    def _keep(self) -> None:
        kept = PendingRun(
            run_id=self.recorder.run_id if self.recorder else None,
            status="KILLED",
            ended=self.ended_at or _now(),
            began=self.began_at,
            source=self.job.source,
            number=self.job.number,
            fingerprint=self.fingerprint,
            provenance=self.provenance,
            metrics={
                key: np.concatenate([part[key] for part in self.metrics]) for key in self.metrics[0]
            },
            weights=self.weights,
            parent=self.job.config.tracking.parent_run_id,
        )
        Outbox(self.job.config.tracking).put(kept, kept.name)

    def leave(self) -> None:
        """Ends a run that is still open when the sweep is left: as complete if its network is trained, else as KILLED."""
        with suppress(Exception):  # the others are to be closed, too
            if self._trained and not self.completed and not self.error:
                self.complete()
            elif self.recorder and not self.completed:
                self.recorder.end(KeyboardInterrupt())

    def _say(self, outcome: str) -> None:
        self.progress.ended(self.name, f"{outcome}, {time.monotonic() - self.began:.1f} s")

    def _record(self, recorder: Recorder) -> None:
        config, data = self.job.config, self.data
        recorder.log_arrays(_arrays(config, data, self.weights))
        if config.tracking.save_model:
            library = load_library(config.library)
            model = library.build_model(config, data, self.weights)
            recorder.log_model(config.library, model, data)
            x = data.x_val if data.x_val_raw is None else data.x_val_raw
            off = output_mismatch(
                library.predict(model, x), self.weights, data, config.model.activation
            )
            if off is not None:
                unit = " deviations of the target" if data.y_scale else ""
                fault = f"differs from the network that was evaluated, by up to {off:.2g}{unit}"
                if config.library == "keras":
                    fault += ": predict() rounds its inputs to float32; model(x) takes float64"
                recorder.tag_model(fault)
                log.warning("%s: its saved model %s", self.name, fault)


def _now() -> int:
    return int(time.time() * 1000)


def _arrays(config: Config, data: Data, weights: Weights) -> dict[str, NDArray[Any]]:
    """What a report draws a network from: its weights, and of a table what cannot be made again from the config.

    A network of 16 hidden units takes one kilobyte so, where its predictions on a grid would take fifteen.
    """
    arrays: dict[str, NDArray[Any]] = {
        f"weights_{index}": values for index, values in enumerate(weights)
    }
    if not isinstance(config.dataset, SyntheticDataset):
        arrays |= {
            "true": data.y_val,
            "predicted": forward(weights, data.x_val, config.model.activation, data.task),
        }
        arrays["classes"] = np.array(data.classes, dtype=str)
        if data.n_inputs == 2:
            arrays |= {"x": data.x, "y": data.y}
    return arrays
