"""The outbox: finished networks and ended sweeps on disk, until the store can take them.

There is a file for each finished network, and one for the end of each sweep.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from fcnn.config.schema import Tracking
from fcnn.errors import DiskFullError, StoreError
from fcnn.tracking import npz
from fcnn.tracking.address import canonical_address
from fcnn.tracking.disk import is_disk_full
from fcnn.tracking.permissions import make_private_folder, open_private_file
from fcnn.tracking.redaction import redact

END_SUFFIX = ".end.npz"
PART_SUFFIX = ".part"
_HEADER = "facts"
"""The array of a file that holds everything but metrics and weights, as JSON."""
_KEYS = {
    "run_id": "run_id",
    "status": "status",
    "ended_ms": "ended",
    "config_yaml": "source",
    "number": "number",
    "started_ms": "began",
    "fingerprint": "fingerprint",
    "environment": "provenance",
    "parent_run_id": "parent",
    "test_metrics": "test_metrics",
    "ending": "ending",
}
"""Names in the header of a file by field; those of 0.1.0 for what it had."""


@dataclass(frozen=True, kw_only=True)
class PendingTermination:
    """The end of a run that the store has open: its status, and when it ended in ms.

    `run_id` is None where the store has no such run.
    """

    run_id: str | None
    status: str
    ended_ms: int


@dataclass(frozen=True, kw_only=True)
class PendingRun(PendingTermination):
    """A trained network that the store does not have yet.

    `config_yaml` is its composed config and `number` its place in the sweep. `fingerprint` and
    `environment` are those of when it was trained. `metrics` have shape (epochs,) each, from epoch
    1 on; `test_metrics` are those of its test sample, if it has one; `ending` is the epoch that
    early stopping kept and the one that it ended at. `parent_run_id` is its sweep's; files of
    0.1.0 have it in the YAML only. The run that the store has open, if it has one, ends as
    `PendingTermination` describes.
    """

    config_yaml: str
    number: int
    started_ms: int
    fingerprint: str
    environment: dict[str, str]
    metrics: dict[str, NDArray[np.float32]]
    weights: list[NDArray[np.float32]]
    parent_run_id: str | None = None
    test_metrics: dict[str, float] = field(default_factory=dict)
    ending: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Name of its file: files sort by when their runs started."""
        return f"{self.started_ms:013d}-{self.number:06d}-{self.fingerprint}"


class Outbox:
    """What waits for one store, in a folder of its own."""

    def __init__(self, tracking: Tracking) -> None:
        root = Path(tracking.outbox)
        # A hash, because an address is no folder name; without its password, which changes.
        self.folder = root / _digest(canonical_address(tracking.uri))
        former_addresses = (tracking.uri, redact(tracking.uri).rstrip("/"))
        older_folders = [root / _digest(address) for address in former_addresses]
        self._folders = (*older_folders, self.folder)

    def put(self, entry: PendingTermination, name: str) -> None:
        """Keep a network, or the end of a run; once this returns it survives the process.

        Raises:
            DiskFullError: Its disk is full.
            StoreError: The outbox cannot be written.
        """
        suffix = ".npz" if isinstance(entry, PendingRun) else END_SUFFIX
        path = self.folder / f"{name}{suffix}"
        part = path.with_name(path.name + PART_SUFFIX)
        try:
            make_private_folder(self.folder)
            with self._lock_writing():
                try:
                    _save(part, _to_arrays(entry))
                    os.replace(part, path)
                    _sync_folder(self.folder)
                finally:
                    part.unlink(missing_ok=True)
        except OSError as error:
            kind = DiskFullError if is_disk_full(error) else StoreError
            raise kind(
                f"tracking.outbox: {self.folder} cannot be written: {error.strerror or error}"
            ) from None

    def remove_parts(self) -> None:
        """Remove files that a killed process left half written."""
        if not any(self._list_parts()):
            return
        with suppress(OSError):  # the next call does it
            make_private_folder(self.folder)
            with self._lock_writing():
                for part in self._list_parts():
                    part.unlink(missing_ok=True)

    def _list_parts(self) -> Iterator[Path]:
        return (part for folder in self._folders for part in folder.glob(f"*{PART_SUFFIX}"))

    def list_files(self) -> list[Path]:
        """All entries, oldest first and ends of sweeps last.

        Another process may be delivering them meanwhile.
        """
        folders = dict.fromkeys(self._folders)
        files = [file for folder in folders for file in folder.glob("*.npz")]
        return sorted(files, key=lambda file: (_is_end(file), file.name))

    def list_networks(self) -> list[Path]:
        """The entries that are networks, oldest first."""
        return [file for file in self.list_files() if not _is_end(file)]

    def lock(self) -> FileLock:
        """The lock of the one process that delivers."""
        make_private_folder(self.folder)
        return FileLock(self.folder / "lock", timeout=0)

    def _lock_writing(self) -> FileLock:
        """The lock of whoever writes a file: its holder sees only parts that nobody writes."""
        return FileLock(self.folder / "writing")


def read_entry(file: Path) -> PendingTermination:
    """Read what `Outbox.put` kept.

    Raises:
        StoreError: The file is damaged, or not an outbox's.
    """
    try:
        arrays = npz.load(file)
        header = json.loads(str(arrays[_HEADER]))
        fields = {field: header.pop(key) for field, key in _KEYS.items() if key in header}
        fields |= header  # a key that is unknown is an error
        if "config_yaml" not in fields:
            return PendingTermination(**fields)
        metrics = {
            key.removeprefix("metric "): values
            for key, values in arrays.items()
            if key.startswith("metric ")
        }
        n_weights = sum(key.startswith("weights ") for key in arrays)
        weights = [arrays[f"weights {index}"] for index in range(n_weights)]
        return PendingRun(metrics=metrics, weights=weights, **fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("it is damaged, or of another version") from error


def _to_arrays(entry: PendingTermination) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    if isinstance(entry, PendingRun):
        arrays |= {f"metric {key}": values for key, values in entry.metrics.items()}
        arrays |= {f"weights {index}": values for index, values in enumerate(entry.weights)}
    header = {key: getattr(entry, field) for field, key in _KEYS.items() if hasattr(entry, field)}
    return {_HEADER: np.array(json.dumps(header))} | arrays


def _save(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays to a file, and wait until they are on the disk."""
    with open_private_file(path) as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Wait until the names of the files in a folder are on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_end(file: Path) -> bool:
    return file.name.endswith(END_SUFFIX)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
