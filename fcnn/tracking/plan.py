"""What the store knows of a study: the runs that its sweeps planned, and which have finished."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fcnn.config.claims import Claim, parse_claims
from fcnn.config.locations import command_name, conf_dir
from fcnn.escaping import printable
from fcnn.params import sort_values

log = logging.getLogger("fcnn")


@dataclass(frozen=True)
class FinishedRun:
    """A finished run: its id and its last validation loss."""

    run_id: str
    loss: float


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


def combine_plans(files: Mapping[str, Mapping[str, Any]], command: str) -> Plan:
    """Return the plan of a study.

    Args:
        files: What each sweep recorded as its plan, by parent run, the latest first; not empty.
        command: The command that started the latest sweep.
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
    )


def _read_claims(file: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Return the claims of a plan; those of another version that are not understood are named."""
    try:
        return parse_claims(file.get("claims"))
    except ValueError as error:
        log.warning(f"{printable(error)}; the claims of this sweep are left out")
        return ()


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
