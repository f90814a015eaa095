"""What the store knows of a study: the runs that its sweeps planned, and which have finished."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fcnn.axes import sort_values
from fcnn.config.claims import Claim, dump_claims, parse_claims
from fcnn.config.data_seed import FOLLOWS_SEED
from fcnn.config.locations import command_name, conf_dir
from fcnn.config.schema import Study
from fcnn.escaping import printable
from fcnn.tracking.names import COMPARABLE_LOSSES, SETTLED

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class FinishedRun:
    """A run that has its result: its id and the last validation loss that it is compared by.

    A training that diverged is a result; its loss is infinite, and `diverged_epoch` is its first
    epoch with a loss that is not finite. `settled_loss` is NaN of a run that recorded none.
    """

    run_id: str
    loss: float
    diverged_epoch: int | None = None
    settled_loss: float = math.nan


def make_finished_run(
    run_id: str, metrics: Mapping[str, float], diverged_epoch: str | None
) -> FinishedRun:
    """Make a finished run of what the store has: the latest of its metrics and its tag."""
    settled_loss = metrics.get(SETTLED, math.nan)
    if diverged_epoch is not None:
        return FinishedRun(run_id, math.inf, int(diverged_epoch), settled_loss)
    losses = [metrics[name] for name in COMPARABLE_LOSSES if name in metrics]
    return FinishedRun(run_id, losses[-1] if losses else math.nan, None, settled_loss)


@dataclass(frozen=True)
class Plan:
    """What the sweeps of a study planned.

    Attributes:
        latest_sweep: Parent run of the latest sweep.
        display_axes: The hyperparameters that plots show as colour and line style, if chosen.
        axes: The axes of all sweeps with the values of all sweeps.
        fingerprints: The runs of the latest sweep that planned any.
        all_fingerprints: The runs of all sweeps.
        search_sweeps: Parent runs of searches.
        grid_fingerprints: The runs of all grids.
        command: The command that started the latest sweep; empty if unknown.
        claims: What the latest sweep expects the study to show.
        claims_not_asked: Places of claims and conditions whose cells the latest sweep has not.
        data_seed: The rule of the latest sweep's data: `training.seed` or the number at which
            `dataset.seed` is fixed (see `fcnn.config.data_seed`).
        n_looks: How many sweeps with this rule have added seeds. A report may have been read
            between them, which makes chance findings likelier.
    """

    latest_sweep: str
    display_axes: list[str]
    axes: dict[str, list[str]]
    fingerprints: set[str]
    all_fingerprints: set[str] = field(default_factory=set)
    search_sweeps: set[str] = field(default_factory=set)
    grid_fingerprints: set[str] = field(default_factory=set)
    command: str = ""
    claims: tuple[Claim, ...] = ()
    claims_not_asked: frozenset[tuple[int, int]] = frozenset()
    data_seed: str = FOLLOWS_SEED
    n_looks: int = 1


@dataclass(frozen=True)
class SweepSeeds:
    """The seeds of one sweep, and the rule of its data."""

    data_seed: str
    seeds: frozenset[int]


@dataclass
class SweepPlan:
    """What one sweep plans.

    Attributes:
        axes: The keys that differ, with their values; a search knows none of these before.
        fingerprints: All runs of the sweep, in order; those of a search are known at its end.
        tables: Names of the csv files, by digest.
        seeds: The seeds of the runs, and the rule of their data; None if they are to be read from
            the runs.
        not_asked: Places of claims and of conditions whose cells the sweep has not.
    """

    axes: Mapping[str, Sequence[str]]
    fingerprints: list[str]
    tables: dict[str, str] = field(default_factory=dict)
    seeds: SweepSeeds | None = None
    not_asked: Sequence[tuple[int, int]] = ()

    def to_file(self, study: Study) -> dict[str, Any]:
        """Return the plan as it is recorded."""
        file: dict[str, Any] = {
            "first": [axis for axis in (study.colour, study.style) if axis],
            "axes": dict(self.axes),
            "fingerprints": self.fingerprints,
            "tables": self.tables,
            "claims": dump_claims(study.claims),
            "claims_not_asked": list(self.not_asked),
        }
        return file | ({"seeds": sorted(self.seeds.seeds)} if self.seeds else {})


def combine_plans(
    files: Mapping[str, Mapping[str, Any]], command: str, seeds: Sequence[SweepSeeds]
) -> Plan:
    """Return the plan of a study.

    Args:
        files: What each sweep recorded as its plan, by parent run, the latest first; not empty.
        command: The command that started the latest sweep.
        seeds: The seeds of each sweep, in the same order.
    """
    latest_sweep, latest = next(iter(files.items()))
    # A grid's axes have values; a search records the names of its axes only.
    search_sweeps = {run_id for run_id, file in files.items() if not all(file["axes"].values())}
    grids = [file for run_id, file in files.items() if run_id not in search_sweeps]
    # A sweep without runs is a search that was interrupted.
    planned: list[list[str]] = [file["fingerprints"] for file in files.values()]
    return Plan(
        latest_sweep=latest_sweep,
        display_axes=latest["first"],
        axes=_combine_axes(list(files.values())),
        fingerprints=set(next(filter(None, planned), [])),
        all_fingerprints=_collect_fingerprints(list(files.values())),
        search_sweeps=search_sweeps,
        grid_fingerprints=_collect_fingerprints(grids),
        command=command,
        claims=_read_claims(latest),
        claims_not_asked=frozenset(
            (place, number) for place, number in latest.get("claims_not_asked", [])
        ),
        data_seed=seeds[0].data_seed,
        n_looks=_count_looks(seeds),
    )


def _read_claims(file: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Return the claims of a plan; those of another version that are not understood are named."""
    try:
        return parse_claims(file.get("claims"))
    except ValueError as error:
        log.warning(f"{printable(error)}; the claims of this sweep are left out")
        return ()


def _count_looks(sweeps: Sequence[SweepSeeds]) -> int:
    """Count the sweeps (latest first) that have added seeds, by the rule of the latest one."""
    known: set[int] = set()
    n_looks = 0
    for sweep in reversed(sweeps):
        if sweep.data_seed == sweeps[0].data_seed and not sweep.seeds <= known:
            known |= sweep.seeds
            n_looks += 1
    return max(1, n_looks)


def _combine_axes(files: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return all axes with all values, in the order of the oldest sweep that has them."""
    axes = {}
    for key in dict.fromkeys(key for file in files for key in file["axes"]):
        values = [value for file in reversed(files) for value in file["axes"].get(key, [])]
        axes[key] = sort_values(map(printable, values))
    return axes


def _collect_fingerprints(files: Sequence[Mapping[str, Any]]) -> set[str]:
    return {fingerprint for file in files for fingerprint in file["fingerprints"]}


def training_command(name: str) -> str:
    """Return the command that trains a study of `conf/study`, empty for any other study."""
    is_file = (conf_dir() / "study" / f"{name}.yaml").is_file()
    return f"{command_name('train')} study={name}" if is_file else ""
