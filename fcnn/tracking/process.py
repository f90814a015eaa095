"""Which process makes a run: tells runs that nobody will end any more from those that are being made."""

import hashlib
import os
import platform
from pathlib import Path

import psutil


def mine() -> str:
    """`machine start space pid began`: hashes of the machine, of its last start and of the container, and the process in there."""
    return " ".join([*_here(), str(os.getpid()), f"{psutil.Process().create_time():.0f}"])


def ended(process: str) -> bool:
    """Whether a process of this machine has ended; of another machine's or container's nobody here knows.

    Nor does anybody of a text that is none of `mine`: anyone may set a tag.
    """
    parts = process.split()
    try:
        *there, pid, began = *parts[:3], int(parts[3]), float(parts[4])
    except (IndexError, ValueError):
        return False
    if len(parts) != 5 or pid <= 0:
        return False
    machine, start, space = (one == other for one, other in zip(there, _here(), strict=True))
    if not (machine and start and space):
        return machine and not start
    try:
        found = psutil.Process(pid)
        # Process numbers come round again, and clocks are set by seconds.
        return bool(found.status() == psutil.STATUS_ZOMBIE or abs(found.create_time() - began) > 60)
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def _here() -> list[str]:
    space = Path("/proc/self/ns/pid")
    texts = (
        platform.node() + _text(Path("/etc/machine-id")),
        _text(Path("/proc/sys/kernel/random/boot_id")),
        os.readlink(space) if space.exists() else "",
    )
    return [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
