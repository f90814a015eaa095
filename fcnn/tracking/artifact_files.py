"""The files of runs and models, where they are on this machine."""

from collections.abc import Iterable
from pathlib import Path

from mlflow.entities import LoggedModel, Run

from fcnn.tracking.mlflow_internals import delete_artifacts, get_local_folder


def measure_files(runs: Iterable[Run], models: Iterable[LoggedModel]) -> int | None:
    """Return the size of the files of runs and models in bytes; None where they are elsewhere."""
    folders = [get_local_folder(location) for location in _list_locations(runs, models)]
    if None in folders:
        return None
    files = [file for folder in folders if folder for file in folder.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def delete_files(runs: Iterable[Run], models: Iterable[LoggedModel]) -> None:
    """Delete the files of runs and models, and folders that are empty without them."""
    for location in _list_locations(runs, models):
        path = get_local_folder(location)
        if path is None or path.exists():
            delete_artifacts(location)
        _remove_empty_parents(path)


def _list_locations(runs: Iterable[Run], models: Iterable[LoggedModel]) -> list[str]:
    return [
        *(str(run.info.artifact_uri) for run in runs),
        *(str(model.artifact_location) for model in models),
    ]


def _remove_empty_parents(path: Path | None) -> None:
    """Remove the folder of a run, and that of its experiment when it was the last."""
    for folder in (path, *path.parents[:3]) if path else ():
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # not empty
            return
