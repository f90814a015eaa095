"""Tidies what faults leave in the store.

Tags of an interruption on runs that finished, duplicate runs, and half-stored models.
"""

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress

from mlflow.entities import LoggedModelStatus, Run

from fcnn.errors import StoreError
from fcnn.tracking.artifact_files import delete_files
from fcnn.tracking.client import StoreClient, list_models, list_runs
from fcnn.tracking.mlflow_internals import is_database
from fcnn.tracking.names import ERROR, FINGERPRINT, FORCED, INTERRUPTED, PARENT, RUNS
from fcnn.tracking.reader import Reader


def clear_interruptions(store: Reader) -> None:
    """Remove the tag which says that a run was interrupted from runs that have ended well.

    Another machine may have called such a run dead while it trained.
    """
    wanted = f"attributes.status = 'FINISHED' and tags.`{ERROR}` LIKE '{INTERRUPTED}%'"
    for run in list_runs(store.client, wanted):
        store.client.delete_tag(run.info.run_id, ERROR)


def delete_doubles(store: Reader, fingerprints: Collection[str], since_ms: int) -> int:
    """Delete runs that another sweep has trained as well at the same time; their bits are equal.

    Of finished runs with the same fingerprint the one that started first stays, whichever sweep
    looks. A report finds it by its fingerprint, which the plans of both sweeps name. The files of
    the others go, too, where the store is a database.

    Args:
        store: The open store.
        fingerprints: What has been trained since `since_ms`, and had no finished run before.
        since_ms: In ms since the epoch.

    Returns:
        How many runs were deleted.
    """
    runs_by_fingerprint: dict[str, list[tuple[int, str]]] = defaultdict(list)
    finished = store.queries.list_finished_runs(list(fingerprints), since_ms)
    for fingerprint, started_ms, run_id in finished:
        runs_by_fingerprint[fingerprint].append((started_ms, run_id))
    doubles = [run_id for runs in runs_by_fingerprint.values() for _, run_id in sorted(runs)[1:]]
    for run_id in doubles:
        run = store.client.get_run(run_id)
        models = list_models(store.client, run)
        for model in models:
            store.client.delete_logged_model(model.model_id)
        store.client.delete_run(run_id)
        if is_database(store.uri):  # a server has its own way, `mlflow gc`
            delete_files([run], models)
    return len(doubles)


def delete_doubles_of(store: Reader, sweep: Run) -> int:
    """Delete runs that a sweep and another have both trained, as `delete_doubles` does.

    Args:
        store: The open store.
        sweep: The parent run of a sweep that was killed before it could look for them itself.

    Returns:
        How many runs were deleted.
    """
    if RUNS not in sweep.data.tags or FORCED in sweep.data.tags:
        return 0
    wanted = f"attributes.status = 'FINISHED' and tags.`{PARENT}` = '{sweep.info.run_id}'"
    trained = {run.data.tags[FINGERPRINT] for run in list_runs(store.client, wanted)}
    return delete_doubles(store, trained, sweep.info.start_time) if trained else 0


def delete_unfinished_models(client: StoreClient, run: Run) -> None:
    """Delete models of a run that were not stored to the end."""
    for model in list_models(client, run):
        if model.status != LoggedModelStatus.READY:
            with suppress(StoreError):  # another process has deleted it
                client.delete_logged_model(model.model_id)
