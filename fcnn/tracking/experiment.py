"""The MLflow experiment of a study, as whoever records its runs needs it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    """An experiment of the store.

    Attributes:
        experiment_id: Its id in MLflow.
        artifact_location: Where the files of its runs are.
        is_local: Whether its runs can be written by `fcnn.tracking.bulk`: to a database that this
            process has open, and to a folder of this machine.
    """

    experiment_id: str
    artifact_location: str
    is_local: bool
