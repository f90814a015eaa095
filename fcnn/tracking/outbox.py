"""What a server that is away has yet to get, kept on disk: a file for each finished network, and one for each sweep's end."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from fcnn.config import Tracking

END = ".end.npz"


@dataclass(frozen=True, kw_only=True)
class End:
    """What a run that was begun on the server has become, and when (ms); `run_id` is None where none was begun."""

    run_id: str | None
    status: str
    ended: int


@dataclass(frozen=True, kw_only=True)
class Kept(End):
    """A network that is trained: its composed YAML, number in the sweep, start in ms, metrics from epoch 1 on and weights.

    `fingerprint` and `provenance` are those of when it was trained. The run that was begun, if one was, ends as End says.
    """

    source: str
    number: int
    began: int
    fingerprint: str
    provenance: dict[str, str]
    metrics: dict[str, NDArray[np.float32]]
    weights: list[NDArray[np.float32]]


class Outbox:
    """What waits for one store, in a folder of its own."""

    def __init__(self, tracking: Tracking) -> None:
        # A hash, because an address may hold a password.
        self.folder = Path(tracking.outbox) / hashlib.sha256(tracking.uri.encode()).hexdigest()[:12]

    def put(self, entry: End, name: str) -> None:
        """Keeps a network, or the end of a run; after this returns it survives the process."""
        facts = asdict(entry)
        arrays = {f"metric {key}": values for key, values in facts.pop("metrics", {}).items()}
        arrays |= {
            f"weights {index}": values for index, values in enumerate(facts.pop("weights", []))
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
            np.savez(file, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, self.folder / f"{name}{'.npz' if isinstance(entry, Kept) else END}")

    def files(self) -> list[Path]:
        """What waits; another process may be delivering it."""
        return sorted(self.folder.glob("*.npz"))

    def networks(self) -> list[Path]:
        """Those of them that are networks."""
        return [file for file in self.files() if not file.name.endswith(END)]

    def lock(self) -> FileLock:
        """Held by the one process that delivers."""
        return FileLock(self.folder / "lock", timeout=0)


def read(file: Path) -> End:
    """What `Outbox.put` kept."""
    with np.load(file, allow_pickle=False) as saved:
        facts = json.loads(str(saved["facts"]))
        if "source" not in facts:
            return End(**facts)
        metrics = {
            key.removeprefix("metric "): saved[key]
            for key in saved.files
            if key.startswith("metric ")
        }
        weights = [
            saved[f"weights {index}"]
            for index in range(sum(key.startswith("weights ") for key in saved.files))
        ]
    return Kept(metrics=metrics, weights=weights, **facts)
