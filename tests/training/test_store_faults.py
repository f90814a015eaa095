"""A SQLite store that fails during training: trained networks wait and are delivered once."""

import os
import shutil
import sqlite3
from contextlib import closing
from functools import cache

import mlflow
import pytest
from click.testing import CliRunner
from mlflow.cli import gc
from running import Command, curves, run_script, statuses, undisturbed_curves

STUDY = "activation_size"
# One after the other, so that a fault after the first line comes before most are trained.
GRID = [
    f"study={STUDY}",
    "model.activation=tanh",
    "model.hidden_units=[200,200]",
    "training.epochs=30",
    "training.seed=range(4)",
    "hydra.launcher.workers=1",
    "hydra.launcher.max_population=1",
]
N_RUNS = 4


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, empty_store):
    """`undisturbed()`: the curves of `GRID` where nothing happens."""
    return cache(
        lambda: undisturbed_curves(tmp_path_factory.mktemp("undisturbed"), empty_store, *GRID)
    )


@pytest.fixture
def path(tmp_path, empty_store):
    folder = tmp_path / "store"
    folder.mkdir()
    return shutil.copy(empty_store, folder / "mlflow.db")


def canonical_address(path):
    # The driver's own option: for how long it waits for a lock.
    return f"sqlite:///{path}?timeout=0.3"


def train(path, *arguments, run=run_script):
    outbox = f"tracking.outbox={path.parent}/outbox"
    return run("train", *arguments, outbox, cwd=path.parent, uri=canonical_address(path))


def list_waiting(path):
    return [file.name for file in (path.parent / "outbox").rglob("*.npz")]


def check_told_in_one_line(output):
    assert not [word for word in ("Traceback", "sqlalchemy", "sqlite3.") if word in output], output
    assert sum(" in " in line and "wait" in line for line in output.splitlines()) == 1, output


def hold_lock(path):
    """Another process's lock."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")
    return closing(other)


def start_sweep(path, *arguments, marker="[1/"):
    """A sweep of which one run has ended, and the lines that it has yet to print."""
    sweep = train(path, *arguments, run=Command)
    lines = iter(sweep.stdout.readline, "")
    assert any(marker in line for line in lines)
    return sweep, lines


def read_rest(sweep, lines):
    rest = "".join(lines)
    sweep.communicate()
    assert sweep.returncode == 0, rest
    return rest


def check_whole(path, undisturbed):
    """Check that the next call delivers what waits, trains nothing, and that each run is once."""
    again = train(path, *GRID)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{N_RUNS} of {N_RUNS} runs are there, training 0" in again.stdout
    assert list_waiting(path) == []
    assert curves(canonical_address(path), STUDY) == undisturbed()
    assert "RUNNING" not in statuses(canonical_address(path), STUDY)


def test_store_that_is_locked_before_a_sweep_is_refused_in_one_line_before_any_work(path):
    with hold_lock(path):
        refused = train(path, *GRID)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert refused.stderr.endswith("mlflow.db is locked by another process\n")
    assert list_waiting(path) == []


def test_store_that_is_locked_during_a_sweep_gets_everything_when_it_is_free(path, undisturbed):
    sweep, lines = start_sweep(path, *GRID)
    with hold_lock(path):
        assert any("kept until the store answers" in line for line in lines)
    read_rest(sweep, lines)
    check_whole(path, undisturbed)


def test_store_that_is_locked_until_after_a_sweep_gets_everything_from_the_next_call(
    path, undisturbed
):
    sweep, lines = start_sweep(path, *GRID)
    with hold_lock(path):
        rest = read_rest(sweep, lines)
    check_told_in_one_line(rest)
    assert list_waiting(path)
    check_whole(path, undisturbed)
    report = run_script("report", f"study={STUDY}", cwd=path.parent, uri=canonical_address(path))
    assert (report.returncode, report.stderr) == (0, "")
    assert (
        f"{N_RUNS} of {N_RUNS} runs finished"
        in (path.parent / "reports" / STUDY / "report.md").read_text()
    )


def lost(path):
    path.unlink()


def moved_away(path):
    path.rename(path.with_name("elsewhere.db"))


def replaced_by_nothing(path):
    path.unlink()
    path.touch()


def replaced_by_another_store(path, empty_store):
    new = shutil.copy(empty_store, path.with_name("new.db"))
    os.replace(new, path)


def overwritten_by_text(path):
    path.write_text("my thesis")


@pytest.mark.parametrize("fault", [lost, moved_away, replaced_by_nothing])
def test_store_that_is_gone_is_recreated_by_the_next_call_with_all_trained_runs(
    path, undisturbed, fault
):
    sweep, lines = start_sweep(path, *GRID)
    fault(path)
    rest = read_rest(sweep, lines)
    check_told_in_one_line(rest)
    assert (fault is replaced_by_nothing) == path.exists()
    kept = len([name for name in list_waiting(path) if not name.endswith(".end.npz")])
    assert kept >= N_RUNS - 2
    again = train(path, *GRID)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{kept} of {N_RUNS} runs are there, training {N_RUNS - kept}" in again.stdout
    check_whole(path, undisturbed)


def test_store_that_replaced_another_gets_all_trained_runs_from_the_next_call(
    path, undisturbed, empty_store
):
    sweep, lines = start_sweep(path, *GRID)
    replaced_by_another_store(path, empty_store)
    check_told_in_one_line(read_rest(sweep, lines))
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


def test_store_that_was_moved_and_comes_back_gets_everything_under_its_own_parent(
    path, undisturbed
):
    sweep, lines = start_sweep(path, *GRID)
    moved_away(path)
    assert any("kept until the store answers" in line for line in lines)
    path.with_name("elsewhere.db").rename(path)
    read_rest(sweep, lines)
    check_whole(path, undisturbed)
    client = mlflow.MlflowClient(canonical_address(path))
    runs = client.search_runs([client.get_experiment_by_name(STUDY).experiment_id])
    (parent,) = [run for run in runs if "fcnn.runs" in run.data.tags]
    finished = [run for run in runs if run.info.status == "FINISHED" and run is not parent]
    assert {run.data.tags["mlflow.parentRunId"] for run in finished} == {parent.info.run_id}


def test_store_overwritten_by_text_is_refused_until_restored_and_nothing_is_lost(path, undisturbed):
    sweep, lines = start_sweep(path, *GRID)
    copy = shutil.copy(path, path.with_name("copy.db"))
    overwritten_by_text(path)
    check_told_in_one_line(read_rest(sweep, lines))
    kept = list_waiting(path)
    refused = train(path, *GRID)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert path.read_text() == "my thesis"
    assert list_waiting(path) == kept
    os.replace(copy, path)
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


@pytest.mark.parametrize("erased", [False, True], ids=["deleted", "erased by mlflow gc"])
def test_runs_that_are_deleted_while_they_train_are_recorded_again(path, undisturbed, erased):
    sweep, lines = start_sweep(path, *GRID)
    client = mlflow.MlflowClient(canonical_address(path))
    experiment = client.get_experiment_by_name(STUDY).experiment_id
    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'"):
        client.delete_run(run.info.run_id)  # the parent, too
    if erased:
        uri = ["--backend-store-uri", canonical_address(path)]
        assert CliRunner().invoke(gc, uri).exit_code == 0
    rest = read_rest(sweep, lines)
    assert not [word for word in ("Traceback", "sqlalchemy", "sqlite3.") if word in rest], rest
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


def test_experiment_deleted_during_a_sweep_gets_everything_once_restored(path, undisturbed):
    sweep, lines = start_sweep(path, *GRID)
    client = mlflow.MlflowClient(canonical_address(path))
    experiment = client.get_experiment_by_name(STUDY).experiment_id
    client.delete_experiment(experiment)
    check_told_in_one_line(read_rest(sweep, lines))
    refused = train(path, *GRID)
    assert refused.returncode == 1
    assert f"mlflow experiments restore -x {experiment}" in refused.stderr
    assert "Traceback" not in refused.stderr
    client.restore_experiment(experiment)
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


SINGLE = [
    "model.hidden_units=[200,200]",
    "training.epochs=200",
]


@pytest.mark.parametrize(
    "fault",
    [
        lost,
        "locked",
        pytest.param(overwritten_by_text, marks=pytest.mark.verify),
        pytest.param(replaced_by_nothing, marks=pytest.mark.verify),
    ],
)
def test_single_run_outlives_its_store(path, fault):
    command = train(path, *SINGLE, run=Command)
    # Not through MLflow, which in this process would go on with a file that is deleted.
    with closing(sqlite3.connect(path)) as reader:
        while not reader.execute("select 1 from metrics").fetchone():
            assert command.poll() is None
    copy = path.read_bytes()
    lock = hold_lock(path) if fault == "locked" else None
    if lock is None:
        fault(path)
    output, _ = command.communicate()
    if lock:
        lock.__exit__(None, None, None)
    elif fault is overwritten_by_text:
        path.write_bytes(copy)
    assert command.returncode == 0, output
    check_told_in_one_line(output)
    assert len(list_waiting(path)) == 1
    again = train(path, *SINGLE)
    assert (again.returncode, again.stderr) == (0, "")
    assert " is there, validation loss" in again.stdout
    (runs,) = curves(canonical_address(path), "single").values()
    assert [len(run["loss"]) for run in runs] == [200]
    assert list_waiting(path) == []
