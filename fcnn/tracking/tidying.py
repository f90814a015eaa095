"""Tidies what faults leave in the store.

Tags of an interruption on runs that finished, duplicate runs, and half-stored models.
"""

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress

from mlflow.entities import LoggedModelStatus, Run

from fcnn.errors import StoreError
from fcnn.tracking import database
from fcnn.tracking.artifact_files import delete_files
from fcnn.tracking.client import StoreClient, list_models
from fcnn.tracking.connection import batched, tag_filter
from fcnn.tracking.names import ERROR, FINGERPRINT, INTERRUPTED
from fcnn.tracking.reader import Reader

MINUTES_OF_CLOCKS = 60
"""By how much the clocks of machines that train into one store may differ."""


def clear_interruptions(store: Reader) -> None:
    """Remove the tag which says that a run was interrupted from runs that have ended well.

    Another machine may have called such a run dead while it trained.
    """
    wanted = f"attributes.status = 'FINISHED' and tags.`{ERROR}` LIKE '{INTERRUPTED}%'"
    for run in store.search(wanted):
        store.client.delete_tag(run.info.run_id, ERROR)


def delete_doubles(store: Reader, fingerprints: Collection[str], since_ms: int) -> int:
    """Delete runs that another sweep has trained as well at the same time; their bits are equal.

    Of finished runs with the same fingerprint the one that started first stays, whichever sweep
    looks; the files of the others go, too, where the store is a database. A report finds it by its
    fingerprint, which the plans of both sweeps name.

    Args:
        store: The open store.
        fingerprints: What has been trained since `since_ms`, and had no finished run before.
        since_ms: In ms since the epoch.

    Returns:
        How many runs were deleted.
    """
    runs_by_fingerprint: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for fingerprint, started_ms, run_id in _list_finished(store, fingerprints, since_ms):
        runs_by_fingerprint[fingerprint].append((started_ms, run_id))
    doubles = [run_id for runs in runs_by_fingerprint.values() for _, run_id in sorted(runs)[1:]]
    for run_id in doubles:
        run = store.client.get_run(run_id)
        models = list_models(store.client, run)
        for model in models:
            store.client.delete_logged_model(model.model_id)
        store.client.delete_run(run_id)
        if store.database is not None:  # a server has its own way, `mlflow gc`
            delete_files([run], models)
    return len(doubles)


def delete_unfinished_models(client: StoreClient, run: Run) -> None:
    """Delete models of a run that were not stored to the end."""
    for model in list_models(client, run):
        if model.status != LoggedModelStatus.READY:
            with suppress(StoreError):  # another process has deleted it
                client.delete_logged_model(model.model_id)


def _list_finished(
    store: Reader, fingerprints: Collection[str], since_ms: int
) -> list[tuple[str, int, str]]:
    """Fingerprint, start in ms and id of each finished run of the given fingerprints."""
    if store.database is None:
        ended_ms = since_ms - MINUTES_OF_CLOCKS * 60_000
        wanted = f"attributes.status = 'FINISHED' and attributes.end_time > {ended_ms}"
        return [
            (run.data.tags[FINGERPRINT], run.info.start_time, run.info.run_id)
            for run in store.search(f"{wanted} and {tag_filter(FINGERPRINT)}")
            if run.data.tags[FINGERPRINT] in fingerprints
        ]
    rows = []
    for batch in batched(list(fingerprints)):
        with store.translate_errors():
            rows += database.list_finished_runs(store.database, batch)
    return rows
