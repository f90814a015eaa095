"""Times fcnn against what people use instead, side by side in one run, and shows where its own time goes.

    python scripts/benchmark.py studies              whole commands on whole studies, imports included
    python scripts/benchmark.py training             training alone, 40 networks of [16,16], against JAX's `vmap`
    python scripts/benchmark.py growth               the original's four studies at 1, 10 and 100 seeds: time, memory, where it goes
    python scripts/benchmark.py store                recording, reading and drawing 1,002 runs (3,600 with `--seeds 600`)

The peers are in `scripts/peers.py`. Contestants take turns, so that a machine that slows down slows all of them. Every command has a fresh
folder and a SQLite store of its own.
"""

import argparse
import itertools
import json
import math
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pandas as pd

from fcnn.config.locations import project_dir

RUNS = {
    "activation_size": 12,
    "optimizer_learning_rate": 12,
    "sgd_learning_rate": 6,
    "sgd_adam_learning_rate": 6,
}
"""Of one seed, in the original's four studies."""
STAGES = ["start", "compose", "wait for training", "record", "Hydra's jobs", "report"]
PEERS = ["loop", "autolog", "keras_tuner"]


def command(
    script: str, *arguments: str, folder: Path, uri: str | None = None
) -> tuple[float, float]:
    """Seconds that one of our scripts takes and the most memory that it has, in MB."""
    began = time.perf_counter()
    with (folder / "log").open("a") as output:
        store = {"MLFLOW_TRACKING_URI": uri or f"sqlite:///{folder}/mlflow.db"}
        whole = [sys.executable, str(project_dir() / "scripts" / f"{script}.py"), *arguments]
        process = subprocess.Popen(
            whole, cwd=folder, env=os.environ | store, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit((folder / "log").read_text()[-3000:])
    return time.perf_counter() - began, usage.ru_maxrss / 1024


@contextmanager
def timed(spent: dict[str, float], stage: str) -> Iterator[None]:
    """Adds the seconds that its body takes to those of the stage."""
    began = time.perf_counter()
    try:
        yield
    finally:
        spent[stage] += time.perf_counter() - began


def show(times: Mapping[str, Sequence[float]], title: str) -> None:
    """A row for each contestant, and how many times longer than the first it takes."""
    table = pd.DataFrame(times).agg(["min", "median", "max"]).T
    table["times longer"] = table["median"] / table["median"].iloc[0]
    print(f"{title}, seconds", table.round(2).to_string(), sep="\n")


def studies(given: argparse.Namespace) -> None:
    """Whole commands, one for each study."""
    times = defaultdict[str, list[float]](list)
    for _, peer in itertools.product(range(given.repeats), ["fcnn", *given.peers]):
        times[peer].append(0.0)
        for study in given.studies:
            with tempfile.TemporaryDirectory() as name:
                script = (
                    ["train", f"study={study}"] if peer == "fcnn" else ["peers", peer, study, name]
                )
                times[peer][-1] += command(*script, "training.seed=0", folder=Path(name))[0]
    runs = sum(RUNS[study] for study in given.studies)
    show(times, f"{', '.join(given.studies)}: {runs} runs, {given.repeats} rounds")


def training(given: argparse.Namespace) -> None:
    """The same 40 networks, imports and compiling included and not."""
    grid = [
        "model.hidden_units=[16,16]",
        "model.activation=relu",
        "training.seed=range(40)",
        "training.epochs=150",
    ]
    times = defaultdict[str, dict[str, list[float]]](lambda: {"fcnn": [], "jax": []})
    for _, peer in itertools.product(range(given.repeats), ["fcnn", "jax"]):
        with tempfile.TemporaryDirectory() as name:
            command("peers", peer, "depth", name, *grid, folder=Path(name))
            for line in (Path(name) / "log").read_text().splitlines():
                if line.startswith("seconds "):
                    _, what, value, *_ = line.split()
                    times[what][peer].append(float(value))
    for what, both in times.items():
        show(both, f"{what}: 40 networks of [16,16], 150 epochs, {given.repeats} rounds")


def growth(given: argparse.Namespace) -> None:
    """All four studies at each number of seeds: a table, and a picture of where a run's time goes."""
    rows = []
    for seeds in given.seeds:
        row: dict[str, float] = {
            "runs": seeds * sum(RUNS.values()),
            "MB": 0,
            "report MB": 0,
        } | dict.fromkeys(STAGES, 0.0)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for study in RUNS:
                seconds, memory = command(
                    "benchmark",
                    "staged",
                    f"study={study}",
                    f"training.seed=range({seeds})",
                    folder=folder,
                )
                found = json.loads((folder / "stages.json").read_text())
                found["start"] += seconds - sum(found.values())
                found["report"], report_memory = command("report", f"study={study}", folder=folder)
                row |= {stage: row[stage] + value for stage, value in found.items()}
                row |= {
                    "MB": max(row["MB"], memory),
                    "report MB": max(row["report MB"], report_memory),
                }
        rows.append(row)
    table = pd.DataFrame(rows).set_index("runs")
    table.insert(0, "seconds", table[STAGES].sum(axis=1))
    table[STAGES] *= 1000 / table.index.to_numpy()[:, None]
    print(
        "seconds and MB of the whole; then ms a run, by what is waited for",
        table.round().to_string(),
        sep="\n",
    )
    if given.picture:
        draw(table[STAGES], given.picture)


def store(given: argparse.Namespace) -> None:
    """Recording made-up runs of 250 epochs, reading them back and drawing their report, from a new SQLite file or from `--uri`."""
    from fcnn.tracking.reader import Reader

    steps = defaultdict[str, float](float)
    with tempfile.TemporaryDirectory() as name:
        uri, study = given.uri or f"sqlite:///{name}/mlflow.db", f"benchmark_{time.time():.0f}"
        record_made_up(uri, 1, f"{study}_warm")
        with timed(steps, "recording"):
            record_made_up(uri, given.seeds, study)
        reader = Reader(uri)
        with timed(steps, "reading its params"):
            runs = reader.runs(study, None)
        with timed(steps, "its curves"):
            curves = reader.curves(list(runs["run_id"]), ["loss", "val_loss"])
        with timed(steps, "is it there?"):
            there = reader.find_finished(list(runs["fingerprint"]))
        assert (len(runs), len(curves), len(there)) == (
            6 * given.seeds,
            1500 * given.seeds,
            6 * given.seeds,
        )
        size = (
            (Path(name) / "mlflow.db").stat().st_size / len(runs) / 1000
            if not given.uri
            else math.nan
        )
        seconds, memory = command("report", f"study={study}", folder=Path(name), uri=uri)
    each = {f"{step}, ms": 1000 * seconds / len(runs) for step, seconds in steps.items()}
    print(
        pd.Series(
            each | {"in the database, kB": size, "report of all, s": seconds, "report, MB": memory}
        )
        .round(1)
        .to_string()
    )


def record_made_up(uri: str, seeds: int, study: str) -> None:
    """Records `seeds` times six runs of 250 epochs, without a model."""
    import numpy as np

    from fcnn.config.schema import flatten_hyperparameters
    from fcnn.network import initial_weights
    from fcnn.tracking.writer import Writer
    from scripts.baselines import grid

    rng, configs, to = (
        np.random.default_rng(0),
        grid("sgd_learning_rate", ["training.seed=0", f"study.name={study}"]),
        Writer(uri),
    )
    for seed, config in itertools.product(range(seeds), configs):
        params = flatten_hyperparameters(config) | {
            "training.seed": str(seed),
            "model.units": "2-16-16-1",
            "model.parameters": "337",
        }
        with to.open_run(
            config,
            name="made up",
            params=params,
            fingerprint=f"{study} {seed} {config.optimizer.learning_rate}",
            config_yaml="",
        ) as recorder:
            losses = np.exp(
                -5 * config.optimizer.learning_rate * np.arange(1, 251) + rng.normal(0, 0.1, 250)
            ).astype(np.float32)
            recorder.log_points(1, {"loss": losses, "val_loss": losses})
            weights = initial_weights((2, 16, 16, 1), config.model.kernel_initializer, seed)
            recorder.log_artifacts(
                {f"weights_{index}": values for index, values in enumerate(weights)}
            )


def draw(each: pd.DataFrame, path: Path) -> None:
    """One stacked bar for each number of runs."""
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure

    from fcnn.plots.colours import COLOURS

    figure = Figure(figsize=(9, 0.7 * len(each) + 1.4), layout="constrained")
    axes = figure.add_subplot(xlabel="milliseconds a run, whole commands")
    each.rename(lambda runs: f"{runs:,} runs").plot.barh(
        stacked=True, color=list(COLOURS), width=0.8, ylabel="", ax=axes
    )
    axes.bar_label(
        cast(BarContainer, axes.containers[-1]), [f" {total:.0f} ms" for total in each.sum(axis=1)]
    )
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


def staged(arguments: Sequence[str]) -> None:
    """Runs `scripts/train.py` and writes what its main thread spent its time on to `stages.json`."""
    from hydra.core import utils

    from fcnn.config import loader, parsing
    from fcnn.libraries import base
    from fcnn.tracking import store
    from fcnn.training import checks, job_run, pool

    spent: dict[str, float] = defaultdict(float, start=0.0)

    def time_all(owner: Any, name: str, stage: str) -> None:
        setattr(owner, name, timed(spent, stage)(getattr(owner, name)))

    time_all(loader.CachingConfigLoader, "load_sweep_config", "compose")
    time_all(checks, "parse", "compose")
    time_all(
        parsing, "parse", "compose"
    )  # Hydra loads its plugins, and so our launcher, after this
    time_all(base, "load_library", "start")
    time_all(store, "connect", "start")
    time_all(pool.TrainingPool, "_next_update", "wait for training")
    time_all(utils, "run_job", "Hydra's jobs")
    for name in ("__init__", "log", "finish"):
        time_all(job_run.JobRun, name, "record")
    sys.argv[1:] = arguments
    try:
        runpy.run_path(str(project_dir() / "scripts" / "train.py"), run_name="__main__")
    finally:
        Path("stages.json").write_text(json.dumps(spent))


def main() -> None:
    """Does what the command line says."""
    if sys.argv[1:2] == ["staged"]:
        staged(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)

    def add(function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        found = commands.add_parser(function.__name__, help=function.__doc__)
        found.set_defaults(function=function)
        return found

    whole, alone, growing, storing = map(add, (studies, training, growth, store))
    for repeated in (whole, alone):
        repeated.add_argument("--repeats", type=int, default=3)
    whole.add_argument("--studies", nargs="+", choices=RUNS, default=["activation_size"])
    whole.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    growing.add_argument("--seeds", type=int, nargs="+", default=[1, 10, 100])
    growing.add_argument("--picture", type=Path, help="where to draw the stacked bars")
    storing.add_argument("--seeds", type=int, default=167, help="six runs each")
    storing.add_argument("--uri", help="a store that is there, for example http://127.0.0.1:5000")
    given = parser.parse_args()
    given.function(given)


if __name__ == "__main__":
    main()
