"""What MLflow's UI shows of a sweep and of the data of a run."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from mlflow.entities import Dataset, DatasetInput, InputTag

from fcnn.config.neutral import drop_neutral
from fcnn.config.schema import Study
from fcnn.escaping import from_markdown, markdown, printable
from fcnn.params import DIGEST_KEY, MAX_LABEL_LENGTH, PATH_KEY, truncate_with_hash
from fcnn.tracking.redaction import redact

HOW_TO_READ = "**How to read this**"
"""Begins the part of an experiment's description that is not the study's own."""


def format_experiment_note(description: str) -> str:
    """The description of an experiment: the study's, and how its runs are to be read."""
    advice = (
        f"{HOW_TO_READ}: each sweep is a run, and its networks are runs below it. The view *Cells "
        "of the study* (menu *Views*) groups them by all that differs but the seed, as averages "
        "with bands over seeds, on log axes. `settled_val_loss` is the geometric "
        "mean of the validation loss over the last tenth of the epochs: sort by it."
    )
    return "\n\n".join(filter(None, [markdown(redact(description)), advice]))


def parse_experiment_note(note: str) -> str:
    """The study's own description in that of its experiment."""
    return from_markdown(note.partition(HOW_TO_READ)[0].rstrip())


def format_sweep_note(study: Study, axes: Mapping[str, Sequence[str]]) -> str:
    """The note of a parent run: the study's description and a table of its axes."""
    rows = []
    for key, values in axes.items():
        labels = [truncate_with_hash(printable(value), MAX_LABEL_LENGTH) for value in values]
        rows.append(f"| {markdown(key)} | {markdown(', '.join(labels))} |")
    header = ["| hyperparameter | values |", "|---|---|"]
    return "\n".join([markdown(redact(study.description)), "", *header, *rows])


def describe_dataset(name: str, params: Mapping[str, str]) -> DatasetInput:
    """The data of a run as MLflow shows them.

    Equal data have equal digests, wherever their file lies.
    """
    dataset_params = {key: value for key, value in params.items() if key.startswith("dataset.")}
    same = drop_neutral(dataset_params)
    if DIGEST_KEY in same:
        same |= {PATH_KEY: ""}
    digest = hashlib.sha256(json.dumps(same).encode()).hexdigest()[:8]
    data = Dataset(name, digest, source_type="fcnn", source=json.dumps(dataset_params))
    return DatasetInput(data, [InputTag("mlflow.data.context", "training")])
