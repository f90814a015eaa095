"""One run on its way: joins a job, the history of its network and its recorder."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from fcnn.data import load_data
from fcnn.errors import StoreError
from fcnn.evaluation import evaluate_test_sample
from fcnn.libraries.base import Chunk
from fcnn.network import layer_sizes, n_parameters
from fcnn.tracking.address import describe_kind
from fcnn.tracking.divergence import describe_divergence
from fcnn.tracking.names import SETTLED
from fcnn.tracking.outbox import PendingRun
from fcnn.tracking.recorder import KeptNetwork, Recorder, write_runs
from fcnn.tracking.redaction import redact
from fcnn.tracking.writer import Writer
from fcnn.training.artifacts import make_network_arrays
from fcnn.training.history import TrainingHistory
from fcnn.training.jobs import Job, OpenSweep, RunResult, log_result
from fcnn.training.progress import SweepProgress
from fcnn.training.run_description import describe_run
from fcnn.training.summary import summarize_run


class JobRun:
    """The run of a job from the moment its training starts until it is recorded.

    What it has to say is queued; `write_job_runs` writes it for all runs of a population. Nothing
    raises here: what goes wrong with one run leaves the others of its population whole, and becomes
    the error of its result.

    Args:
        job: What is trained.
        member: The network's place in its population.
        sweep: The sweep that it belongs to, with the open store.
        progress: Told when the run ends.
        restored: The network as the outbox kept it, if it was trained before.
    """

    def __init__(
        self,
        job: Job,
        member: int,
        sweep: OpenSweep,
        progress: SweepProgress,
        restored: PendingRun | None = None,
    ) -> None:
        self.job = job
        self.progress = progress
        self.name = f"run {job.number}"
        self.history = TrainingHistory(job.config.training.epochs, member)
        self.recorder = Recorder(sweep.store)
        self.error: Exception | None = None
        self.test_metrics = restored.test_metrics if restored else {}
        self._settled_loss = math.nan
        self._store = sweep.store
        self._is_ended = False
        self._start_s = time.monotonic()
        with self._note_error():
            config = job.config
            self.data = load_data(config)
            description = describe_run(job, self.data, sweep, restored)
            self._constant_loss = description.constant_loss
            self.name = description.name
            self.recorder.open(description)

    def log(self, chunks: Sequence[Chunk]) -> int:
        """Queue the epochs of the run that are in these chunks.

        Returns:
            The number of epochs.
        """
        start = self.history.epoch
        is_over = self.history.diverged_epoch is not None
        metrics = self.history.append(chunks)
        if metrics is None:
            return 0
        if self.error is None and not is_over and (run := self.recorder.run):
            run.log_points(start + 1, metrics)
        return self.history.epoch - start

    def set_error(self, error: Exception | None) -> None:
        """Note what ended the training of the population before this run was complete."""
        if error and not self.history.has_result:
            self.error = self.error or error

    def finish(self) -> RunResult:
        """Record the trained network, or that the training diverged, and end the run."""
        (result,) = finish_job_runs(self._store, [self])
        return result

    def end(self) -> None:
        """Queue the trained network, or that the training diverged, and the end of the run."""
        self._is_ended = True
        if self.error is None:
            with self._note_error():
                self._record_outcome()
        if run := self.recorder.run:
            run.end(self.error)

    def settle(self) -> RunResult:
        """Return the result of a run that is written, or let its network wait in the outbox."""
        with self._note_error():
            self.recorder.settle(self._network_to_keep())
        return self._make_result()

    @property
    def is_recordable(self) -> bool:
        """Whether the network is trained and not recorded yet."""
        return not self._is_ended and self.history.has_result and self.error is None

    def close(self) -> None:
        """End a run that is still open when its sweep is left.

        A network that is trained is recorded all the same; any other run ends as KILLED.
        """
        if self._is_ended:
            return
        with suppress(Exception):  # the other runs are to be closed too
            if self.is_recordable:
                log_result(self.finish())
            else:
                self.recorder.kill()

    @contextmanager
    def _note_error(self) -> Iterator[None]:
        """Note what goes wrong instead of raising it."""
        try:
            yield
        except StoreError as error:  # a full disk, or an outbox that cannot be written
            self.error = error
        except Exception as error:
            self.error = self.error or error

    def _network_to_keep(self) -> KeptNetwork | None:
        """The network if it came to an end: what the store rejects today it may take tomorrow."""
        if self.history.has_result:
            ending = self.history.ending
            return KeptNetwork(
                self.history.metrics,
                self.history.weights,
                self.test_metrics,
                (ending.kept_epoch, ending.end_epoch) if ending else None,
            )
        return None

    def _record_outcome(self) -> None:
        """Record the network with its metrics; of one that diverged, what is known without it."""
        history, config, run = self.history, self.job.config, self.recorder.run
        final = self._summarize()
        self._settled_loss = final.get(SETTLED, math.nan)
        if history.diverged_epoch is None:
            self.test_metrics = self.test_metrics or evaluate_test_sample(
                history.weights, self.data, config.model.activation
            )
        if run is None:
            return
        if history.diverged_epoch is not None:
            run.tag_divergence(history.diverged_epoch)
            # A population goes on where the network alone would have stopped.
            run.log_final(history.diverged_epoch, final)
            return
        final |= self.test_metrics
        if history.ending:
            run.tag_kept_epoch(history.ending.kept_epoch)
            final |= {f"kept_{name}": value for name, value in history.latest.items()}
        run.log_final(history.epoch, final)
        run.log_artifacts(make_network_arrays(config, self.data, history.weights), self.data.schema)

    def _summarize(self) -> dict[str, float]:
        model = self.job.config.model
        n_weights = n_parameters(layer_sizes(self.data, model), model.normalization)
        return summarize_run(self.history, n_weights, self._constant_loss)

    def _make_result(self) -> RunResult:
        seconds = time.monotonic() - self._start_s
        if self.error:
            # The command of a single run tells of it at its end.
            if self.progress.n_runs == 1 and not self.job.config.tracking.parent_run_id:
                return RunResult(self.job, float("nan"), self.error)
            outcome = redact(str(self.error))
            summary = self.progress.end_run(self.name, f"{outcome}, {seconds:.1f} s")
            return RunResult(self.job, float("nan"), self.error, summary)
        latest = self.history.latest
        val_loss = latest.get("val_score", latest["val_loss"])
        if self.history.diverged_epoch:
            val_loss = math.inf
        outcome = self._describe_outcome()
        summary = self.progress.end_run(self.name, f"{outcome}, {seconds:.1f} s")
        return RunResult(self.job, val_loss, None, summary, self._settled_loss)

    def _describe_outcome(self) -> str:
        """Say what has come out of a run without an error."""
        latest = self.history.latest
        outcome = f"loss {latest['loss']:.3g}, validation loss {latest['val_loss']:.3g}"
        if "val_accuracy" in latest:
            outcome += f", validation accuracy {latest['val_accuracy']:.3g}"
        if self.history.diverged_epoch:
            outcome = describe_divergence(self.history.diverged_epoch)
        if self.progress.n_runs == 1 and self.recorder.run_id:
            outcome = f"run {self.recorder.run_id}, {outcome}"
        if self.recorder.deferred:
            outcome += f", kept until the {describe_kind(self.job.config.tracking.uri)} answers"
        return outcome


def write_job_runs(store: Writer, runs: Sequence[JobRun]) -> None:
    """Write what is queued of runs."""
    write_runs(store, [run.recorder for run in runs])


def finish_job_runs(store: Writer, runs: Sequence[JobRun]) -> list[RunResult]:
    """Record the outcomes of runs together, and return their results."""
    for run in runs:
        run.end()
    write_job_runs(store, runs)
    return [run.settle() for run in runs]
