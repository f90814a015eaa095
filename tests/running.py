"""The scripts, run as people run them."""

import contextlib
import fcntl
import multiprocessing
import os
import pty
import re
import runpy
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

import mlflow

from fcnn.config.locations import project_dir
from fcnn.status import MARK

# For the process that imports everything once, quietly.
os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "TF_CPP_MIN_LOG_LEVEL": "3"}
UNDRAWN = "could not be drawn"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.preloaded"])


def curves(
    uri: str, study: str, status: str = "FINISHED"
) -> "dict[str, list[dict[str, list[tuple[int, float]]]]]":
    """The curves of all runs of this status by fingerprint, read through MLflow's own client."""
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri)
    wanted = f"tags.`fcnn.fingerprint` != '' and attributes.status = '{status}'"
    by_fingerprint: dict[str, list[dict[str, list[tuple[int, float]]]]] = {}
    for run in client.search_runs([client.get_experiment_by_name(study).experiment_id], wanted):
        histories = {
            key: client.get_metric_history(run.info.run_id, key) for key in ("loss", "val_loss")
        }
        run_curves = {
            key: [(point.step, point.value) for point in history]
            for key, history in histories.items()
        }
        by_fingerprint.setdefault(run.data.tags["fcnn.fingerprint"], []).append(run_curves)
    return by_fingerprint


def undisturbed_curves(
    folder: Path, empty_store: Path, *grid: str
) -> "dict[str, list[dict[str, list[tuple[int, float]]]]]":
    """The curves of an undisturbed study, `grid[0]`, in a SQLite store of its own."""
    shutil.copy(empty_store, folder / "mlflow.db")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert run_script("train", *grid, cwd=folder, uri=uri).returncode == 0
    return curves(uri, grid[0].removeprefix("study="))


def statuses(uri: str, study: str) -> list[str]:
    """The statuses of all runs of an experiment, parents included."""
    client = mlflow.MlflowClient(uri)
    return sorted(
        run.info.status
        for run in client.search_runs([client.get_experiment_by_name(study).experiment_id])
    )


class Command:
    """`scripts/NAME.py` as people run it, but forked from a process that has its imports.

    Importing TensorFlow and MLflow takes longer than most sweeps; `real_script` starts without.
    Otherwise as `subprocess.Popen`, with texts; both outputs are on `stdout` unless `apart`.
    """

    def __init__(
        self,
        name: str,
        *arguments: str,
        cwd: Path,
        uri: str,
        apart: bool = False,
        **environment: str,
    ) -> None:
        pipes = [FORKS.Pipe(duplex=False) for _ in range(1 + apart)]
        writers = [writer for _, writer in pipes]
        variables = environment_of(uri) | environment
        self.process = FORKS.Process(
            target=_become,
            args=(script(name), arguments, str(cwd), variables, writers[0], writers[-1]),
        )
        self.process.start()
        for writer in writers:
            writer.close()
        self.files = [os.fdopen(os.dup(reader.fileno())) for reader, _ in pipes]
        self.stdout = self.files[0]

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float) -> None:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout)

    def send_signal(self, number: int) -> None:
        os.kill(self.process.pid or 0, number)

    def kill(self) -> None:
        self.process.kill()

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end, and give the rest of its outputs.

        With a timeout, outputs have to fit into a pipe.
        """
        if timeout is not None:
            self.wait(timeout)
        with ThreadPoolExecutor(2) as pool:
            texts = list(pool.map(_read_rest, self.files))
        self.process.join()
        return texts[0], "".join(texts[1:])


def _read_rest(file: TextIO) -> str:
    with file:
        return file.read()


def _become(
    path: str,
    arguments: Sequence[str],
    cwd: str,
    environment: Mapping[str, str],
    out: Connection,
    err: Connection,
) -> None:
    """In the forked process: do what `python path arguments` does."""
    from tests import preloaded

    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    for end in (out, err):
        end.close()
    if os.isatty(1):
        _take_terminal()
        os.dup2(1, 0)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout.reconfigure(line_buffering=True)
    # What imports have set stays, as if this process had imported them.
    for name in preloaded.FIRST_ENVIRONMENT.keys() - environment:
        os.environ.pop(name, None)
    os.environ.update(environment)
    os.chdir(cwd)
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # also where the parent process ignores it
    sys.argv = [path, *arguments]
    runpy.run_path(path, run_name="__main__")


def in_terminal(
    name: str,
    *arguments: str,
    cwd: Path,
    uri: str,
    columns: int = 80,
    answers: Mapping[str, str] = {},
    is_forked: bool = True,
) -> tuple[int, str]:
    """Run `scripts/NAME.py` in a terminal of its own, as a fork or with a Python of its own.

    `answers` are what is typed once the terminal has been sent a text, `"\\x03"` for Ctrl-C.

    Returns:
        The exit code, and all that the terminal was sent.
    """
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = environment_of(uri) | {"TERM": "xterm", "COLUMNS": str(columns)}
    end = Connection(terminal)
    process: BaseProcess | subprocess.Popen[bytes]
    if is_forked:
        process = FORKS.Process(
            target=_become, args=(script(name), arguments, str(cwd), variables, end, end)
        )
        process.start()
    else:
        process = subprocess.Popen(
            [sys.executable, script(name), *arguments],
            cwd=cwd,
            env=variables,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            preexec_fn=_take_terminal,
        )
    end.close()
    waiting = {text.encode(): typed.encode() for text, typed in answers.items()}
    sent = b""
    with contextlib.suppress(OSError):  # Linux raises it when the other side is closed
        while part := os.read(reader, 65536):
            sent += part
            for text in [text for text in waiting if text in sent]:
                os.write(reader, waiting.pop(text))
    os.close(reader)
    if isinstance(process, subprocess.Popen):
        return process.wait(), sent.decode(errors="replace")
    process.join()
    return process.exitcode or 0, sent.decode(errors="replace")


def _take_terminal() -> None:
    """In the new process, whose output is a terminal: be what Ctrl-C on it interrupts."""
    os.setsid()
    fcntl.ioctl(1, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def script(name: str) -> str:
    return str(project_dir() / "scripts" / f"{name}.py")


def run_script(
    name: str, *arguments: str, cwd: Path, uri: str, undrawn: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run `scripts/NAME.py` in folder `cwd` with its store at `uri`.

    A figure that fails does not end a report, so it fails the test here unless it may be `undrawn`.
    """
    command = Command(name, *arguments, cwd=cwd, uri=uri, apart=True)
    out, err = command.communicate()
    assert UNDRAWN not in err or undrawn, err
    return subprocess.CompletedProcess(
        [name, *arguments], command.returncode or 0, without_status(out), err
    )


def real_script(
    name: str,
    *arguments: str,
    cwd: Path,
    uri: str,
    python: tuple[str, ...] = (),
) -> "subprocess.CompletedProcess[str]":
    """As `run_script`, with a Python of its own that has imported nothing."""
    command = [sys.executable, *python, script(name), *arguments]
    ended = subprocess.run(
        command, cwd=cwd, env=environment_of(uri), capture_output=True, text=True, check=False
    )
    assert UNDRAWN not in ended.stderr, ended.stderr
    ended.stdout = without_status(ended.stdout)
    return ended


def without_status(output: str) -> str:
    """The output without the lines that a slow machine gets while it waits."""
    return "".join(line for line in output.splitlines(True) if not line.startswith(MARK))


def without_closing(output: str) -> str:
    """The output of a sweep without what it has shown and the links at its end."""
    return re.split(r"^$|^in MLflow's UI", output, maxsplit=1, flags=re.MULTILINE)[0]


def environment_of(uri: str) -> dict[str, str]:
    """The environment of the tests, without what is only for the process that forks commands."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MLFLOW_DISABLE_TELEMETRY", "TF_CPP_MIN_LOG_LEVEL")
    }
    return variables | {"MLFLOW_TRACKING_URI": uri}
