"""Whatever the client of MLflow raises, what comes out is one line of an error of ours."""

import errno
import inspect
import sqlite3
from contextlib import suppress
from json import JSONDecodeError

import pytest
from mlflow import MlflowClient, MlflowException
from mlflow.entities import Metric
from mlflow.exceptions import RestException
from mlflow.protos import databricks_pb2
from proxying import proxying
from requests import ConnectionError as RequestsConnectionError
from sqlalchemy.exc import IntegrityError, OperationalError

from fcnn.errors import DiskFullError, StoreError, StoreRejectedError, StoreUnavailableError
from fcnn.tracking import guard
from fcnn.tracking.client import StoreClient
from fcnn.tracking.run_files import RunFiles

METHODS = sorted(name for name in vars(StoreClient) if not name.startswith("_"))


def of_sqlite(kind, text):
    return kind("insert into runs", {}, sqlite3.OperationalError(text))


ERRORS = {
    "internal": (MlflowException("a\nb"), StoreRejectedError),
    "refused": (
        MlflowException("no", databricks_pb2.INVALID_PARAMETER_VALUE),
        StoreRejectedError,
    ),
    "away": (MlflowException("no", databricks_pb2.TEMPORARILY_UNAVAILABLE), StoreRejectedError),
    "rest": (RestException({"error_code": "NOT_FOUND", "message": "no"}), StoreRejectedError),
    "locked": (of_sqlite(OperationalError, "database is locked"), StoreUnavailableError),
    "full": (of_sqlite(OperationalError, "database or disk is full"), DiskFullError),
    "duplicate": (of_sqlite(IntegrityError, "UNIQUE constraint failed"), StoreRejectedError),
    "no space": (OSError(errno.ENOSPC, "No space left on device"), DiskFullError),
    "no file": (FileNotFoundError(errno.ENOENT, "No such file"), StoreRejectedError),
    "connection": (RequestsConnectionError("reset"), StoreRejectedError),
    "rubbish": (JSONDecodeError("no", "<html>", 0), StoreRejectedError),
    "missing key": (KeyError("run"), StoreRejectedError),
}


class FailingClient:
    """Raises the same error whatever it is asked."""

    def __init__(self, error):
        self.error = error

    def __getattr__(self, name):
        def fail(*args, **kwargs):
            raise self.error

        return fail


def call(store, method):
    """Call a method with an argument for each parameter that it needs."""
    parameters = inspect.signature(getattr(MlflowClient, method)).parameters.values()
    required = {
        parameter.name: ["1"] if parameter.name == "experiment_ids" else "1"
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.name != "self"
    }
    special = {"dictionary": {}, "local_path": __file__}
    arguments = {name: special.get(name, value) for name, value in required.items()}
    if method == "log_batch":
        arguments["metrics"] = [Metric("loss", 1.0, 0, 1)]
    if method == "create_model_version":
        arguments["await_creation_for"] = 0
    getattr(store.client, method)(**arguments)


@pytest.mark.parametrize("method", METHODS)
def test_every_error_of_every_method_is_one_line_of_ours(uri, method):
    store = RunFiles(uri)
    for error, expected in ERRORS.values():
        store.guard._mlflow_client = FailingClient(error)
        store.guard._outage = None
        with pytest.raises(expected) as raised:
            getattr(store.client, method)()
        assert str(raised.value).count("\n") == 0
        assert str(raised.value).startswith("tracking.uri: ")


@pytest.fixture
def proxy(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with proxying() as proxy:
        proxy.answer = (200, "{}")
        yield proxy


@pytest.fixture
def server(proxy):
    return RunFiles(proxy.uri)


BUSY = [(429, ""), (500, "<html>oops</html>"), (503, '{"detail": "busy"}'), (200, "<html>login")]


@pytest.mark.parametrize("method", METHODS)
def test_server_that_fails_is_away_for_now_whatever_it_is_asked(proxy, server, method):
    for proxy.answer in BUSY:
        server.guard._outage = None
        with pytest.raises(StoreUnavailableError, match=r"^tracking.uri: http://\S+ fails: .*$"):
            call(server, method)


@pytest.mark.parametrize("method", METHODS)
def test_odd_answer_of_a_server_is_an_answer_or_an_error_of_ours(proxy, server, method):
    for proxy.answer in [(200, "[]"), (200, '{"run": [1], "experiment": 3, "files": 7}')]:
        server.guard._outage = None
        with suppress(StoreError):
            call(server, method)


def test_refusal_of_a_server_is_no_outage(proxy, server):
    proxy.answer = (400, '{"error_code": "INVALID_PARAMETER_VALUE", "message": "too long"}')
    with pytest.raises(StoreRejectedError, match="too long"):
        server.client.get_run("1")
    assert server.guard.outage is None


def test_failing_server_is_asked_again_after_pauses_that_grow_until_it_answers(
    proxy, server, monkeypatch
):
    clock = [0.0]
    monkeypatch.setattr(guard.time, "monotonic", lambda: clock[0])
    proxy.answer = (500, "")
    asked_at = []
    for clock[0] in map(float, range(200)):
        n_before = proxy.n_answered
        with pytest.raises(StoreUnavailableError):
            server.client.get_run("1")
        if proxy.n_answered > n_before:
            asked_at.append(clock[0])
    assert asked_at == [0, 6, 17, 38, 79, 140]
    proxy.answer = (200, "{}")
    clock[0] = 300.0
    server.client.search_experiments()
    proxy.answer = (500, "")
    with pytest.raises(StoreUnavailableError):
        server.client.get_run("1")
    clock[0] = 304.0
    assert not server.guard.is_available()
    clock[0] = 306.0
    assert server.guard.is_available()
