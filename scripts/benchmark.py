"""Times fcnn against what people use instead, side by side in one run, and shows where its own time goes.

    python scripts/benchmark.py studies              whole commands on whole studies, imports included
    python scripts/benchmark.py training             training alone, 40 networks of [16,16], against JAX's `vmap`
    python scripts/benchmark.py growth               the original's four studies at 1, 10 and 100 seeds: time, memory, where it goes
    python scripts/benchmark.py store                recording and reading 1,000 runs, from a file or a server
    python scripts/benchmark.py report               a report of 3,600 runs: time, memory

The peers are in `scripts/peers.py`. Contestants take turns, so that a machine that slows down slows all of them. Every command has a fresh
folder and a SQLite store of its own.
"""

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fcnn.config import CHECKOUT

BLOG = ("activation_size", "optimizer_learning_rate", "sgd_learning_rate", "sgd_adam_learning_rate")
RUNS = {"activation_size": 12, "optimizer_learning_rate": 12, "sgd_learning_rate": 6, "sgd_adam_learning_rate": 6}
"""Of one seed."""
STAGES = ("start", "compose", "wait for training", "record", "Hydra's jobs", "report")
SCRIPTS = CHECKOUT / "scripts"


def command(*arguments: str, folder: Path) -> tuple[float, float]:
    """Seconds that a Python command takes and the most memory that it has, in MB."""
    began = time.perf_counter()
    with (folder / "log").open("a") as output:
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
        process = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=os.environ | store, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit((folder / "log").read_text()[-3000:])
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def show(times: dict[str, list[float]], title: str) -> None:
    """A row for each contestant, and how many times longer than the first it takes."""
    table = Table("", "min", "median", "max", "times longer", title=title + ", seconds")
    first = statistics.median(next(iter(times.values())))
    for name, values in times.items():
        median = statistics.median(values)
        table.add_row(name, f"{min(values):.2f}", f"{median:.2f}", f"{max(values):.2f}", f"{median / first:.1f}")
    Console(width=120).print(table)


def take_turns(contestants: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """The seconds that each gives, in each round."""
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        for name, contestant in contestants.items():
            times[name].append(contestant())
    return times


def studies(given: argparse.Namespace) -> None:
    """Whole commands, one for each study."""

    def seconds(peer: str) -> float:
        total = 0.0
        for study in given.studies:
            with tempfile.TemporaryDirectory() as name:
                seed = f"training.seed=range({given.seeds})"
                peers = (str(SCRIPTS / "peers.py"), peer, study, name)
                script = (str(SCRIPTS / "train.py"), f"study={study}") if peer == "fcnn" else peers
                total += command(*script, seed, folder=Path(name))[0]
        return total

    contestants = {peer: partial(seconds, peer) for peer in ("fcnn", *given.peers)}
    runs = given.seeds * sum(RUNS[study] for study in given.studies)
    show(take_turns(contestants, given.repeats), f"{', '.join(given.studies)}: {runs} runs, {given.repeats} rounds")


def training(given: argparse.Namespace) -> None:
    """The same 40 networks, imports and compiling included and not."""
    grid = ["depth", "model.hidden_units=[16,16]", "model.activation=relu", f"training.seed=range({given.members})", "training.epochs=150"]
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(given.repeats):
        for peer in ("fcnn", "jax"):
            with tempfile.TemporaryDirectory() as name:
                command(str(SCRIPTS / "peers.py"), peer, grid[0], name, *grid[1:], folder=Path(name))
                for line in (Path(name) / "log").read_text().splitlines():
                    if line.startswith("seconds "):
                        _, what, value, *_ = line.split()
                        times[f"{peer}, {what}"].append(float(value))
    for what in ("importing", "compiling-and-training", "training-again"):
        both = {f"{peer}, {what}": times[f"{peer}, {what}"] for peer in ("fcnn", "jax")}
        show(both, f"{given.members} networks of [16,16], 150 epochs, {given.repeats} rounds")


def growth(given: argparse.Namespace) -> None:
    """All four studies at each number of seeds: a table, and a picture of where a run's time goes."""
    table = Table(
        "runs", "seconds", "ms a run", "most MB", *STAGES, "training, in its threads", "report MB", title="ms a run, by what is waited for"
    )
    bars = {}
    for seeds in given.seeds:
        stages, peak, report_peak, runs = defaultdict[str, float](float), 0.0, 0.0, 0
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for study in BLOG:
                runs += RUNS[study] * seeds
                train = (str(SCRIPTS / "stages.py"), f"study={study}", f"training.seed=range({seeds})")
                seconds, memory = command(*train, folder=folder)
                found = json.loads((folder / "stages.json").read_text())
                found["start"] += seconds - sum(value for stage, value in found.items() if stage != "training")
                for stage, value in found.items():
                    stages[stage] += value
                peak = max(peak, memory)
                reported, memory = command(str(SCRIPTS / "report.py"), f"study={study}", folder=folder)
                stages["report"] += reported
                report_peak = max(report_peak, memory)
        each = {stage: 1000 * value / runs for stage, value in stages.items()}
        total = sum(value for stage, value in stages.items() if stage != "training")
        bars[runs] = each
        table.add_row(
            str(runs), f"{total:.0f}", f"{1000 * total / runs:.0f}", f"{peak:.0f}", *(f"{each[stage]:.0f}" for stage in STAGES),
            f"{each['training']:.0f}", f"{report_peak:.0f}",
        )  # fmt: skip
    Console(width=160).print(table)
    if given.picture:
        draw(bars, given.picture)


def report(given: argparse.Namespace) -> None:
    """The report of a study of 3,600 runs of 250 epochs, whose curves are made up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record_made_up(f"sqlite:///{folder}/mlflow.db", 600, "sgd_learning_rate")
        took = [command(str(SCRIPTS / "report.py"), "study=sgd_learning_rate", folder=folder) for _ in range(given.repeats)]
    show({"report": [seconds for seconds, _ in took]}, f"3,600 runs of 250 epochs, most memory {max(peak for _, peak in took):.0f} MB")


def store(given: argparse.Namespace) -> None:
    """Recording 1,002 made-up runs of 250 epochs and reading them back, without training, from a new SQLite file or from `--uri`."""
    from fcnn.tracking.reader import Reader

    with tempfile.TemporaryDirectory() as name:
        uri, study = given.uri or f"sqlite:///{name}/mlflow.db", f"benchmark_{time.time():.0f}"
        record_made_up(uri, 1, f"{study}_warm")
        began = time.perf_counter()
        record_made_up(uri, 167, study)
        recorded, reader = time.perf_counter(), Reader(uri)
        runs = reader.runs(study, None)
        found = time.perf_counter()
        curves = reader.curves(list(runs["run_id"]), ["loss", "val_loss"])
        read = time.perf_counter()
        there = reader.finished(list(runs["fingerprint"]))
        looked = time.perf_counter()
        assert (len(runs), len(curves), len(there)) == (1002, 250_500, 1002)
        size = (Path(name) / "mlflow.db").stat().st_size / len(runs) / 1000 if not given.uri else math.nan
    table = Table("ms a run", "recording", "reading its params", "its curves", "is it there?", "kB in the database")
    steps = (recorded - began, found - recorded, read - found, looked - read)
    table.add_row("", *(f"{1000 * seconds / len(runs):.1f}" for seconds in steps), f"{size:.0f}")
    Console(width=120).print(table)


def record_made_up(uri: str, seeds: int, study: str) -> None:
    """Records `seeds` times six runs of 250 epochs, without a model."""
    import numpy as np

    from fcnn.config import hyperparameters
    from fcnn.network import initial_weights
    from fcnn.tracking.writer import Store
    from scripts.peers import grid

    rng, configs, to = np.random.default_rng(0), grid("sgd_learning_rate", ["training.seed=0", f"study.name={study}"]), Store(uri)
    for seed, config in itertools.product(range(seeds), configs):
        params = hyperparameters(config) | {"training.seed": str(seed), "model.units": "2-16-16-1", "model.parameters": "337"}
        with to.run(
            config, name="made up", params=params, fingerprint=f"{study} {seed} {config.optimizer.learning_rate}", source=""
        ) as recorder:
            losses = np.exp(-5 * config.optimizer.learning_rate * np.arange(1, 251) + rng.normal(0, 0.1, 250)).astype(np.float32)
            recorder.log(1, {"loss": losses, "val_loss": losses})
            weights = initial_weights((2, 16, 16, 1), config.model.kernel_initializer, seed)
            recorder.log_arrays({f"weights_{index}": values for index, values in enumerate(weights)})


def draw(bars: dict[int, dict[str, float]], path: Path) -> None:
    """One stacked bar for each number of runs."""
    from matplotlib.figure import Figure

    from fcnn.report.colours import COLOURS

    figure = Figure(figsize=(9, 0.7 * len(bars) + 1.4), layout="constrained")
    axes = figure.add_subplot()
    labels = [f"{runs:,} runs" for runs in bars]
    left = [0.0] * len(bars)
    for stage, colour in zip(STAGES, COLOURS, strict=False):
        widths = [each[stage] for each in bars.values()]
        axes.barh(labels, widths, left=left, color=colour, label=stage)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for label, end in zip(labels, left, strict=True):
        axes.annotate(f" {end:.0f} ms", (end, label), va="center")
    axes.invert_yaxis()
    axes.set(xlabel="milliseconds a run, whole commands", xlim=(0, 1.12 * max(left)))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(STAGES), frameon=False, fontsize=9, columnspacing=1.2)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def add(function: Callable[[argparse.Namespace], None], repeats: int = 3) -> argparse.ArgumentParser:
        found = commands.add_parser(function.__name__, help=function.__doc__)
        found.set_defaults(function=function)
        found.add_argument("--repeats", type=int, default=repeats)
        return found

    whole = add(studies)
    whole.add_argument("--studies", nargs="+", choices=BLOG, default=["activation_size"])
    whole.add_argument("--seeds", type=int, default=1)
    whole.add_argument("--peers", nargs="*", choices=["loop", "autolog", "keras_tuner"], default=["loop", "autolog", "keras_tuner"])
    add(report)
    add(store).add_argument("--uri", help="a store that is there, for example http://127.0.0.1:5000")
    add(training).add_argument("--members", type=int, default=40)
    growing = add(growth)
    growing.add_argument("--seeds", type=int, nargs="+", default=[1, 10, 100])
    growing.add_argument("--picture", type=Path, help="where to draw the stacked bars")
    given = parser.parse_args()
    given.function(given)


if __name__ == "__main__":
    main()
