"""What a store that is away has yet to get, kept on disk.

There is a file for each finished network, and one for each sweep's end.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from fcnn.config.schema import Tracking
from fcnn.tracking import npz
from fcnn.tracking.address import address
from fcnn.tracking.errors import StoreError

END = ".end.npz"
PART = ".part"


@dataclass(frozen=True, kw_only=True)
class PendingTermination:
    """What a run that was begun in the store has become, and when (ms); `run_id` is None where none was begun."""

    run_id: str | None
    status: str
    ended: int


@dataclass(frozen=True, kw_only=True)
class PendingRun(PendingTermination):
    """A network that is trained: its composed YAML, number in the sweep, start in ms, metrics from epoch 1 on and weights.

    `parent` is the parent run of its sweep; version 0.1.0 has it in the YAML. `fingerprint` and `provenance` are those of when it was trained. The run that was begun, if one was, ends as End says.
    """

    source: str
    number: int
    began: int
    fingerprint: str
    provenance: dict[str, str]
    metrics: dict[str, NDArray[np.float32]]
    weights: list[NDArray[np.float32]]
    parent: str | None = None

    @property
    def name(self) -> str:
        """What its file is called: those that began first come first."""
        return f"{self.began:013d}-{self.number:06d}-{self.fingerprint}"


class Outbox:
    """What waits for one store, in a folder of its own."""

    def __init__(self, tracking: Tracking) -> None:
        root = Path(tracking.outbox)
        # A hash, because an address is no name of a folder; without its password, which changes.
        self.folder = root / _digest(address(tracking.uri))
        self._folders = (root / _digest(tracking.uri), self.folder)  # the first as in 0.1.0

    def put(self, entry: PendingTermination, name: str) -> None:
        """Keeps a network, or the end of a run; after this returns it survives the process.

        Raises:
            StoreError: it cannot be written.
        """
        environment_tags = asdict(entry)
        arrays = {
            f"metric {key}": values for key, values in environment_tags.pop("metrics", {}).items()
        }
        arrays |= {
            f"weights {index}": values
            for index, values in enumerate(environment_tags.pop("weights", []))
        }
        path = self.folder / f"{name}{'.npz' if isinstance(entry, PendingRun) else END}"
        part = path.with_name(path.name + PART)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._writing():
                try:
                    with part.open("wb") as file:
                        facts_array = np.array(json.dumps(environment_tags))
                        np.savez(file, allow_pickle=False, facts=facts_array, **arrays)
                        file.flush()
                        os.fsync(file.fileno())
                    os.replace(part, path)
                finally:
                    part.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"tracking.outbox: {self.folder} cannot be written: {error.strerror or error}"
            ) from None

    def tidy(self) -> None:
        """Removes what was left half written by a process that was killed."""
        for folder in filter(Path.is_dir, self._folders):
            with self._writing():
                for part in folder.glob(f"*{PART}"):
                    part.unlink(missing_ok=True)

    def _writing(self) -> FileLock:
        """Held while a file is written: whoever holds it sees only such parts as were left."""
        return FileLock(self.folder / "writing")

    def files(self) -> list[Path]:
        """What waits, oldest first and ends of sweeps last; another process may be delivering it."""
        found = [file for folder in dict.fromkeys(self._folders) for file in folder.glob("*.npz")]
        return sorted(found, key=lambda file: (file.name.endswith(END), file.name))

    def networks(self) -> list[Path]:
        """Those of them that are networks."""
        return [file for file in self.files() if not file.name.endswith(END)]

    def lock(self) -> FileLock:
        """Held by the one process that delivers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "lock", timeout=0)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read(file: Path) -> PendingTermination:
    """What `Outbox.put` kept.

    Raises:
        StoreError: it is nothing of the kind, or damaged.
    """
    try:
        saved = npz.load(file)
        environment_tags = json.loads(str(saved["facts"]))
        if "source" not in environment_tags:
            return PendingTermination(**environment_tags)
        metrics = {
            key.removeprefix("metric "): values
            for key, values in saved.items()
            if key.startswith("metric ")
        }
        weights = [
            saved[f"weights {index}"]
            for index in range(sum(key.startswith("weights ") for key in saved))
        ]
        return PendingRun(metrics=metrics, weights=weights, **environment_tags)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("it is damaged, or no file of an outbox") from error
