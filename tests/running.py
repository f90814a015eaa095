"""The scripts, run as people run them."""

import os
import subprocess
import sys
from pathlib import Path

from fcnn.config import CHECKOUT


def run_script(name: str, *arguments: str, cwd: Path, uri: str, python: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    """Runs `scripts/NAME.py` in folder `cwd` with its store at `uri`."""
    return subprocess.run(
        [sys.executable, *python, str(CHECKOUT / "scripts" / f"{name}.py"), *arguments],
        cwd=cwd,
        env=os.environ | {"MLFLOW_TRACKING_URI": uri},
        capture_output=True,
        text=True,
        check=False,
    )
