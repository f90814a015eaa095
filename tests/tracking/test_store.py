import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from running import FORKS

from fcnn.errors import StoreError
from fcnn.tracking import store
from fcnn.tracking.experiments import get_or_create_experiment


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match=f"tracking.uri: the folder {tmp_path}/no does not exist"):
        store.check(f"sqlite:///{tmp_path}/no/mlflow.db")


def test_folder_that_cannot_be_written_is_refused():
    with pytest.raises(StoreError, match=r"tracking.uri: /proc/mlflow.db cannot be written: .+"):
        store.check("sqlite:////proc/mlflow.db")


def test_file_that_is_not_a_database_is_refused_and_not_changed(tmp_path):
    path = tmp_path / "mlflow.db"
    path.write_text("my thesis")
    with pytest.raises(StoreError, match="is not a SQLite database"):
        store.check(f"sqlite:///{path}")
    assert path.read_text() == "my thesis"


def test_check_of_a_good_folder_leaves_no_trace(tmp_path):
    store.check(f"sqlite:///{tmp_path}/mlflow.db")
    assert os.listdir(tmp_path) == []


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path.read_bytes()


def test_database_of_another_program_is_refused_and_not_changed(tmp_path):
    path = tmp_path / "photos.db"
    earlier = execute(path, "create table photos (name text)", "insert into photos values ('cat')")
    with pytest.raises(StoreError, match=f"{path} is not MLflow's, it has other tables: photos"):
        store.check(f"sqlite:///{path}")
    assert path.read_bytes() == earlier
    assert os.listdir(tmp_path) == ["photos.db"]


def test_store_of_a_newer_mlflow_is_refused_and_not_changed(uri, tmp_path):
    path = tmp_path / "mlflow.db"
    earlier = execute(path, "update alembic_version set version_num = 'ffffffffffff'")
    with pytest.raises(StoreError, match=r"was made by a newer MLflow than the \d+\.\d+"):
        store.check(uri)
    assert path.read_bytes() == earlier


def test_store_of_an_older_mlflow_is_refused_with_the_command_that_upgrades_it(uri, tmp_path):
    execute(tmp_path / "mlflow.db", "update alembic_version set version_num = 'cc1f77228345'")
    with pytest.raises(StoreError, match=rf"back it up, then: mlflow db upgrade {uri}$"):
        store.connect(uri)


def test_link_to_a_store_that_is_not_there_is_refused_and_stays(tmp_path):
    link = tmp_path / "mlflow.db"
    link.symlink_to(tmp_path / "unmounted" / "mlflow.db")
    with pytest.raises(StoreError, match=r"is a link to \S+, which is not there$"):
        store.check(f"sqlite:///{link}")
    assert link.is_symlink()


@pytest.mark.parametrize("damage", ["the beginning", "the end"])
def test_damaged_store_is_refused_and_not_changed(uri, tmp_path, damage):
    path = tmp_path / "mlflow.db"
    content = path.read_bytes()
    if damage == "the beginning":
        damaged = content[:100] + b"\xff" * 4000 + content[4100:]
    else:
        damaged = content[: len(content) // 2]
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=f"{path} is damaged: database disk image is malformed"):
        store.check(uri)
    assert path.read_bytes() == damaged


def test_server_that_is_down_is_refused_without_its_password(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9/")
    with pytest.raises(StoreError) as error:
        store.check("http://me:secret@127.0.0.1:9/")
    message = "tracking.uri: no answer from http://127.0.0.1:9/: [Errno 111] Connection refused"
    assert str(error.value) == message


def test_unknown_kind_of_store_is_refused_in_one_line():
    with pytest.raises(StoreError, match=r"^tracking.uri: foo://x cannot be opened: [^\n]+$"):
        store.check("foo://x")


def create_store(uri):
    get_or_create_experiment(store.connect(uri), uri, "together")


def test_processes_that_create_a_store_at_the_same_time_leave_it_whole(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    processes = [FORKS.Process(target=create_store, args=(uri,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    experiments = store.connect(uri).search_experiments()
    assert sorted(experiment.name for experiment in experiments) == ["Default", "together"]


def test_store_can_be_read_by_its_owner_only(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    get_or_create_experiment(store.connect(uri), uri, "mine")
    assert (tmp_path / "mlflow.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mlruns").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("is_there", [True, False])
def test_half_a_store_that_a_killed_process_left_is_removed(tmp_path, empty_store, is_there):
    if is_there:
        shutil.copy(empty_store, tmp_path / "mlflow.db")
    for name in ("mlflow.db.part", "mlflow.db.part-journal"):
        (tmp_path / name).write_bytes(b"half")
    store.connect(f"sqlite:///{tmp_path}/mlflow.db")
    assert sorted(os.listdir(tmp_path)) == ["mlflow.db", "mlflow.db.lock"]


def test_artifacts_are_next_to_the_database_whatever_the_working_directory(uri, tmp_path):
    client = store.connect(uri)
    experiment = get_or_create_experiment(client, uri, "mine", "about it")
    assert experiment.artifact_location == (tmp_path / "mlruns" / "mine").as_uri()
    assert experiment.tags["mlflow.note.content"].startswith("about it\n\n")


PRINT_TELEMETRY_CLIENT = """
from fcnn.tracking import writer
from mlflow.telemetry import get_telemetry_client
print(get_telemetry_client())
"""


def test_telemetry_starts_only_on_request(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if key != "MLFLOW_DISABLE_TELEMETRY"
    } | {"HOME": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", PRINT_TELEMETRY_CLIENT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "None"
    assert not (tmp_path / ".config" / "mlflow").exists()


def test_text_that_is_not_an_address_is_refused_with_two_examples():
    message = (
        r"tracking\.uri: nonsense is not the address of a store; sqlite:///mlflow\.db and http"
    )
    with pytest.raises(StoreError, match=message):
        store.check("nonsense")


def test_store_in_memory_is_refused():
    with pytest.raises(StoreError, match=r"tracking\.uri: sqlite:// names no file"):
        store.check("sqlite://")


@pytest.mark.parametrize(
    "uri", ["http://[bad", "http://me:secret@127.0.0.1:abc", "mysql://me:secret@127.0.0.1/db"]
)
def test_invalid_address_is_refused_in_one_line_without_its_password(uri):
    with pytest.raises(StoreError) as error:
        store.check(uri)
    assert str(error.value).startswith("tracking.uri: ")
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_deleted_experiment_is_refused_with_the_command_that_restores_it(uri):
    client = store.connect(uri)
    experiment_id = get_or_create_experiment(client, uri, "mine").experiment_id
    client.delete_experiment(experiment_id)
    restore = f"`mlflow experiments restore -x {experiment_id}`"
    with pytest.raises(StoreError, match=f"study=mine: its experiment was deleted; {restore}"):
        get_or_create_experiment(client, uri, "mine")


@pytest.mark.parametrize("name", ["what?.db", "mlflow.db?mode=ro", "mlflow.db?timeout=soon"])
def test_unknown_option_of_a_file_is_refused_without_a_trace(tmp_path, name):
    with pytest.raises(StoreError, match=r"^tracking\.uri: sqlite:.*(timeout=|timeout should)"):
        store.check(f"sqlite:///{tmp_path}/{name}")
    assert os.listdir(tmp_path) == []


def test_path_that_versions_of_sqlalchemy_read_differently_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"reads % and two digits as another character"):
        store.check(f"sqlite:///{tmp_path}/my%20runs/mlflow.db")
    store.check(f"sqlite:///{tmp_path}/100%.db")


def test_name_of_a_file_ends_before_its_options(tmp_path, empty_store):
    uri = f"sqlite:///{tmp_path}/mlflow.db?timeout=5"
    store.check(uri)
    store.connect(uri)
    assert sorted(os.listdir(tmp_path)) == ["mlflow.db", "mlflow.db.lock"]


LEAVE_JOURNAL = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute(f"pragma journal_mode={sys.argv[2]}")
names = "select hex(randomblob(100)) from pragma_pragma_list"
database.execute(f"insert into experiments (name) {names}")
database.execute("pragma cache_size=1")  # so that pages reach the file before the commit
database.execute("begin")
database.execute(f"insert into experiments (name) {names}")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_journal_of_a_store_that_was_removed_does_not_damage_the_new_one(uri, tmp_path, mode):
    path = tmp_path / "mlflow.db"
    subprocess.run([sys.executable, "-c", LEAVE_JOURNAL, path, mode], check=False)
    assert any(name.startswith("mlflow.db-") for name in os.listdir(tmp_path))
    path.unlink()
    store.connect(uri)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert database.execute("select count(*) from experiments").fetchone() == (1,)


def test_deleted_store_is_created_anew_in_the_same_process(uri, tmp_path):
    get_or_create_experiment(store.connect(uri), uri, "old")
    (tmp_path / "mlflow.db").unlink()
    get_or_create_experiment(store.connect(uri), uri, "new")
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        names = {name for (name,) in database.execute("select name from experiments")}
    assert "new" in names
    assert "old" not in names
