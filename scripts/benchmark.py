"""Times fcnn against what people use instead, side by side, and shows where its own time goes.

    python scripts/benchmark.py studies     whole commands on whole studies, imports included
    python scripts/benchmark.py training    training alone: 40 networks of [16,16], against JAX;
                                            with `--wide` 1, 4 and 16 wide ones, also against
                                            `keras.Model.fit` and PyTorch, which is in the
                                            extra `torch`
    python scripts/benchmark.py features    training with each feature, against training without
    python scripts/benchmark.py record      a run of 100 epochs recorded by each road, without model
    python scripts/benchmark.py growth      four studies at 1, 10 and 100 seeds: time and memory
    python scripts/benchmark.py store       recording and reporting 1,002 runs, or with
                                            `--seeds 600` 3,600 runs

The alternatives are in `scripts/baselines.py`. They take turns, so a machine that slows down slows
all of them. Every command has a fresh folder and a SQLite store of its own.
"""

import argparse
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from fcnn.config.locations import project_dir
from scripts.baselines import TRAINING_ONLY
from scripts.stages import RESULTS, STAGES, draw_stages, timed

RUNS_PER_SEED = {
    "activation_size": 12,
    "optimizer_learning_rate": 12,
    "sgd_learning_rate": 6,
    "sgd_adam_learning_rate": 6,
}
"""The studies that are measured: those of the blog series that fcnn goes back to."""
WIDE = [(20_480, 20, 256), (51_200, 50, 512)]
"""Training rows, columns, and units of both hidden layers."""
BASELINES = ["loop", "autolog", "keras_tuner"]


def run_script(
    script: str, *arguments: str, folder: Path, uri: str | None = None
) -> tuple[float, float]:
    """Run a script in a folder.

    Returns:
        Its time in seconds and its peak memory in MB.
    """
    started = time.perf_counter()
    log = folder / "log"
    env = os.environ | {"MLFLOW_TRACKING_URI": uri or f"sqlite:///{folder}/mlflow.db"}
    command = [sys.executable, str(project_dir() / "scripts" / f"{script}.py"), *arguments]
    with log.open("a") as output:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(log.read_text()[-3000:])
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def print_seconds(times: Mapping[str, Sequence[float]], title: str) -> None:
    """Print a row per contestant, with how many times longer than the first it takes."""
    table = pd.DataFrame(times).agg(["min", "median", "max"]).T
    table["times longer"] = table["median"] / table["median"].iloc[0]
    print(f"{title}, seconds", table.round(2).to_string(), sep="\n")


def studies(options: argparse.Namespace) -> None:
    """Whole commands, one for each study."""
    times = defaultdict[str, list[float]](list)
    for _, contestant in itertools.product(range(options.repeats), ["fcnn", *options.baselines]):
        seconds = [_time_study(contestant, study) for study in options.studies]
        times[contestant].append(sum(seconds))
    runs = sum(RUNS_PER_SEED[study] for study in options.studies)
    print_seconds(times, f"{', '.join(options.studies)}: {runs} runs, {options.repeats} rounds")


def _time_study(contestant: str, study: str) -> float:
    with tempfile.TemporaryDirectory() as name:
        script = ["baselines", contestant, study, name]
        if contestant == "fcnn":
            script = ["train", f"study={study}"]
        seconds, _ = run_script(*script, "training.seed=0", folder=Path(name))
    return seconds


def training(options: argparse.Namespace) -> None:
    """The same networks, with imports and compilation, and without."""
    if not options.wide:
        grid = ["model.hidden_units=[16,16]", "training.seed=range(40)", "training.epochs=150"]
        _time_training("40 networks of [16,16], 150 epochs", grid, ["fcnn", "jax"], options.repeats)
        return
    for (n_rows, n_columns, units), n_networks in itertools.product(WIDE, options.networks):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "wide.parquet"
            columns = np.random.default_rng(0).normal(size=(n_rows * 5 // 4, n_columns + 1))
            names = [*(f"x{number}" for number in range(n_columns)), "y"]
            pd.DataFrame(columns, columns=names).to_parquet(path)
            data = [f"path={path}", "target=y", "test_share=0", "seed=0", "validation_share=0.2"]
            grid = [
                "dataset=table",
                *(f"dataset.{setting}" for setting in data),
                f"model.hidden_units=[{units},{units}]",
                f"training.seed=range({n_networks})",
                f"training.epochs={options.epochs}",
                "training.batch_size=128",
            ]
            title = f"{n_networks} of [{units},{units}] on {n_rows} x {n_columns}"
            _time_training(title, grid, list(TRAINING_ONLY), options.repeats)


def _time_training(
    title: str, grid: Sequence[str], contestants: Sequence[str], repeats: int
) -> None:
    times = defaultdict[str, dict[str, list[float]]](lambda: {name: [] for name in contestants})
    for _, contestant in itertools.product(range(repeats), contestants):
        with tempfile.TemporaryDirectory() as name:
            arguments = [contestant, "depth", name, "model.activation=relu", *grid]
            run_script("baselines", *arguments, folder=Path(name))
            lines = (Path(name) / "log").read_text().splitlines()
        for line in lines:
            if line.startswith("seconds "):
                _, phase, seconds, *_ = line.split()
                times[phase][contestant].append(float(seconds))
    for phase, seconds_of in times.items():
        print_seconds(seconds_of, f"{phase}: {title}, {repeats} rounds")


def features(options: argparse.Namespace) -> None:
    """Ten networks of [16,16] with each feature, the time of a step."""
    from scripts.feature_costs import time_features

    table = time_features(options.repeats)
    print(f"10 networks of [16,16], {options.repeats} rounds", table.round(2).to_string(), sep="\n")


def record(options: argparse.Namespace) -> None:
    """Recording a run of 100 epochs without a model, on SQLite or `--uri`."""
    from scripts.record_costs import time_recording

    with tempfile.TemporaryDirectory() as name:
        table = time_recording(options.uri or f"sqlite:///{name}/mlflow.db", options.repeats)
    print(f"ms for a run, {options.repeats} rounds of 32", table.round(1).to_string(), sep="\n")


def growth(options: argparse.Namespace) -> None:
    """All four studies at each number of seeds: a table, and a picture of the time per run."""
    rows = [_measure_growth(n_seeds) for n_seeds in options.seeds]
    table = pd.DataFrame(rows).set_index("runs")
    table.insert(0, "seconds", table[STAGES].sum(axis=1))
    table[STAGES] *= 1000 / table.index.to_numpy()[:, None]
    print("seconds and MB in total; then ms per run and stage", table.round().to_string(), sep="\n")
    if options.picture:
        draw_stages(table[STAGES], options.picture)


def _measure_growth(n_seeds: int) -> dict[str, float]:
    """Train and report all studies; return the seconds of each stage and the peak memory."""
    row: dict[str, float] = dict.fromkeys(["runs", "MB", "report MB", *STAGES], 0)
    row["runs"] = n_seeds * sum(RUNS_PER_SEED.values())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for study in RUNS_PER_SEED:
            arguments = (f"study={study}", f"training.seed=range({n_seeds})")
            seconds, memory = run_script("stages", *arguments, folder=folder)
            stages = json.loads((folder / RESULTS).read_text())
            stages["start"] += seconds - sum(stages.values())
            stages["report"], report_memory = run_script("report", f"study={study}", folder=folder)
            for stage, duration in stages.items():
                row[stage] += duration
            row["MB"] = max(row["MB"], memory)
            row["report MB"] = max(row["report MB"], report_memory)
    return row


def store(options: argparse.Namespace) -> None:
    """Recording, reading and reporting simulated runs of 250 epochs, on SQLite or `--uri`."""
    from fcnn.tracking.reader import Reader
    from scripts.simulated_runs import record_simulated_runs

    seconds = defaultdict[str, float](float)
    with tempfile.TemporaryDirectory() as name:
        uri = options.uri or f"sqlite:///{name}/mlflow.db"
        study = f"benchmark_{time.time():.0f}"
        record_simulated_runs(uri, 1, f"{study}_warm")
        with timed(seconds, "recording"):
            record_simulated_runs(uri, options.seeds, study)
        reader = Reader(uri)
        with timed(seconds, "reading params"):
            runs = reader.runs(study, None)
        with timed(seconds, "reading curves"):
            curves = reader.curves(list(runs["run_id"]), ["loss", "val_loss"])
        with timed(seconds, "finding it finished"):
            finished = reader.find_finished(list(runs["fingerprint"]))
        n_runs = 6 * options.seeds
        assert (len(runs), len(curves), len(finished)) == (n_runs, 250 * n_runs, n_runs)
        kilobytes = math.nan
        if not options.uri:
            kilobytes = (Path(name) / "mlflow.db").stat().st_size / n_runs / 1000
        report = run_script("report", f"study={study}", folder=Path(name), uri=uri)
    measured = {f"{step}, ms per run": 1000 * total / n_runs for step, total in seconds.items()}
    measured["database, kB per run"] = kilobytes
    measured["report, s"], measured["report, MB"] = report
    print(pd.Series(measured).round(1).to_string())


def main() -> None:
    """Run the benchmark that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)

    def add_command(function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        command = commands.add_parser(function.__name__, help=function.__doc__)
        command.set_defaults(function=function)
        return command

    by_study, alone, by_feature, by_road, by_seeds, by_store = map(
        add_command, (studies, training, features, record, growth, store)
    )
    for command in (by_study, alone, by_feature, by_road):
        command.add_argument("--repeats", type=int, default=3)
    alone.add_argument("--wide", action="store_true")
    alone.add_argument("--networks", type=int, nargs="+", default=[1, 4, 16])
    alone.add_argument("--epochs", type=int, default=2, help="of wide networks")
    by_study.add_argument(
        "--studies", nargs="+", choices=RUNS_PER_SEED, default=["activation_size"]
    )
    by_study.add_argument("--baselines", nargs="*", choices=BASELINES, default=BASELINES)
    by_seeds.add_argument("--seeds", type=int, nargs="+", default=[1, 10, 100])
    by_seeds.add_argument("--picture", type=Path, help="where to draw the stacked bars")
    by_store.add_argument("--seeds", type=int, default=167, help="six runs each")
    for command in (by_road, by_store):
        command.add_argument("--uri", help="an existing store, for example http://127.0.0.1:5000")
    options = parser.parse_args()
    options.function(options)


if __name__ == "__main__":
    main()
