"""What the store knows of a study: what its sweeps planned, and which of its runs have finished."""

from dataclasses import dataclass, field

from fcnn.config.schema import CHECKOUT


@dataclass(frozen=True)
class Finished:
    """A finished run: its id and its last validation loss."""

    run_id: str
    loss: float


@dataclass(frozen=True)
class Plan:
    """What the sweeps of a study set out to do.

    `newest` is the parent run of the newest sweep and `fingerprints` are the runs that it planned, `ever` those of all sweeps;
    `first` are the study's colour and style, `axes` the axes of all sweeps with the values of all sweeps, `command` what started
    the newest, as far as that is known. `searches` are the parent runs of searches, `gridded` the runs that grids planned.
    """

    newest: str
    first: list[str]
    axes: dict[str, list[str]]
    fingerprints: set[str]
    ever: set[str] = field(default_factory=set)
    searches: set[str] = field(default_factory=set)
    gridded: set[str] = field(default_factory=set)
    command: str = ""


def command_of(name: str) -> str:
    """What trains a study that is a file; a grid of someone's own is known to nobody else."""
    is_file = (CHECKOUT / "conf" / "study" / f"{name}.yaml").is_file()
    return f"python scripts/train.py study={name}" if is_file else ""
