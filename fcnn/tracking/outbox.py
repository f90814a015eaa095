"""What a server that is away has yet to get, kept on disk: a file for each finished network, and one for each sweep's end."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from fcnn.config import Tracking

END = ".end.npz"


@dataclass(frozen=True)
class Kept:
    """A network that is trained: its composed YAML, number in the sweep, metrics from epoch 1 on, weights, start and end in ms.

    `fingerprint` and `provenance` are those of when it was trained. `run_id` is the run that was begun on the server before it
    went away, if one was.
    """

    source: str
    number: int
    fingerprint: str
    provenance: dict[str, str]
    metrics: dict[str, NDArray[np.float32]]
    weights: list[NDArray[np.float32]]
    began: int
    ended: int
    run_id: str | None


class Outbox:
    """What waits for one store, in a folder of its own."""

    def __init__(self, tracking: Tracking) -> None:
        # A hash, because an address may hold a password.
        self.folder = Path(tracking.outbox) / hashlib.sha256(tracking.uri.encode()).hexdigest()[:12]

    def put(self, kept: Kept, name: str) -> None:
        """Keeps a network; after this returns it survives the process."""
        arrays: dict[str, NDArray[Any]] = {f"metric {key}": values for key, values in kept.metrics.items()}
        arrays |= {f"weights {index}": values for index, values in enumerate(kept.weights)}
        facts = {field.name: getattr(kept, field.name) for field in fields(kept) if field.name not in ("metrics", "weights")}
        self._write(f"{name}.npz", arrays | {"facts": np.array(json.dumps(facts))})

    def put_end(self, run_id: str, status: str, ended: int) -> None:
        """Keeps that a run has ended, and when (ms)."""
        self._write(f"{run_id}{END}", {"facts": np.array(json.dumps([status, ended]))})

    def networks(self) -> list[Path]:
        """Files of networks; another process may be delivering them."""
        return [file for file in sorted(self.folder.glob("*.npz")) if not file.name.endswith(END)]

    def ends(self) -> list[Path]:
        """Files of runs that have ended."""
        return sorted(self.folder.glob(f"*{END}"))

    def lock(self) -> FileLock:
        """Held by the one process that delivers."""
        return FileLock(self.folder / "lock", timeout=0)

    def _write(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, self.folder / name)


def read_end(file: Path) -> tuple[str, str, int]:
    """Run, status and time of what `Outbox.put_end` kept."""
    with np.load(file, allow_pickle=False) as saved:
        status, ended = json.loads(str(saved["facts"]))
    return file.name.removesuffix(END), status, ended


def read(file: Path) -> Kept:
    """What `Outbox.put` kept."""
    with np.load(file, allow_pickle=False) as saved:
        facts = json.loads(str(saved["facts"]))
        metrics = {key.removeprefix("metric "): saved[key] for key in saved.files if key.startswith("metric ")}
        weights = [saved[f"weights {index}"] for index in range(sum(key.startswith("weights ") for key in saved.files))]
    return Kept(metrics=metrics, weights=weights, **facts)
