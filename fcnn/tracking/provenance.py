"""What a run was trained with, as tags: versions, arithmetic, commit, machine. Nothing personal."""

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fcnn.config.locations import is_installed, project_dir
from fcnn.escaping import printable
from fcnn.network import NUMERICS_VERSION
from fcnn.tracking.redaction import redact

_python_call: ContextVar[str] = ContextVar("python_call", default="")
ARITHMETIC_VARIABLES = {
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "ONEDNN_MAX_CPU_ISA": "ALL",
    "TF_NUM_INTRAOP_THREADS": "1",  # as `fcnn.libraries.runtime` sets it
    "NPY_DISABLE_CPU_FEATURES": "none",
    "OPENBLAS_CORETYPE": "any",
}
"""Variables that change the last bits of a curve, and what it means that they are not set."""
CPU_FEATURES = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd")
"""Instruction sets among which the libraries choose."""
TAGS_OF_PAIRS = ("fcnn.versions", "fcnn.arithmetic")
"""Tags that list names with values, `keras 3.15.1, numpy 2.4.0`; any other is one value."""
PACKAGES = ("numpy", "keras", "tensorflow", "torch", "scikit-learn", "mlflow")


@cache
def environment_tags() -> dict[str, str]:
    """Return the tags of a run that is trained in this process."""
    return {
        "fcnn.versions": ", ".join(
            [f"python {platform.python_version()}", *_versions(), f"numerics {NUMERICS_VERSION}"]
        ),
        "fcnn.arithmetic": ", ".join(
            [
                f"instructions {_instructions()}",
                *(
                    f"{name} {os.environ.get(name) or default}"
                    for name, default in ARITHMETIC_VARIABLES.items()
                ),
            ]
        ),
        "fcnn.commit": _commit(),
        "fcnn.machine": ", ".join(
            part for part in (platform.system(), platform.machine(), _processor()) if part
        ),
    }


@contextmanager
def record_call(call: str) -> Iterator[None]:
    """Let `command` return a Python call: the command line of a notebook's kernel helps nobody."""
    token = _python_call.set(call)
    try:
        yield
    finally:
        _python_call.reset(token)


def command() -> str:
    """Return what started this work, without credentials: a command line, or a Python call."""
    if call := _python_call.get():
        return printable(redact(call))
    program = Path(sys.argv[0])
    is_installed = program.name.startswith("fcnn-")
    arguments = [program.name] if is_installed else ["python", "/".join(program.parts[-2:])]
    return printable(redact(shlex.join([*arguments, *sys.argv[1:]])))


def differences(tags: Mapping[str, str]) -> list[str]:
    """Return what differs now from the tags of a run, a line each: `keras 3.14.0, now 3.15.1`.

    A tag that the run lacks, because its version had none such, is no difference.
    """
    lines = []
    for key, value in environment_tags().items():
        if key not in tags:
            continue
        recorded, now = _split_tag(key, tags[key]), _split_tag(key, value)
        lines += [
            f"{name} {recorded.get(name, '(none)')}, now {now.get(name, '(none)')}"
            for name in recorded | now
            if recorded.get(name) != now.get(name)
        ]
    return lines


def _split_tag(key: str, text: str) -> dict[str, str]:
    """Return the values of a tag by their names; one that is no list has its own name."""
    if key not in TAGS_OF_PAIRS:
        return {key.removeprefix("fcnn."): text}
    pairs = [part.partition(" ") for part in text.split(", ")]
    return {name: value for name, _, value in pairs}


def _versions() -> list[str]:
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # an optional dependency
    return versions


def _commit() -> str:
    """Return the commit of the checkout, with a `+` if tracked files differ from it."""
    if is_installed():
        return "unknown"  # the working directory may be a repository of anything
    try:
        commit = _run_git("rev-parse", "--short=12", "HEAD").strip()
        changed_files = _run_git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changed_files else "")


def _run_git(*arguments: str) -> str:
    command = ["git", "-C", str(project_dir()), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _processor() -> str:
    """Return the processor's model, as far as the system reports it."""
    return _read_cpuinfo("model name") or platform.processor()


def _instructions() -> str:
    """Return the instruction sets of the processor that libraries choose among: `avx+avx2+fma`."""
    flags = (_read_cpuinfo("flags") or _read_cpuinfo("Features")).split()
    return "+".join(name for name in CPU_FEATURES if name in flags) or "unknown"


def _read_cpuinfo(field: str) -> str:
    """Return what Linux says about the first core; empty elsewhere."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")
