import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from running import FORKS

from fcnn.errors import StoreError
from fcnn.tracking import store
from fcnn.tracking.redaction import redact


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match=f"tracking.uri: the folder {tmp_path}/no does not exist"):
        store.check(f"sqlite:///{tmp_path}/no/mlflow.db")


def test_folder_that_cannot_be_written_is_refused():
    with pytest.raises(StoreError, match=r"tracking.uri: /proc/mlflow.db cannot be written: .+"):
        store.check("sqlite:////proc/mlflow.db")


def test_foreign_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "mlflow.db"
    path.write_text("my thesis")
    with pytest.raises(StoreError, match="is not a SQLite database"):
        store.check(f"sqlite:///{path}")
    assert path.read_text() == "my thesis"


def test_check_of_a_good_folder_leaves_no_trace(tmp_path):
    store.check(f"sqlite:///{tmp_path}/mlflow.db")
    assert os.listdir(tmp_path) == []


def database(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path.read_bytes()


def test_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "photos.db"
    before = database(path, "create table photos (name text)", "insert into photos values ('cat')")
    with pytest.raises(StoreError, match=f"{path} is not MLflow's, it has other tables: photos"):
        store.check(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["photos.db"]


def test_store_of_a_newer_mlflow_is_refused_and_left_alone(uri, tmp_path):
    path = tmp_path / "mlflow.db"
    before = database(path, "update alembic_version set version_num = 'ffffffffffff'")
    with pytest.raises(StoreError, match=r"was made by a newer MLflow than the \d+\.\d+"):
        store.check(uri)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["the beginning", "the end"])
def test_damaged_store_is_refused_and_left_alone(uri, tmp_path, damage):
    path = tmp_path / "mlflow.db"
    read_once = path.read_bytes()
    broken = (
        read_once[:100] + b"\xff" * 4000 + read_once[4100:]
        if damage == "the beginning"
        else read_once[: len(read_once) // 2]
    )
    path.write_bytes(broken)
    with pytest.raises(StoreError, match=f"{path} is damaged: database disk image is malformed"):
        store.check(uri)
    assert path.read_bytes() == broken


def test_server_that_is_not_there_is_refused_without_its_password(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9/")
    with pytest.raises(StoreError) as refusal:
        store.check("http://me:secret@127.0.0.1:9/")
    assert (
        str(refusal.value)
        == "tracking.uri: no answer from http://127.0.0.1:9/: [Errno 111] Connection refused"
    )


def test_unknown_kind_of_store_is_refused_in_one_line():
    with pytest.raises(StoreError, match=r"^tracking.uri: foo://x cannot be opened: [^\n]+$"):
        store.check("foo://x")


def create(uri):
    store.get_or_create_experiment(store.connect(uri), uri, "together")


def test_processes_that_create_a_store_at_once_leave_it_whole(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    processes = [FORKS.Process(target=create, args=(uri,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    experiments = store.connect(uri).search_experiments()
    assert sorted(experiment.name for experiment in experiments) == ["Default", "together"]


def test_artifacts_lie_beside_the_database_whatever_the_working_directory(uri, tmp_path):
    client = store.connect(uri)
    experiment = client.get_experiment(
        store.get_or_create_experiment(client, uri, "mine", "about it")
    )
    assert experiment.artifact_location == (tmp_path / "mlruns" / "mine").as_uri()
    assert experiment.tags["mlflow.note.content"] == "about it"


TELEMETRY = """
from fcnn.tracking import writer
from mlflow.telemetry import get_telemetry_client
print(get_telemetry_client())
"""


def test_telemetry_never_starts_unless_asked_for(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if key != "MLFLOW_DISABLE_TELEMETRY"
    } | {"HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", TELEMETRY],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "None"
    assert not (tmp_path / ".config" / "mlflow").exists()


def test_word_that_is_no_address_is_refused_with_two_that_are():
    with pytest.raises(
        StoreError,
        match=r"tracking\.uri: nonsense is no address of a store; sqlite:///mlflow\.db and http",
    ):
        store.check("nonsense")


def test_store_in_memory_is_refused():
    with pytest.raises(StoreError, match=r"tracking\.uri: sqlite:// names no file"):
        store.check("sqlite://")


@pytest.mark.parametrize(
    "uri", ["http://[bad", "http://me:secret@127.0.0.1:abc", "mysql://me:secret@127.0.0.1/db"]
)
def test_broken_address_is_one_line_without_its_password(uri):
    with pytest.raises(StoreError) as refusal:
        store.check(uri)
    assert str(refusal.value).startswith("tracking.uri: ")
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_experiment_that_was_deleted_is_named_with_what_brings_it_back(uri):
    client = store.connect(uri)
    identifier = store.get_or_create_experiment(client, uri, "mine")
    client.delete_experiment(identifier)
    with pytest.raises(
        StoreError,
        match=f"study=mine: its experiment was deleted; `mlflow experiments restore -x {identifier}`",
    ):
        store.get_or_create_experiment(client, uri, "mine")


def test_redaction_leaves_no_credentials():
    text = "a http://me:secret@h/x b postgresql://me:se@cret@h/db c postgresql://h/db?user=me&password=secret&x=1"
    assert (
        redact(text)
        == "a http://h/x b postgresql://h/db c postgresql://h/db?user=...&password=...&x=1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "http://me:hunter/2@host/x",
        "DRIVER={x};SERVER=h;Pwd=hunter 2;Encrypt=yes",
        "DRIVER={x};PWD={hunter;2};SERVER=h",
        "mssql+pyodbc:///?odbc_connect=SERVER%3Dh%3BUID%3Dme%3BPWD%3Dhunter2%3BX%3D1",
        "mssql+pyodbc:///?odbc_connect=PWD%3D%7Bhunter%3B2%7D%3BX%3D1",
        "https%3A%2F%2Fme%3Ahunter2%40host%2Fx",
        "postgresql://h/db?sslpassword=hunter2&x=1",
        "mysql://h/db?password=hunter%202%26x&y=1",
        "passphrase='hunter 2' x",
        "'password=hunter 2'",
        "api_key=hunter2",
        "AWS_SECRET_ACCESS_KEY=hunter2",
        "auth=hunter2",
        "password: hunter2, x: 1",
        '{"api_key": "hunter 2", "x": 1}',
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2==",
        "x-auth-token: hunter2",
    ],
)
def test_redaction_knows_the_ways_in_which_credentials_are_written(text):
    assert "hunter" not in redact(text)
    assert redact(redact(text)) == redact(text)


def test_redaction_leaves_the_rest_of_a_connection_string():
    assert redact("SERVER=h;UID=me;PWD=x;Encrypt=yes") == "SERVER=h;UID=...;PWD=...;Encrypt=yes"


@pytest.mark.parametrize(
    "text",
    [
        "tokens=5",
        "monkey=1 keyboard=2 author=Knuth sort_key=3",
        "sqlite:////tmp/a@b/mlflow.db",
        "http://127.0.0.1:5000/a@b",
        "model.activation=relu,tanh optimizer.learning_rate=0.1",
        "a password belongs in the environment, in MLFLOW_TRACKING_PASSWORD",
    ],
)
def test_redaction_leaves_what_is_no_secret(text):
    assert redact(text) == text


@pytest.mark.parametrize("name", ["what?.db", "mlflow.db?mode=ro", "mlflow.db?timeout=soon"])
def test_options_that_a_file_has_not_are_refused_without_a_trace(tmp_path, name):
    with pytest.raises(StoreError, match=r"^tracking\.uri: sqlite:.*(timeout=|timeout should)"):
        store.check(f"sqlite:///{tmp_path}/{name}")
    assert os.listdir(tmp_path) == []


def test_file_is_what_stands_before_its_options(tmp_path, empty_store):
    uri = f"sqlite:///{tmp_path}/mlflow.db?timeout=5"
    store.check(uri)
    store.connect(uri)
    assert sorted(os.listdir(tmp_path)) == ["mlflow.db", "mlflow.db.lock"]


def test_store_that_was_deleted_is_made_anew_in_the_same_process(uri, tmp_path):
    store.get_or_create_experiment(store.connect(uri), uri, "old")
    (tmp_path / "mlflow.db").unlink()
    store.get_or_create_experiment(store.connect(uri), uri, "new")
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        names = {name for (name,) in database.execute("select name from experiments")}
    assert "new" in names
    assert "old" not in names
