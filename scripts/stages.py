"""`scripts/train.py` under a stop watch, for `scripts/benchmark.py growth`."""

import json
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def staged(arguments: Sequence[str]) -> None:
    """Runs `scripts/train.py` and writes what its main thread spent its time on to `stages.json`."""
    from fcnn import composing, jobs, libraries, preflight
    from fcnn import training as trainers
    from fcnn.tracking import store
    from hydra_plugins.fcnn_population import _core as launching

    spent: dict[str, float] = defaultdict(float)

    def timed(owner: Any, name: str, stage: str) -> None:
        function = getattr(owner, name)

        def wrapper(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                spent[stage] += time.perf_counter() - began

        setattr(owner, name, wrapper)

    timed(composing.Composer, "compose", "compose")
    timed(preflight, "parse", "compose")
    timed(launching, "parse", "compose")
    timed(libraries, "load", "start")
    timed(store, "connect", "start")
    timed(trainers.Trainers, "_news", "wait for training")
    timed(trainers.Trainers, "_train", "training")
    timed(launching, "run_job", "Hydra's jobs")
    for name in ("__init__", "log", "complete"):
        timed(jobs.JobRun, name, "record")
    timed(jobs.JobRun, "complete", "completed")
    sys.argv[1:] = arguments
    try:
        runpy.run_path(str(Path(__file__).with_name("train.py")), run_name="__main__")
    finally:
        spent["Hydra's jobs"] -= spent.pop("completed")  # which runs inside of them
        Path("stages.json").write_text(json.dumps({"start": 0.0} | spent))


if __name__ == "__main__":
    staged(sys.argv[1:])
