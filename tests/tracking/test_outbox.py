"""What the outbox keeps is whole, in order, and found again after the password has changed."""

import hashlib
import os
import subprocess
import sys

import pytest

from fcnn.config.schema import Tracking
from fcnn.errors import StoreError
from fcnn.tracking.outbox import Outbox, PendingTermination, read_entry

END = PendingTermination(run_id="0" * 32, status="FINISHED", ended_ms=5_000)


def tracking(folder, uri):
    return Tracking(uri=uri, outbox=str(folder), save_model=False, parent_run_id=None)


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tracking(tmp_path, "http://host:5000"))


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "http://host:5000",
            "http://me:old@host:5000",
            "http://me:new@host:5000/",
            "HTTP://Host:5000",
        ],
        ["https://host/mlflow", "https://host:443/mlflow/"],
        ["http://127.0.0.1:5000", "http://localhost:5000"],
        [
            "postgresql://me:old@h/db",
            "postgresql+psycopg://me:n/e@w@h:5432/db",
            "postgresql://h/db",
        ],
        ["mssql+pyodbc:///?odbc_connect=SERVER%3Dh%3BPWD%3D" + word for word in ("old", "new")],
        ["mysql://h/db?password=old", "mysql+pymysql://h:3306/db?password=new"],
    ],
)
def test_folder_does_not_depend_on_the_password_or_the_spelling(tmp_path, spellings):
    assert len({Outbox(tracking(tmp_path, uri)).folder for uri in spellings}) == 1


def test_folder_of_another_store_is_another(tmp_path):
    uris = ["http://host:5000", "http://host:5001", "http://host:5000/a", "https://host:5000"]
    uris += ["http://other:5000", "postgresql://h/db", "postgresql://h/Db", "mysql://h/db"]
    assert len({Outbox(tracking(tmp_path, uri)).folder for uri in uris}) == len(uris)


def test_folder_of_a_file_does_not_depend_on_the_working_directory(tmp_path, monkeypatch):
    whole = Outbox(tracking(tmp_path, f"sqlite:///{tmp_path}/mlflow.db?timeout=3")).folder
    monkeypatch.chdir(tmp_path)
    assert Outbox(tracking(tmp_path, "sqlite:///mlflow.db")).folder == whole
    monkeypatch.chdir("/")
    assert Outbox(tracking(tmp_path, "sqlite:///mlflow.db")).folder != whole


def test_folder_of_0_1_0_is_looked_at_too(tmp_path):
    uri = "http://me:secret@host:5000"
    outbox = Outbox(tracking(tmp_path, uri))
    outbox.put(END, "new")
    old = tmp_path / hashlib.sha256(uri.encode()).hexdigest()[:12]
    old.mkdir()
    (outbox.folder / "new.end.npz").rename(old / "old.end.npz")
    outbox.put(END, "new")
    assert [file.name for file in outbox.list_files()] == ["new.end.npz", "old.end.npz"]


FULL = """
import resource, signal, sys
from fcnn.config.schema import Tracking
from fcnn.tracking.outbox import Outbox, PendingTermination

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
tracking = Tracking(
    uri="http://host:5000", outbox=sys.argv[1], save_model=False, parent_run_id=None
)
outbox = Outbox(tracking)
outbox.put(PendingTermination(run_id="1" * 32, status="FAILED", ended_ms=1), "end")
"""


def test_file_that_cannot_be_written_leaves_the_one_before_it_whole(tmp_path, outbox):
    outbox.put(END, "end")
    full = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "tracking.outbox: " in full.stderr.splitlines()[-1]
    assert [read_entry(file) for file in outbox.list_files()] == [END]
    assert not list(outbox.folder.glob("*.part"))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="takes Linux")
def test_file_and_its_name_are_on_the_disk_when_it_is_called_kept(outbox, monkeypatch):
    synced = []
    fsync = os.fsync

    def note(descriptor):
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    outbox.put(END, "before")
    monkeypatch.setattr(os, "fsync", note)
    n_open = len(os.listdir("/proc/self/fd"))
    outbox.put(END, "end")
    assert synced == [f"{outbox.folder}/end.end.npz.part", str(outbox.folder)]
    assert len(os.listdir("/proc/self/fd")) == n_open


def test_outbox_can_be_read_by_its_owner_only(tmp_path):
    outbox = Outbox(tracking(tmp_path / "a" / "outbox", "http://host:5000"))
    outbox.put(END, "end")
    for folder in (outbox.folder, outbox.folder.parent, tmp_path / "a"):
        assert folder.stat().st_mode & 0o777 == 0o700
    (file,) = outbox.list_files()
    assert file.stat().st_mode & 0o777 == 0o600


def test_part_that_a_killed_process_left_is_removed(outbox):
    outbox.put(END, "end")
    (outbox.folder / "left.part").write_bytes(b"half")
    outbox.remove_parts()
    assert not list(outbox.folder.glob("*.part"))
    assert [read_entry(file) for file in outbox.list_files()] == [END]


def test_file_of_anything_else_is_refused_in_one_line(outbox):
    outbox.folder.mkdir(parents=True)
    for content in (b"", b"text", b"\x80\x04N.", b"PK\x03\x04"):
        path = outbox.folder / "x.npz"
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"^it is damaged, or of another version$"):
            read_entry(path)
