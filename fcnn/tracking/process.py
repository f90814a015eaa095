"""Identifies the process that trains a run, to tell running from orphaned runs."""

import hashlib
import os
import platform
import re
from pathlib import Path

import psutil

CLOCK_TOLERANCE_SECONDS = 60


def current_process() -> str:
    """Return the text that identifies this process: `machine boot namespace pid started`.

    The first three are hashes of the machine, its last boot and the container; `started` is the
    start of the process in seconds since the epoch.
    """
    started = psutil.Process().create_time()
    return " ".join([*machine_identity(), str(os.getpid()), f"{started:.0f}"])


def has_exited(process: str) -> bool:
    """Whether a process of this machine is known to have exited.

    False for processes of other machines, boots and containers, of which nothing is known here: a
    copy of a virtual machine has the name and the id of the one that trains. False also for any
    text that `current_process` did not write: everyone can set a tag.
    """
    machine = " ".join(machine_identity())
    fields = re.fullmatch(rf"{machine} ([1-9]\d{{0,9}}) (\d{{1,12}})", process, re.ASCII)
    return fields is not None and not _is_running(int(fields[1]), float(fields[2]))


def _is_running(pid: int, started: float) -> bool:
    """Whether the process `pid` runs and is the one that started then: ids are reused."""
    try:
        process = psutil.Process(pid)
        is_other = abs(process.create_time() - started) > CLOCK_TOLERANCE_SECONDS
        return not (is_other or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def machine_identity() -> list[str]:
    """Return hashes of this machine, of its last boot, and of the container (12 digits each)."""
    namespace = Path("/proc/self/ns/pid")
    texts = (
        platform.node() + _read_text(Path("/etc/machine-id")),
        _read_text(Path("/proc/sys/kernel/random/boot_id")),
        os.readlink(namespace) if namespace.exists() else "",
    )
    return [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]


def _read_text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
