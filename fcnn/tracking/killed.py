"""Runs whose worker was killed while it trained nothing else: they are not tried again unasked."""

from collections.abc import Collection

from fcnn.tracking.connection import tag_filter
from fcnn.tracking.names import ERROR, FINGERPRINT
from fcnn.tracking.reader import Reader
from fcnn.tracking.writer import Writer

KILLED_ALONE = "its worker was killed while it trained this run alone, as too little memory does"


def note_killed(store: Writer, fingerprint: str) -> None:
    """Give the newest run of a fingerprint, if it has no result, this as its error."""
    for run in store.search(f"tags.`{FINGERPRINT}` = '{fingerprint}'")[:1]:
        if run.info.status != "FINISHED":
            store.client.set_terminated(run.info.run_id, "FAILED")
            store.client.set_tag(run.info.run_id, ERROR, KILLED_ALONE)


def find_killed(store: Reader, fingerprints: Collection[str]) -> set[str]:
    """Return those of the fingerprints that have such a run."""
    runs = store.search(f"tags.`{ERROR}` = '{KILLED_ALONE}' and {tag_filter(FINGERPRINT)}")
    return {run.data.tags[FINGERPRINT] for run in runs} & set(fingerprints)
