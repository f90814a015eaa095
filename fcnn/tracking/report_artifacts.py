"""Stores a report with the parent run of its sweep."""

from collections.abc import Sequence
from pathlib import Path

from fcnn.escaping import markdown
from fcnn.tracking.client import StoreClient
from fcnn.tracking.names import NOTE

_BEST_RUN = "\n\n**Best run:** "


def log_report(client: StoreClient, run_id: str, files: Sequence[Path], best: str) -> None:
    """Store a report's files with the parent run of its sweep, where MLflow's UI shows them.

    The note of the run then names the `best` run, given as plain text.
    """
    for file in files:
        client.log_artifact(run_id, str(file), artifact_path="report")
    note = client.get_run(run_id).data.tags.get(NOTE, "").partition(_BEST_RUN)[0]
    client.set_tag(
        run_id,
        NOTE,
        f"{note}{_BEST_RUN}{markdown(best)}. Figures and tables: Artifacts, folder `report`.",
    )
