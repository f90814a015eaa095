"""Runs whose worker was killed while it trained nothing else: they are not tried again unasked."""

from collections.abc import Collection

from fcnn.tracking.client import list_runs, tag_filter
from fcnn.tracking.frames import has_result
from fcnn.tracking.names import ERROR, FINGERPRINT, KILLED_ALONE
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer

REASON = "its worker was killed while it trained this run alone, probably because memory ran out"


def note_killed(store: Writer, fingerprint: str) -> None:
    """Mark the newest run of a fingerprint as killed alone, unless it has a result."""
    for run in list_runs(store.client, f"tags.`{FINGERPRINT}` = '{fingerprint}'")[:1]:
        if not has_result(run):
            store.client.set_terminated(run.info.run_id, "FAILED")
            store.client.set_tag(run.info.run_id, ERROR, REASON)
            store.client.set_tag(run.info.run_id, KILLED_ALONE, "true")


def find_killed(store: Reader, fingerprints: Collection[str]) -> set[str]:
    """Return those of the fingerprints that have a run so marked."""
    runs = list_runs(store.client, f"{tag_filter(KILLED_ALONE)} and {tag_filter(FINGERPRINT)}")
    return {run.data.tags[FINGERPRINT] for run in runs} & set(fingerprints)
