"""The store open for writing: opens sweeps, and closes orphaned runs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from mlflow.entities import Run

from fcnn.config.schema import Config, Study, Tracking
from fcnn.errors import StoreError
from fcnn.tracking import process
from fcnn.tracking.client import list_runs, tag_filter
from fcnn.tracking.descriptions import format_sweep_note
from fcnn.tracking.frames import has_result
from fcnn.tracking.mlflow_run import describe_error, now_ms, status_of
from fcnn.tracking.mlflow_view import refresh_view
from fcnn.tracking.names import (
    COMMAND,
    DATA_SEED,
    ERROR,
    FINGERPRINT,
    FORCED,
    INTERRUPTED,
    NOTE,
    PARENT,
    PLAN_FILE,
    PROCESS,
    RUNS,
    STUDY,
)
from fcnn.tracking.outbox import Outbox, PendingTermination
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.provenance import command
from fcnn.tracking.run_writer import RunWriter
from fcnn.tracking.sweep_summary import log_grid, log_outcome
from fcnn.tracking.tidying import clear_interruptions, delete_unfinished_models


@dataclass(frozen=True)
class Sweep:
    """What the runs of a sweep need to know of it; plain data, which workers are sent.

    `n_runs` are to be trained. `axes` are the keys that differ between them, `tables` the names of
    their csv files by digest. `parent_run_id` is None for a run outside a sweep.
    """

    n_runs: int
    axes: list[str]
    tables: dict[str, str] = field(default_factory=dict)
    parent_run_id: str | None = None


class Writer(RunWriter):
    """A store open for reading and writing."""

    @contextmanager
    def open_sweep(self, first: Config, plan: SweepPlan, n_runs: int) -> Iterator[str]:
        """Keep the parent run of a sweep open, and give its id.

        Where the store has gone away when the sweep ends, the outbox keeps that it has ended.

        Args:
            first: The first config, which names study and experiment.
            plan: What the sweep plans; a search completes it before it ends.
            n_runs: How many of its runs are to be trained.
        """
        experiment = first.sweep_experiment
        note = format_sweep_note(first.study, plan.axes)
        tags = {STUDY: experiment, NOTE: note, COMMAND: command(), **self.process_tag}
        if plan.seeds:
            tags[DATA_SEED] = plan.seeds.data_seed
        if first.force:
            tags[FORCED] = "true"
        experiment_id = self.open_experiment(experiment, first.study).experiment_id
        name = f"sweep of {n_runs} runs"
        run_id = self.client.create_run(experiment_id, None, tags, name).info.run_id
        with self._closing_on_error(run_id):
            self.write_plan(run_id, first.study, plan)
            log_grid(self.client, run_id, first, plan.axes)
            # Only now, because this tag tells readers that the plan exists.
            self.client.set_tag(run_id, RUNS, str(n_runs))
        outcome: BaseException | None = None
        try:
            yield run_id
        except BaseException as error:
            outcome = error
            raise
        finally:
            self._end_sweep(run_id, plan, outcome, first.tracking)
            with suppress(StoreError):
                refresh_view(self.client, experiment, self.plan(experiment))

    @contextmanager
    def _closing_on_error(self, run_id: str) -> Iterator[None]:
        """End a run in whose block an error is raised, if the store still takes that."""
        try:
            yield
        except BaseException as error:
            with suppress(StoreError):
                self.close_run(run_id, status_of(error), reason=describe_error(error))
            raise

    def write_plan(self, run_id: str, study: Study, plan: SweepPlan) -> None:
        """Store the plan of a sweep with its parent run."""
        self.client.log_dict(run_id, plan.to_file(study), PLAN_FILE)

    def read_sweep(self, parent_run_id: str) -> Sweep | None:
        """Read the sweep of a parent run, as workers do; None if the store has no such run."""
        runs = list_runs(self.client, f"attributes.run_id = '{parent_run_id}'")
        if not runs or RUNS not in runs[0].data.tags:
            return None
        plan = self.load_plan(parent_run_id)
        n_runs = int(runs[0].data.tags[RUNS])
        return Sweep(n_runs, list(plan["axes"]), plan.get("tables", {}), parent_run_id)

    def is_recorded(self, fingerprint: str, started_ms: int) -> bool:
        """Whether the store has the run that started at `started_ms`, with how it ended."""
        wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}' and attributes.start_time = {started_ms}"
        return any(map(has_result, list_runs(self.client, wanted)))

    def close_run(
        self, run_id: str, status: str, ended_ms: int | None = None, reason: str = ""
    ) -> str:
        """End a run of another process if it is RUNNING, without what it has stored half.

        Returns:
            The status that it had; DELETED if the store has no such run.
        """
        for run in list_runs(self.client, f"attributes.run_id = '{run_id}'"):
            if run.info.status == "RUNNING":
                self.client.set_terminated(run_id, status, ended_ms)
                if reason:
                    self.client.set_tag(run_id, ERROR, reason)
            if run.info.status != "FINISHED":
                delete_unfinished_models(self.client, run)
            return str(run.info.status)
        return "DELETED"

    def close_orphaned_runs(self) -> list[Run]:
        """End as KILLED the RUNNING runs of processes of this machine that were killed.

        Returns:
            These runs as they were, of networks and of sweeps.
        """
        running = list_runs(self.client, f"attributes.status = 'RUNNING' and {tag_filter(PROCESS)}")
        orphaned = [run for run in running if process.has_exited(run.data.tags[PROCESS])]
        reason = f"{INTERRUPTED}: its process was killed"
        # Their status again, because the process may have ended them since.
        return [
            run
            for run in orphaned
            if self.close_run(run.info.run_id, "KILLED", reason=reason) == "RUNNING"
        ]

    def _end_sweep(
        self, run_id: str, plan: SweepPlan, outcome: BaseException | None, tracking: Tracking
    ) -> None:
        """End a parent run and what killed workers on other machines left open below it."""
        wanted = f"attributes.status = 'RUNNING' and tags.`{PARENT}` = '{run_id}'"
        reason = f"{INTERRUPTED}: its worker was killed"
        try:
            for child in list_runs(self.client, wanted):
                self.close_run(child.info.run_id, "KILLED", reason=reason)
            finished = self.find_runs(plan.fingerprints)
            log_outcome(self.client, run_id, finished, plan.axes)
            if outcome is not None:
                self.client.set_tag(run_id, ERROR, describe_error(outcome))
            self.client.set_terminated(run_id, status_of(outcome))
        except StoreError:
            termination = PendingTermination(
                run_id=run_id, status=status_of(outcome), ended_ms=now_ms()
            )
            Outbox(tracking).put(termination, run_id)
        with suppress(StoreError):
            clear_interruptions(self)
