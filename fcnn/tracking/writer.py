"""The store open for writing: opens sweeps, and closes orphaned runs."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from fcnn.config.schema import Config, Study, Tracking
from fcnn.errors import StoreError
from fcnn.tracking import process
from fcnn.tracking.connection import tag_filter
from fcnn.tracking.descriptions import format_sweep_note
from fcnn.tracking.frames import has_result
from fcnn.tracking.mlflow_run import describe_error, status_of
from fcnn.tracking.mlflow_view import refresh_view
from fcnn.tracking.names import (
    COMMAND,
    DATA_SEED,
    ERROR,
    FINGERPRINT,
    INTERRUPTED,
    NOTE,
    PARENT,
    PLAN_FILE,
    PROCESS,
    RUNS,
    STUDY,
)
from fcnn.tracking.outbox import Outbox, PendingTermination
from fcnn.tracking.plan import SweepSeeds, format_plan
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
    def open_sweep(
        self,
        first: Config,
        axes: Mapping[str, Sequence[str]],
        fingerprints: Sequence[str],
        n_runs: int,
        tables: Mapping[str, str] | None = None,
        seeds: SweepSeeds | None = None,
        not_asked: Sequence[tuple[int, int]] = (),
    ) -> Iterator[str]:
        """Keep the parent run of a sweep open, and give its id.

        Where the store has gone away when the sweep ends, the outbox keeps that it has ended.

        Args:
            first: The first config, which names study and experiment.
            axes: The keys that differ, with their values.
            fingerprints: All runs of the sweep, in order.
            n_runs: How many of them are to be trained.
            tables: Names of the csv files, by digest.
            seeds: The seeds of the runs, and the rule of their data; None if they are to be read
                from the runs.
            not_asked: Places of claims and of conditions whose cells the sweep has not.
        """
        experiment = first.sweep_experiment
        tags = {STUDY: experiment, NOTE: format_sweep_note(first.study, axes), COMMAND: command()}
        if seeds:
            tags[DATA_SEED] = seeds.data_seed
        experiment_id = self.open_experiment(experiment, first.study).experiment_id
        name = f"sweep of {n_runs} runs"
        run_id = self.client.create_run(
            experiment_id, None, tags | self.process_tag, name
        ).info.run_id
        with self._closing_on_error(run_id):
            self.write_plan(run_id, first.study, axes, fingerprints, tables, seeds, not_asked)
            log_grid(self.client, run_id, first, axes)
            # Only now, because this tag tells readers that the plan exists.
            self.client.set_tag(run_id, RUNS, str(n_runs))
        outcome: BaseException | None = None
        try:
            yield run_id
        except BaseException as error:
            outcome = error
            raise
        finally:
            self._end_sweep(run_id, outcome, first.tracking)
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

    def write_plan(
        self,
        run_id: str,
        study: Study,
        axes: Mapping[str, Sequence[str]],
        fingerprints: Sequence[str],
        tables: Mapping[str, str] | None = None,
        seeds: SweepSeeds | None = None,
        not_asked: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Store the plan of a sweep with its parent run; for the arguments see `open_sweep`."""
        plan = format_plan(study, axes, fingerprints, tables or {}, seeds, not_asked)
        self.client.log_dict(run_id, plan, PLAN_FILE)

    def read_sweep(self, parent_run_id: str) -> Sweep | None:
        """Read the sweep of a parent run, as workers do; None if the store has no such run."""
        runs = self.search(f"attributes.run_id = '{parent_run_id}'")
        if not runs or RUNS not in runs[0].data.tags:
            return None
        plan = self.load_plan(parent_run_id)
        n_runs = int(runs[0].data.tags[RUNS])
        return Sweep(n_runs, list(plan["axes"]), plan.get("tables", {}), parent_run_id)

    def is_recorded(self, fingerprint: str, started_ms: int) -> bool:
        """Whether the store has the run that started at `started_ms`, with how it ended."""
        wanted = f"tags.`{FINGERPRINT}` = '{fingerprint}' and attributes.start_time = {started_ms}"
        return any(map(has_result, self.search(wanted)))

    def close_run(
        self, run_id: str, status: str, ended_ms: int | None = None, reason: str = ""
    ) -> str:
        """End a run of another process if it is RUNNING, without what it has stored half.

        Returns:
            The status that it had; DELETED if the store has no such run.
        """
        for run in self.search(f"attributes.run_id = '{run_id}'"):
            if run.info.status == "RUNNING":
                self.client.set_terminated(run_id, status, ended_ms)
                if reason:
                    self.client.set_tag(run_id, ERROR, reason)
            if run.info.status != "FINISHED":
                delete_unfinished_models(self.client, run)
            return str(run.info.status)
        return "DELETED"

    def close_orphaned_runs(self) -> int:
        """End as KILLED the RUNNING runs of processes of this machine that were killed.

        Returns:
            How many networks they were training; parent runs of sweeps are closed, too.
        """
        running = self.search(f"attributes.status = 'RUNNING' and {tag_filter(PROCESS)}")
        orphaned = [run for run in running if process.has_exited(run.data.tags[PROCESS])]
        reason = f"{INTERRUPTED}: its process was killed"
        n_networks = 0
        for run in orphaned:
            # Its status again, because the process may have ended it since.
            was_running = self.close_run(run.info.run_id, "KILLED", reason=reason) == "RUNNING"
            n_networks += was_running and FINGERPRINT in run.data.tags
        return n_networks

    def _end_sweep(self, run_id: str, outcome: BaseException | None, tracking: Tracking) -> None:
        """End a parent run and what killed workers on other machines left open below it."""
        wanted = f"attributes.status = 'RUNNING' and tags.`{PARENT}` = '{run_id}'"
        reason = f"{INTERRUPTED}: its worker was killed"
        try:
            for child in self.search(wanted):
                self.close_run(child.info.run_id, "KILLED", reason=reason)
            plan = self.load_plan(run_id)
            finished = self.find_runs(plan["fingerprints"])
            log_outcome(self.client, run_id, finished, plan["axes"])
            if outcome is not None:
                self.client.set_tag(run_id, ERROR, describe_error(outcome))
            self.client.set_terminated(run_id, status_of(outcome))
        except StoreError:
            now_ms, status = int(time.time() * 1000), status_of(outcome)
            termination = PendingTermination(run_id=run_id, status=status, ended_ms=now_ms)
            Outbox(tracking).put(termination, run_id)
        with suppress(StoreError):
            clear_interruptions(self)
