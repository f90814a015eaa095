"""Whether a store that was away can be written again, and why it cannot."""

import shutil
import socket
import sqlite3
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from fcnn.errors import StoreError, StoreUnavailableError
from fcnn.tracking import store
from fcnn.tracking.writer import Writer


def test_store_that_can_be_written_is_back(uri):
    store.probe(uri, 0.1)


def test_store_that_another_process_holds_is_still_away(uri, tmp_path):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as holder:
        holder.execute("begin immediate")
        with pytest.raises(StoreError, match=f"{tmp_path}/mlflow.db is locked by another process$"):
            store.probe(uri, 0.1)


def test_database_without_a_store_is_none(uri, tmp_path):
    shutil.move(tmp_path / "mlflow.db", tmp_path / "away.db")
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        database.execute("create table photos (name text)")
    with pytest.raises(StoreError, match=r"cannot be opened: no such table: runs$"):
        store.probe(uri, 0.1)


@contextmanager
def answering(status):
    """A server that gives the same answer to whatever it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(status)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "fault"),
    [(429, "fails"), (500, "fails"), (503, "fails"), (404, "answers, but is not an MLflow server")],
)
def test_server_that_fails_is_told_from_one_that_is_something_else(status, fault):
    with answering(status) as address, pytest.raises(StoreError, match=f"{address} {fault}: "):
        store.check_server(address)


def test_server_that_wants_a_password_is_there():
    with answering(401) as address:
        store.check_server(address)


def test_server_that_does_not_answer_is_still_away():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with pytest.raises(StoreError, match=rf"no answer from http://127\.0\.0\.1:{port}: "):
        store.probe(f"http://127.0.0.1:{port}", 1)


@pytest.mark.parametrize(("timeout", "is_valid"), [("0", True), ("0.5", True), ("-1", False)])
def test_timeout_of_a_file_is_at_least_zero_seconds(tmp_path, timeout, is_valid):
    address = f"sqlite:///{tmp_path}/mlflow.db?timeout={timeout}"
    if is_valid:
        store.check(address)
        return
    with pytest.raises(StoreError, match=r"timeout should be seconds, at least 0$"):
        store.check(address)


def test_store_whose_file_is_gone_or_another_is_away_and_says_which(uri, tmp_path):
    file, away = tmp_path / "mlflow.db", tmp_path / "away.db"
    writer = Writer(uri)
    file.rename(away)
    with pytest.raises(StoreUnavailableError, match=r"mlflow\.db is gone$"):
        writer.client.get_experiment_by_name("mine")
    shutil.copy(away, file)
    with pytest.raises(StoreUnavailableError, match=r"mlflow\.db is another file now$"):
        writer.client.get_experiment_by_name("mine")
