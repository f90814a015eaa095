"""Faults that happen to sweeps: nothing finished is lost, and the same command completes it."""

import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing, suppress

import pytest
from running import (
    Command,
    curves,
    run_script,
    statuses,
    undisturbed_curves,
)

from fcnn.errors import StoreError
from fcnn.tracking.reader import Reader
from fcnn.tracking.store import check_server

GRID = [
    "study=activation_size",
    "model.activation=relu,tanh",
    "model.hidden_units=[2],[16]",
    "training.seed=0,1",
    "training.epochs=30",
]
N_RUNS = 8
SMALL = [*GRID, "training.epochs=10"]


@pytest.fixture(scope="module")
def timed(tmp_path_factory, empty_store):
    """The curves of an undisturbed `GRID`, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run_script(
        "train", "--help", cwd=folder, uri=""
    )  # starts the process that commands are forked from
    start_s = time.monotonic()
    return undisturbed_curves(folder, empty_store, *GRID), time.monotonic() - start_s


@pytest.fixture(scope="module")
def undisturbed(timed):
    return timed[0]


def is_sound(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("pragma integrity_check").fetchone() == ("ok",)


def count_runs(path):
    """How many runs sweeps have opened, finished or not, without the sweeps themselves."""
    # The store may not exist yet, or not have all its tables.
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader,
    ):
        query = "select count(*) from runs where name not like 'sweep of %'"
        return reader.execute(query).fetchone()[0]
    return 0


@pytest.mark.parametrize("n_kills", [5, pytest.param(20, marks=pytest.mark.verify)])
def test_sweep_killed_time_and_again_has_one_finished_run_per_cell_and_the_same_bits(
    tmp_path, timed, n_kills
):
    (undisturbed, seconds), uri, rng = timed, f"sqlite:///{tmp_path}/mlflow.db", random.Random(0)
    n_in_training = n_kills // 3 + 1
    for attempt in range(n_kills):
        n_runs = count_runs(tmp_path / "mlflow.db")
        process = Command("train", *GRID, cwd=tmp_path, uri=uri)
        if attempt < n_in_training:  # however slow the machine is
            while process.poll() is None and count_runs(tmp_path / "mlflow.db") == n_runs:
                pass
            process.kill()
        try:
            process.communicate(timeout=seconds * rng.uniform(0.1, 0.5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    last = run_script("train", *GRID, cwd=tmp_path, uri=uri)
    assert (last.returncode, last.stderr) == (0, "")
    curves_by_fingerprint = curves(uri, "activation_size")
    assert [len(runs) for runs in curves_by_fingerprint.values()] == [1] * N_RUNS
    assert curves_by_fingerprint == undisturbed
    all_statuses = statuses(uri, "activation_size")
    assert "RUNNING" not in all_statuses
    assert all_statuses.count("KILLED") >= n_in_training
    assert is_sound(tmp_path / "mlflow.db")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_sweep_is_resumed(tmp_path, uri, undisturbed, number):
    # One after the other, so that some are pending when the first has ended.
    alone = ["hydra.launcher.workers=1", "hydra.launcher.max_population=1"]
    process = Command("train", *GRID, *alone, cwd=tmp_path, uri=uri)
    try:
        assert any(f"[1/{N_RUNS}]" in line for line in iter(process.stdout.readline, ""))
        process.send_signal(number)
        process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 128 + number
    assert set(statuses(uri, "activation_size")) <= {"FINISHED", "KILLED"}
    again = run_script("train", *GRID, cwd=tmp_path, uri=uri)
    assert (again.returncode, again.stderr) == (0, "")
    assert f" of {N_RUNS} runs are there" in again.stdout
    curves_by_fingerprint = curves(uri, "activation_size")
    assert [len(runs) for runs in curves_by_fingerprint.values()] == [1] * N_RUNS
    assert curves_by_fingerprint == undisturbed


def test_two_concurrent_sweeps_and_a_reader_from_an_empty_folder_leave_each_run_once(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    sweeps = [Command("train", *SMALL, cwd=tmp_path, uri=uri) for _ in range(2)]
    run_counts = []
    while any(sweep.poll() is None for sweep in sweeps):
        with suppress(subprocess.TimeoutExpired):
            sweeps[0].wait(0.1)
        if (tmp_path / "mlflow.db").exists():
            reader = Reader(uri)
            run_counts.append(len(reader.runs("activation_size", reader.plan("activation_size"))))
    assert [(sweep.communicate()[0].count("Traceback"), sweep.returncode) for sweep in sweeps] == [
        (0, 0)
    ] * 2
    assert run_counts
    curves_by_fingerprint = curves(uri, "activation_size")
    assert [len(runs) for runs in curves_by_fingerprint.values()] == [1] * N_RUNS
    assert all(len(run["loss"]) == 10 for (run,) in curves_by_fingerprint.values())
    assert is_sound(tmp_path / "mlflow.db")


def test_run_that_diverges_lets_the_others_finish_and_one_too_large_is_refused_before(
    tmp_path, uri
):
    common = ["-m", "study.name=bad", "training.epochs=3", "model.activation=relu", "optimizer=sgd"]
    axes = ["model.hidden_units=[4],[3000000,3000000]", "optimizer.learning_rate=0.01,1e25"]
    refused = run_script("train", *common, *axes, cwd=tmp_path, uri=uri)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    line = r"model.hidden_units=\[3000000, 3000000\]: the run needs about 468 TB of memory, "
    assert re.match(line, refused.stderr)
    sweep = run_script("train", *common, axes[1], cwd=tmp_path, uri=uri)
    assert (sweep.returncode, sweep.stderr) == (0, "")
    assert "1 of 2 runs diverged" in sweep.stdout
    assert statuses(uri, "bad") == ["FINISHED"] * 3


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 12 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize(
    ("outbox", "returncode", "told"),
    [("outbox", 0, " runs wait in "), ("disk/outbox", 1, "")],
    ids=["of the store", "of store and outbox"],
)
def test_full_disk_is_one_clear_line_and_nothing_that_is_kept_is_trained_again(
    tmp_path, small_disk, empty_store, undisturbed, outbox, returncode, told
):
    shutil.copy(empty_store, small_disk / "mlflow.db")
    uri = f"sqlite:///{small_disk}/mlflow.db"
    grid = [*GRID, f"tracking.outbox={tmp_path / outbox}"]
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 250_000))
    # In another folder than the store: what Hydra writes needs space, too.
    full = run_script("train", *grid, cwd=tmp_path, uri=uri)
    assert full.returncode == returncode, full.stderr
    lines = [line for line in full.stderr.splitlines() + full.stdout.splitlines() if told in line]
    assert any("no space left" in line.lower() for line in lines), full.stderr + full.stdout
    assert "Traceback" not in full.stderr + full.stdout
    ballast.unlink()
    assert is_sound(small_disk / "mlflow.db")
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    again = run_script("train", *grid, cwd=tmp_path, uri=uri)
    assert (again.returncode, again.stderr) == (0, "")
    if told:
        assert "8 of 8 runs are there, training 0" in again.stdout
    assert not list((tmp_path / outbox).rglob("*.npz"))
    curves_by_fingerprint = curves(uri, "activation_size")
    assert [len(runs) for runs in curves_by_fingerprint.values()] == [1] * N_RUNS
    assert curves_by_fingerprint == undisturbed
    assert "RUNNING" not in statuses(uri, "activation_size")


def test_read_only_folder_is_refused_before_any_work(small_disk, uri):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for arguments in (SMALL, ["training.epochs=1"]):
        refused = run_script("train", *arguments, cwd=small_disk, uri=uri)
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
        assert "cannot be written: Read-only file system" in refused.stderr
        inside = run_script(
            "train", *arguments, cwd=small_disk.parent, uri=f"sqlite:///{small_disk}/mlflow.db"
        )
        assert (inside.returncode, inside.stderr.count("\n")) == (1, 1)
    assert os.listdir(small_disk) == []


def test_server_that_never_answers_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        line = f"^tracking.uri: no answer from {address}: timed out$"
        with pytest.raises(StoreError, match=line):
            check_server(address, timeout_seconds=0.1)
