"""What a run was trained with: versions, commit and machine, as tags. Nothing personal."""

import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator
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
PACKAGES = ("numpy", "keras", "tensorflow", "torch", "scikit-learn", "mlflow")


@cache
def environment_tags() -> dict[str, str]:
    """Return the tags of a run that is trained in this process."""
    return {
        "fcnn.versions": ", ".join(
            [f"python {platform.python_version()}", *_versions(), f"numerics {NUMERICS_VERSION}"]
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


def differences(tags: dict[str, str]) -> list[str]:
    """Return what differs now from the tags of a run, a line each: `keras 3.14.0, now 3.15.1`."""
    lines = []
    for key, value in environment_tags().items():
        recorded, now = _split_tag(key, tags.get(key, "")), _split_tag(key, value)
        lines += [
            f"{name} {recorded.get(name, '(none)')}, now {now.get(name, '(none)')}"
            for name in recorded | now
            if recorded.get(name) != now.get(name)
        ]
    return lines


def _split_tag(key: str, text: str) -> dict[str, str]:
    """Return the version of each package, and any other tag whole."""
    if key != "fcnn.versions":
        return {key.removeprefix("fcnn."): text}
    packages = [part.partition(" ") for part in text.split(", ")]
    return {name: package_version for name, _, package_version in packages}


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
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()
