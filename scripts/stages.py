"""Runs `scripts/train.py` and measures what its main thread spends its time on.

    python scripts/stages.py study=depth training.seed=0

writes the seconds of each stage to `stages.json` in the working folder. `scripts/benchmark.py
growth` uses it.
"""

import json
import runpy
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pandas as pd

from fcnn.config.locations import project_dir

STAGES = ["start", "compose", "wait for training", "record", "models", "Hydra's jobs", "report"]
"""Stages of a study, in order; the last is a command of its own."""
RESULTS = "stages.json"


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Add the time that the body takes, without that of stages inside it, to a stage's seconds."""
    started, counted = time.perf_counter(), sum(seconds.values())
    try:
        yield
    finally:
        inside = sum(seconds.values()) - counted
        seconds[stage] += time.perf_counter() - started - inside


def measure_stages() -> None:
    """Run `scripts/train.py` with this process's arguments and write the seconds of each stage."""
    seconds: dict[str, float] = defaultdict(float, start=0.0)
    for owner, name, stage in _find_timed_functions():
        setattr(owner, name, timed(seconds, stage)(getattr(owner, name)))
    try:
        runpy.run_path(str(project_dir() / "scripts" / "train.py"), run_name="__main__")
    finally:
        Path(RESULTS).write_text(json.dumps(seconds))


def _find_timed_functions() -> list[tuple[Any, str, str]]:
    """Return owner, name and stage of each function that the main thread spends its time in."""
    from hydra.core import utils

    from fcnn.composition import sweep_jobs
    from fcnn.libraries import base
    from fcnn.tracking import store
    from fcnn.training import job_run, local, pool, sweep

    return [
        (sweep_jobs.JobComposer, "make_jobs", "compose"),
        (base, "load_library", "start"),
        (store, "connect", "start"),
        (pool.TrainingPool, "_next_update", "wait for training"),
        # Hydra loads its plugins, and so the launcher, after this module has been changed.
        (utils, "run_job", "Hydra's jobs"),
        (job_run.JobRun, "__init__", "record"),
        (job_run.JobRun, "log", "record"),
        (local, "write_job_runs", "record"),
        (local, "finish_job_runs", "record"),
        (sweep, "make_missing_models", "models"),
    ]


def draw_stages(milliseconds: pd.DataFrame, path: Path) -> None:
    """Draw a stacked bar for each number of runs.

    Args:
        milliseconds: Time per run, one row per number of runs, one column per stage.
        path: The picture to write.
    """
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure

    from fcnn.plots.colours import COLOURS

    figure = Figure(figsize=(9, 0.7 * len(milliseconds) + 1.4), layout="constrained")
    axes = figure.add_subplot(xlabel="milliseconds per run, whole commands")
    milliseconds.rename(lambda runs: f"{runs:,} runs").plot.barh(
        stacked=True, color=list(COLOURS), width=0.8, ylabel="", ax=axes
    )
    totals = [f" {total:.0f} ms" for total in milliseconds.sum(axis=1)]
    axes.bar_label(cast(BarContainer, axes.containers[-1]), totals)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(STAGES),
        frameon=False,
        fontsize=9,
        columnspacing=1.2,
    )
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    measure_stages()
