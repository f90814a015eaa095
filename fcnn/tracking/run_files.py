"""The files that a run keeps: its network, what its columns mean, the tables of its sweep."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from mlflow.artifacts import download_artifacts, load_text
from numpy.typing import NDArray

from fcnn.data.table_schema import TableSchema
from fcnn.errors import StoreError, StoreRejectedError
from fcnn.tracking import npz
from fcnn.tracking.client import StoreClient, batched, find_model_address
from fcnn.tracking.database import DatabaseQueries
from fcnn.tracking.guard import Guard
from fcnn.tracking.mlflow_internals import is_database
from fcnn.tracking.names import ARRAYS_FILE, TABLE_FILE, TABLES_FOLDER
from fcnn.tracking.server import ServerQueries

Content = TypeVar("Content")


class RunFiles:
    """An open store whose runs have files.

    Args:
        uri: Address of the store.
        allow_unavailable: Whether the store may be away for now; see `Guard`.

    Raises:
        StoreError: The store cannot be opened.
    """

    def __init__(self, uri: str, allow_unavailable: bool = False) -> None:
        self.uri = uri
        self.guard = Guard(uri, allow_unavailable)
        self.client = StoreClient(self.guard)
        self.queries: ServerQueries | DatabaseQueries = (
            DatabaseQueries(self.guard) if is_database(uri) else ServerQueries(self.client)
        )

    def arrays(self, run_id: str) -> dict[str, NDArray[Any]]:
        """Return the weights of a finished run as `weights_0`, `weights_1`, ...

        Runs on a table also have `true`, `predicted` and `classes`.

        Raises:
            StoreError: The file is missing or damaged.
        """
        try:
            return self._read_file(run_id, ARRAYS_FILE, npz.load)
        except npz.DamagedFileError as error:
            raise StoreError(f"tracking.uri: {ARRAYS_FILE} of run {run_id} {error}") from None

    def table_schema(self, run_id: str) -> TableSchema | None:
        """Return what the columns of a run's table mean; None of synthetic data and older runs.

        Raises:
            StoreError: The file cannot be read.
        """
        with self.guard.translate_errors():
            names = [file.path for file in self.client.list_artifacts(run_id)]
        if TABLE_FILE not in names:
            return None
        return TableSchema.from_json(self._load_artifact(load_text, run_id, TABLE_FILE))

    def model_address(self, run_id: str) -> str | None:
        """Return where MLflow loads the model of a run from; None of a run without one.

        Raises:
            StoreError: The store cannot be read.
        """
        return find_model_address(self.client, run_id)

    def find_runs_with_model(self, run_ids: Sequence[str]) -> set[str]:
        """Return which runs have a complete model."""
        return set[str]().union(*map(self.queries.find_runs_with_model, batched(run_ids)))

    def load_table(self, parent_run_id: str, name: str) -> bytes:
        """Return a file of a table that is kept with the parent run of a sweep.

        Raises:
            StoreError: It cannot be read.
        """
        return self._read_file(parent_run_id, f"{TABLES_FOLDER}/{name}", Path.read_bytes)

    def _read_file(self, run_id: str, file_name: str, read: Callable[[Path], Content]) -> Content:
        """Return what `read` makes of a file that was recorded with a run.

        Raises:
            StoreError: It is missing or cannot be read.
        """
        # Without a folder, MLflow leaves its copy of a server's file in one that nobody removes.
        with TemporaryDirectory() as folder:
            download = partial(download_artifacts, dst_path=folder)
            return read(Path(self._load_artifact(download, run_id, file_name)))

    def _load_artifact(self, load: Callable[[str], Any], run_id: str, file_name: str) -> Any:
        """Return a file that was recorded with a run, as `load` returns it.

        Raises:
            StoreError: It is missing or cannot be read.
        """
        try:
            # MLflow resolves an address `runs:/...` by searching models of the run, too.
            folder = self.client.get_run(run_id).info.artifact_uri
            with self.guard.translate_errors():
                return load(f"{folder}/{file_name}")
        except StoreRejectedError:
            raise StoreError(
                f"tracking.uri: {file_name} of run {run_id} is not where the store says; "
                "was its folder mlruns moved?"
            ) from None
        except (ValueError, LookupError, AttributeError, TypeError):
            raise StoreError(f"tracking.uri: {file_name} of run {run_id} cannot be read") from None
