"""Runs whose worker was killed while it trained nothing else: they are not tried again unasked."""

from collections.abc import Collection

from fcnn.errors import FcnnError
from fcnn.tracking.client import list_runs, tag_filter
from fcnn.tracking.frames import has_result
from fcnn.tracking.names import ERROR, FINGERPRINT, KILLED_ALONE
from fcnn.tracking.reader import Reader
from fcnn.tracking.run_writer import RunDescription
from fcnn.tracking.writer import Writer

REASON = "its worker was killed while it trained this run alone, probably because memory ran out"


def note_killed(store: Writer, description: RunDescription) -> None:
    """Mark the newest run of a config as killed alone, unless it has a result.

    A worker that was killed before its run was in the store has left none: then it is made.

    Args:
        store: The open store.
        description: What the run records of itself.
    """
    runs = list_runs(store.client, f"tags.`{FINGERPRINT}` = '{description.fingerprint}'")[:1]
    for run in runs:
        if not has_result(run):
            store.client.set_terminated(run.info.run_id, "FAILED")
            store.client.set_tag(run.info.run_id, ERROR, REASON)
            store.client.set_tag(run.info.run_id, KILLED_ALONE, "true")
    if not runs:
        made = store.open_run(description)
        made.changes.tags[KILLED_ALONE] = "true"
        made.end(FcnnError(REASON))
        store.write([made])


def find_killed(store: Reader, fingerprints: Collection[str]) -> set[str]:
    """Return those of the fingerprints that have a run so marked."""
    runs = list_runs(store.client, f"{tag_filter(KILLED_ALONE)} and {tag_filter(FINGERPRINT)}")
    return {run.data.tags[FINGERPRINT] for run in runs} & set(fingerprints)
