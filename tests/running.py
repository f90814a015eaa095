"""The scripts, run as people run them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import mlflow

from fcnn.config import CHECKOUT


def curves(uri: str, study: str, status: str = "FINISHED") -> "dict[str, list[dict[str, list[tuple[int, float]]]]]":
    """Of each fingerprint in an experiment the curves of all its runs of this status, read through MLflow's public client."""
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri)
    wanted = f"tags.`fcnn.fingerprint` != '' and attributes.status = '{status}'"
    found: dict[str, list[dict[str, list[tuple[int, float]]]]] = {}
    for run in client.search_runs([client.get_experiment_by_name(study).experiment_id], wanted):
        histories = {key: client.get_metric_history(run.info.run_id, key) for key in ("loss", "val_loss")}
        of_run = {key: [(point.step, point.value) for point in history] for key, history in histories.items()}
        found.setdefault(run.data.tags["fcnn.fingerprint"], []).append(of_run)
    return found


def swept(folder: Path, empty_store: Path, *grid: str) -> "dict[str, list[dict[str, list[tuple[int, float]]]]]":
    """The curves of a study, `grid[0]`, that nothing disturbs, in a SQLite store of its own."""
    shutil.copy(empty_store, folder / "mlflow.db")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert run_script("train", *grid, cwd=folder, uri=uri).returncode == 0
    return curves(uri, grid[0].removeprefix("study="))


def statuses(uri: str, study: str) -> list[str]:
    """Of all runs of an experiment, parents too."""
    client = mlflow.MlflowClient(uri)
    return sorted(run.info.status for run in client.search_runs([client.get_experiment_by_name(study).experiment_id]))


def start_script(name: str, *arguments: str, cwd: Path, uri: str, **environment: str) -> "subprocess.Popen[str]":
    """As `run_script`, without waiting for its end; it listens to SIGINT also where its parents ignore it."""
    listen = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", listen, str(CHECKOUT / "scripts" / f"{name}.py"), *arguments],
        cwd=cwd,
        env=os.environ | {"MLFLOW_TRACKING_URI": uri} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


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
