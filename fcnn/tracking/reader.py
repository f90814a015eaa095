"""Reads runs from MLflow: which have finished, what they are, and their curves as data frames."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import pandas as pd
from mlflow.artifacts import load_dict, load_text
from mlflow.entities import Experiment, Run

from fcnn.config.data_seed import DATA_SEED_KEY, FOLLOWS_SEED, infer_data_seed_rule
from fcnn.errors import StoreError, StoreUnavailableError
from fcnn.escaping import printable
from fcnn.params import SEED_KEY
from fcnn.tracking.client import (
    NEWEST_FIRST,
    batched,
    list_experiment_ids,
    list_experiments,
    list_runs,
    tag_filter,
)
from fcnn.tracking.descriptions import parse_experiment_note
from fcnn.tracking.frames import count_statuses, has_result, make_curves_frame, make_runs_frame
from fcnn.tracking.names import (
    COMMAND,
    CONFIG_FILE,
    DATA_SEED,
    FINGERPRINT,
    NOTE,
    PARENT,
    PLAN_FILE,
    RUNS,
)
from fcnn.tracking.plan import FinishedRun, Plan, SweepSeeds, combine_plans, training_command
from fcnn.tracking.run_files import RunFiles

log = logging.getLogger("fcnn")
warn_once = cache(log.warning)  # a command reads the same plan several times


class Reader(RunFiles):
    """A store open for reading.

    Example:
        >>> reader = Reader("sqlite:///mlflow.db")
        >>> runs = reader.runs("activation_size", reader.plan("activation_size"))
        >>> curves = reader.curves(runs["run_id"], ["val_loss"])
    """

    def find_finished(self, fingerprints: Collection[str]) -> dict[str, FinishedRun]:
        """Return the newest run of each fingerprint that has finished or diverged, in any study."""
        finished: dict[str, FinishedRun] = {}
        for batch in batched(list(fingerprints)):
            finished |= self.queries.find_finished_runs(batch)
        return finished

    def seconds_per_run(self) -> float | None:
        """Return the seconds a run took in the largest of the ten latest finished sweeps.

        None if no finished sweep has trained anything.
        """
        condition = (
            f"{tag_filter(RUNS)} and tags.`{RUNS}` != '0' and attributes.status = 'FINISHED'"
        )
        sweeps = self.client.search_runs(
            list_experiment_ids(self.client), condition, order_by=NEWEST_FIRST, max_results=10
        )
        if not sweeps:
            return None
        largest = max(sweeps, key=lambda sweep: int(sweep.data.tags[RUNS]))
        seconds = (largest.info.end_time - largest.info.start_time) / 1000
        return float(seconds) / int(largest.data.tags[RUNS])

    def studies(self) -> dict[str, Counter[str]]:
        """Return how many runs of each study have which status, in alphabetical order.

        Of runs with the same fingerprint one counts: a finished one, else the latest. Finished runs
        of other studies that the study's plans contain count, too.
        """
        outlines = self.outlines(list_experiments(self.client))
        everything = chain.from_iterable(outlines.values())
        finished = {run.data.tags.get(FINGERPRINT) for run in everything if has_result(run)}
        counts = {
            name: count_statuses(runs, self.planned_fingerprints(runs) & finished)
            for name, runs in sorted(outlines.items())
        }
        return {name: statuses for name, statuses in counts.items() if statuses}

    def outlines(self, experiments: Iterable[Experiment]) -> dict[str, list[Run]]:
        """Return all runs of each experiment by its name; see `Queries.read_outlines`."""
        names = {experiment.experiment_id: experiment.name for experiment in experiments}
        by_name: dict[str, list[Run]] = {name: [] for name in names.values()}
        for run in self.queries.read_outlines(list(names)):
            by_name[names[run.info.experiment_id]].append(run)
        return by_name

    def planned_fingerprints(self, runs: Iterable[Run]) -> set[str]:
        """Return the fingerprints that the sweeps among these runs planned."""
        return {
            fingerprint
            for run in runs
            if RUNS in run.data.tags
            for fingerprint in self.load_plan(run.info.run_id)["fingerprints"]
        }

    def description(self, name: str) -> str:
        """Return the description of a study, printable, with its own line breaks."""
        experiment = self.client.get_experiment_by_name(name)
        note = str(experiment.tags.get(NOTE, "")) if experiment else ""
        return printable(parse_experiment_note(note), newlines=True)

    def runs(self, name: str, plan: Plan | None) -> pd.DataFrame:
        """Return one row for each run of the study, the latest first, then those it reuses.

        Reused runs are finished runs of other studies that the `plan` contains. Texts of users are
        printable.

        Returns:
            Columns `run_id`, `name`, `status` (KILLED also if the process was killed and nobody
            has closed the run), `started` (UTC), `seconds` (NaN while it runs), `sweep` (parent
            run or None), `fingerprint`, `diverged_epoch` (NaN if it has not), `error` (why it
            failed), `constant_loss` (validation loss of a constant prediction) and `noise_floor`
            (NaN if unknown), `kept_epoch` (whose weights early stopping kept, NaN without),
            `final_loss`, `final_val_loss`, `final_test_loss` and so on for each metric, at the
            kept epoch or the last, and a column of strings for each param, named by its key. A run
            that diverged is FINISHED, whichever version recorded it.
        """
        runs = self._search_study(name, FINGERPRINT)
        finished = {run.data.tags[FINGERPRINT] for run in runs if has_result(run)}
        missing = plan.all_fingerprints - finished if plan else set()
        return make_runs_frame(runs + self.find_runs(missing))

    def find_runs(self, fingerprints: Collection[str]) -> list[Run]:
        """Return the newest run of each fingerprint that has a result, in any study."""
        run_ids = [run.run_id for run in self.find_finished(fingerprints).values()]
        return list(chain.from_iterable(map(self.queries.read_runs_by_id, batched(run_ids))))

    def curves(self, run_ids: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
        """Return one row for each epoch of a run.

        Returns:
            Columns `run_id`, `epoch` (from 1), and one for each metric, NaN where a run has none.
        """
        points = [self.queries.read_points(batch, metrics) for batch in batched(run_ids)]
        return pd.concat(map(make_curves_frame, points), ignore_index=True)

    def plan(self, name: str) -> Plan | None:
        """Return what the study's sweeps planned; None if it has none."""
        sweeps = self._search_study(name, RUNS)
        if not sweeps:
            return None
        files = {sweep.info.run_id: self.load_plan(sweep.info.run_id) for sweep in sweeps}
        command = sweeps[0].data.tags.get(COMMAND) or training_command(name)
        seeds = [self._read_seeds(sweep, files[sweep.info.run_id]) for sweep in sweeps]
        return combine_plans(files, command, seeds)

    def _read_seeds(self, sweep: Run, file: Mapping[str, Any]) -> SweepSeeds:
        """Return the seeds of a sweep; version 0.1.0 recorded them with its runs only.

        A sweep that trained nothing planned runs that other sweeps have trained.
        """
        rule = sweep.data.tags.get(DATA_SEED)
        if rule is not None and "seeds" in file:
            return SweepSeeds(rule, frozenset(file["seeds"]))
        children = list_runs(self.client, f"tags.`{PARENT}` = '{sweep.info.run_id}'")
        runs = children or self.find_runs(file["fingerprints"])
        pairs = [
            (run.data.params[DATA_SEED_KEY], run.data.params[SEED_KEY])
            for run in runs
            if run.data.params.keys() >= {DATA_SEED_KEY, SEED_KEY}
        ]
        if rule is None:
            rule = infer_data_seed_rule(pairs) if pairs else FOLLOWS_SEED
        return SweepSeeds(rule, frozenset(int(training_seed) for _, training_seed in pairs))

    def load_plan(self, sweep_run_id: str) -> dict[str, Any]:
        """Return what one sweep recorded as its plan; see `SweepPlan.to_file`.

        Where the file is lost, which is said in a warning, the sweep planned the runs that it has,
        with axes that nobody knows.
        """
        try:
            return dict(self._load_artifact(load_dict, sweep_run_id, PLAN_FILE))
        except StoreUnavailableError:
            raise
        except StoreError as error:
            warn_once(f"{error}; the sweep is taken for the runs that the store has of it")
        runs = list_runs(self.client, f"tags.`{PARENT}` = '{sweep_run_id}'")
        fingerprints = [run.data.tags[FINGERPRINT] for run in reversed(runs)]
        return {"first": [], "axes": {}, "fingerprints": fingerprints}

    def get_run(self, run_id: str) -> tuple[Run, str] | None:
        """Return a run and its config as YAML; None if there is no such run with a config."""
        runs = list_runs(self.client, f"attributes.run_id = '{run_id}'") if run_id.isalnum() else []
        if not runs:
            return None
        files = [file.path for file in self.client.list_artifacts(run_id)]
        if CONFIG_FILE not in files:
            return None
        return runs[0], self._load_artifact(load_text, run_id, CONFIG_FILE)

    def _search_study(self, name: str, tag: str) -> list[Run]:
        """Return the runs of a study that have a tag, the latest first."""
        experiment = self.client.get_experiment_by_name(name)
        if experiment is None:
            return []
        return self.queries.read_runs(experiment.experiment_id, tag)
