"""Real servers on this machine: MLflow's, with SQLite or PostgreSQL behind it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.running import FORKS

SECONDS_TO_START = 120
POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
USER = "postgres"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Server:
    """`mlflow server` on a port of its own, with everything it keeps in `folder`."""

    def __init__(self, folder: Path, backend: str) -> None:
        self.folder, self.backend, self.port = folder, backend, free_port()
        self.uri = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers."""
        options = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--backend-store-uri",
            self.backend,
        ]
        environment = os.environ | {
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        environment.pop("MLFLOW_TRACKING_URI", None)
        options += ["--artifacts-destination", str(self.folder / "artifacts")]
        self.process = FORKS.Process(target=_serve, args=(options, str(self.folder), environment))
        self.process.start()
        for _ in range(10 * SECONDS_TO_START):
            try:
                urllib.request.urlopen(f"{self.uri}/version", timeout=5).close()
                return
            except OSError:
                self.process.join(0.1)
                if self.process.exitcode is not None:
                    raise RuntimeError("mlflow server has ended") from None
        raise RuntimeError("mlflow server does not answer")

    def stop(self) -> None:
        """Returns when it is gone."""
        os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.join()


def _serve(options: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    """In the forked process: `mlflow server options`, the first of a group of processes."""
    from mlflow.cli import cli

    os.setsid()
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    cli(["server", *options])


@contextmanager
def serving(folder: Path, backend: str) -> Iterator[Server]:
    """A server that has started."""
    server = Server(folder, backend)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL database `mlflow`; gives its address with user and password."""
    assert POSTGRES
    # It refuses to run as root, and other sessions of pytest close pytest's folders to its user.
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    with TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        (folder / "password").write_text("s3cret-of-postgres")
        (folder / "password").chmod(0o644)
        if as_user:
            shutil.chown(folder, pwd.getpwnam(USER).pw_uid)
        data = ["--pgdata", str(folder / "data")]

        def run(program: str, *arguments: str) -> None:
            command = [*as_user, str(POSTGRES / program), *data, *arguments]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

        password = ["--auth", "scram-sha-256", "--pwfile", str(folder / "password")]
        run("initdb", "--no-sync", "--username", "fcnn", *password)
        address = f"-c listen_addresses=127.0.0.1 -c port={port}"
        options = f"{address} -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "--log", str(folder / "log"), "--options", options, "--wait", "start")
        try:
            yield f"postgresql+psycopg://fcnn:s3cret-of-postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--mode", "immediate", "stop")
