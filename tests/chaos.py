"""Two sweeps of nearly the same cells and a reader over one store, under random faults.

One sweep uses the SQLite file, and the other a server of MLflow over it.

    python -m tests.chaos                       # three minutes, a random printed seed
    python -m tests.chaos --seconds 60 --seed 7

Ends by completing both sweeps undisturbed, and checks that nothing is lost, doubled or left over.
"""

import argparse
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import ViewType

from tests.running import Command, curves, run_script, statuses, without_closing
from tests.serving import Server, serving

STUDY = "activation_size"
FILE = "mlflow.db"
EPOCHS = 20
GRID = [
    *(f"study={STUDY}", f"training.epochs={EPOCHS}", "model.activation=relu,tanh"),
    *("model.hidden_units=[2],[16]", "tracking.save_model=false"),
]
RUNS_PER_SEED = 4
N_FAULTS_PER_SEED = 5
"""After so many faults a sweep is asked for one seed more."""
MAX_WAIT_SECONDS = 600


def address(folder: Path | str) -> str:
    """The address of the store in a folder, with little patience for locks."""
    return f"sqlite:///{folder}/{FILE}?timeout=1"


class Chaos:
    """Sweeps that are started again whenever they have ended, and what happens to them.

    Args:
        server: A server that has started, with its SQLite file and all else in its folder.
        seed: Decides which faults happen, to whom, and in which order.
    """

    def __init__(self, server: Server, seed: int) -> None:
        self.server, self.folder = server, server.folder
        # Of their own, so that a seed has the same faults however long anything takes.
        self.random, self.times = random.Random(seed), random.Random(seed)
        self.path, self.uri = self.folder / FILE, address(self.folder)
        self.uris = [self.uri, server.uri]
        # Creates the study by the file, so that both sweeps know where its artifacts are.
        run_script("train", *GRID, "training.seed=0", cwd=self.folder, uri=self.uri)
        self.sweeps: list[Command | None] = [None, None]
        self.readers: list[Command] = []
        self.outputs: list[str] = []
        self.faults: list[str] = []

    @property
    def n_seeds(self) -> int:
        """How many seeds each sweep has been asked for."""
        return 1 + len(self.faults) // N_FAULTS_PER_SEED

    def arguments(self, place: int) -> list[str]:
        """The command line of a sweep, which shares all seeds but one with the other."""
        return ["train", *GRID, f"training.seed=range({place},{place + self.n_seeds})"]

    def step(self) -> None:
        """Start what has ended, and let a fault happen to one of the sweeps."""
        for place, sweep in enumerate(self.sweeps):
            if sweep is None or sweep.poll() is not None:
                self._read_output(sweep)
                self.sweeps[place] = self._start(place, *self.arguments(place))
        sweep = self.random.choice(self.sweeps)
        fault = self.random.choice(self.possible_faults)
        self.faults.append(fault.__name__)
        self._wait(sweep)
        fault(sweep)

    @property
    def possible_faults(self) -> list[Callable[[Command], None]]:
        """What may happen to a sweep."""
        return [self.kill, self.stop, self.lock, self.fill, self.read, self.restart]

    def kill(self, sweep: Command) -> None:
        sweep.kill()

    def stop(self, sweep: Command) -> None:
        with suppress(ProcessLookupError):
            sweep.send_signal(signal.SIGSTOP)
            self._wait(sweep)
            sweep.send_signal(signal.SIGCONT)

    def lock(self, sweep: Command) -> None:
        """Lock the store for as long as it takes to lose the patience of a client."""
        if not self.path.exists():
            return
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=10)) as other:
            with suppress(sqlite3.OperationalError):  # it is busy all the time
                other.execute("begin exclusive")
            self._wait(sweep)

    def fill(self, sweep: Command) -> None:
        """Let no file of a sweep grow, as on a full disk, for a while."""
        with suppress(ProcessLookupError):
            unlimited = resource.RLIM_INFINITY
            pid = sweep.process.pid or 0
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, unlimited))
            self._wait(sweep)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))

    def read(self, sweep: Command) -> None:
        self.readers.append(self._start(self.times.randrange(2), "report", f"study={STUDY}"))

    def restart(self, sweep: Command) -> None:
        """Kill the server, and start it again after a while."""
        self.server.stop()
        self._wait(sweep)
        self.server.start()

    def complete(self) -> None:
        """End what runs, and run both sweeps to their ends, undisturbed, and once more."""
        for command in (*self.sweeps, *self.readers):
            if command is not None:
                command.wait(MAX_WAIT_SECONDS)
                self._read_output(command)
        for repetition in range(2):
            for place in range(2):
                ended = self._run(place, *self.arguments(place))
                if repetition:
                    n_runs = RUNS_PER_SEED * self.n_seeds
                    assert f"{n_runs} of {n_runs} runs are there, training 0" in ended

    def check(self) -> None:
        """Check that every cell has one finished run with the right bits, and nothing is left."""
        assert not [text for text in self.outputs if "Traceback" in text], self.outputs
        with closing(sqlite3.connect(self.path)) as store:
            assert store.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert "RUNNING" not in statuses(self.uri, STUDY)
        with tempfile.TemporaryDirectory() as other:
            seeds = f"training.seed=range({1 + self.n_seeds})"
            uri = f"sqlite:///{other}/mlflow.db"
            assert run_script("train", *GRID, seeds, cwd=Path(other), uri=uri).returncode == 0
            assert curves(self.uri, STUDY) == curves(uri, STUDY)
        strays = list(self._list_strays())
        assert not strays, strays

    def _list_strays(self) -> Iterator[str]:
        """Yield files that no run and no part of a store accounts for."""
        client = MlflowClient(self.uri)
        experiment = client.get_experiment_by_name(STUDY)
        # A server leaves the files of deleted runs to `mlflow gc`.
        runs = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL)
        run_ids = {run.info.run_id for run in runs}
        kept = {FILE, f"{FILE}.lock", "mlruns", "outbox", "outputs", "reports"}
        yield from (path.name for path in self.folder.iterdir() if path.name not in kept)
        files = self.folder / "mlruns" / STUDY
        yield from (path.name for path in files.iterdir() if path.name not in run_ids)
        for path in self.folder.rglob("*"):
            is_part = path.name.endswith((".part", ".tmp")) or path.name.startswith("tmp")
            if is_part or (path.suffix == ".npz" and "outbox" in path.parts):
                yield str(path.relative_to(self.folder))

    def _start(self, place: int, name: str, *arguments: str) -> Command:
        """Start a command that uses the file, at place 0, or the server."""
        outbox = [f"tracking.outbox={self.folder}/outbox"] if name == "train" else []
        return Command(name, *arguments, *outbox, cwd=self.folder, uri=self.uris[place])

    def _run(self, place: int, name: str, *arguments: str) -> str:
        command = self._start(place, name, *arguments)
        output, _ = command.communicate()
        assert command.returncode == 0, output
        self.outputs.append(output)
        return without_closing(output)

    def _wait(self, sweep: Command) -> None:
        """Wait for a random time, or until the sweep has ended."""
        with suppress(subprocess.TimeoutExpired):
            sweep.wait(self.times.uniform(0.2, 3))

    def _read_output(self, command: Command | None) -> None:
        if command is not None:
            self.outputs.append(command.communicate()[0])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name, serving(Path(name), address(name)) as server:
        chaos = Chaos(server, arguments.seed)
        end_s = time.monotonic() + arguments.seconds
        while time.monotonic() < end_s:
            chaos.step()
        print(f"{len(chaos.faults)} faults: {' '.join(chaos.faults)}", flush=True)
        chaos.complete()
        chaos.check()
    print(f"every cell of {1 + chaos.n_seeds} seeds has a finished run with its bits")


if __name__ == "__main__":
    sys.exit(main())
