"""What a run was made with: versions, commit and machine, as tags. Nothing that tells who made it."""

import platform
import shlex
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fcnn.config import CHECKOUT
from fcnn.escaping import printable
from fcnn.network import NUMERICS_VERSION
from fcnn.tracking.redaction import redact

PACKAGES = ("numpy", "keras", "tensorflow", "torch", "scikit-learn", "mlflow")


@cache
def facts() -> dict[str, str]:
    """Tags of a run made here and now."""
    return {
        "fcnn.versions": ", ".join(
            [f"python {platform.python_version()}", *_versions(), f"numerics {NUMERICS_VERSION}"]
        ),
        "fcnn.commit": _commit(),
        "fcnn.machine": ", ".join(
            part for part in (platform.system(), platform.machine(), _processor()) if part
        ),
    }


def command() -> str:
    """What was typed to start this process, without passwords."""
    program = Path(sys.argv[0])
    installed = program.name.startswith("fcnn-")
    start = [program.name] if installed else ["python", "/".join(program.parts[-2:])]
    return printable(redact(shlex.join([*start, *sys.argv[1:]])))


def differences(then: dict[str, str]) -> list[str]:
    """What is different here and now, a line each: `keras 3.14.0, now 3.15.1`."""
    found = []
    for key, value in facts().items():
        before, now = (dict(_parts(key, text)) for text in (then.get(key, ""), value))
        found += [
            f"{part} {before.get(part, '(none)')}, now {now.get(part, '(none)')}"
            for part in before | now
            if before.get(part) != now.get(part)
        ]
    return found


def _parts(key: str, text: str) -> list[tuple[str, str]]:
    """The versions of a tag one by one; any other tag whole."""
    if key != "fcnn.versions":
        return [(key.removeprefix("fcnn."), text)]
    return [(name, value) for name, _, value in (part.partition(" ") for part in text.split(", "))]


def _versions() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # an optional one
    return found


def _commit() -> str:
    """The commit of the checkout, with a `+` where files differ from it."""
    try:
        git = ["git", "-C", str(CHECKOUT)]
        commit = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changed else "")


def _processor() -> str:
    """The processor's model, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()
