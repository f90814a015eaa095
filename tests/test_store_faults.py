"""A SQLite store that fails while networks train: what is trained waits, and is delivered once."""

import os
import shutil
import sqlite3
from contextlib import closing
from functools import cache

import mlflow
import pytest
from running import Command, curves, real_command, run_script, statuses, swept

STUDY = "activation_size"
# One after the other, so that a fault that follows the first line comes before most are trained.
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
    return cache(lambda: swept(tmp_path_factory.mktemp("undisturbed"), empty_store, *GRID))


@pytest.fixture
def path(tmp_path, empty_store):
    folder = tmp_path / "store"
    folder.mkdir()
    return shutil.copy(empty_store, folder / "mlflow.db")


def address(path):
    # The driver's own option: a lock is waited for as long.
    return f"sqlite:///{path}?timeout=0.3"


def train(path, *arguments, begin=run_script):
    outbox = f"tracking.outbox={path.parent}/outbox"
    return begin("train", *arguments, outbox, cwd=path.parent, uri=address(path))


def waiting(path):
    return [file.name for file in (path.parent / "outbox").rglob("*.npz")]


def is_told_in_one_line(output):
    assert not [word for word in ("Traceback", "sqlalchemy", "sqlite3.") if word in output], output
    assert sum(" in " in line and "wait" in line for line in output.splitlines()) == 1, output


def holding(path):
    """Another process's lock."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")
    return closing(other)


def begun(path, *arguments, ended="[1/"):
    """A sweep of which a run has ended, and what it has yet to say."""
    sweep = train(path, *arguments, begin=Command)
    lines = iter(sweep.stdout.readline, "")
    assert any(ended in line for line in lines)
    return sweep, lines


def rest_of(sweep, lines):
    rest = "".join(lines)
    sweep.communicate()
    assert sweep.returncode == 0, rest
    return rest


def check_whole(path, undisturbed):
    """The next call delivers what waits and trains nothing; the store has all runs once, and the report shows them."""
    again = train(path, *GRID)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{N_RUNS} of {N_RUNS} runs are there, training 0" in again.stdout
    assert waiting(path) == []
    assert curves(address(path), STUDY) == undisturbed()
    assert "RUNNING" not in statuses(address(path), STUDY)
    report = run_script("report", f"study={STUDY}", cwd=path.parent, uri=address(path))
    assert (report.returncode, report.stderr) == (0, "")
    assert (
        f"{N_RUNS} of {N_RUNS} runs finished"
        in (path.parent / "reports" / STUDY / "report.md").read_text()
    )


def test_store_that_is_locked_before_a_sweep_is_refused_in_one_line_before_any_work(path):
    with holding(path):
        refused = train(path, *GRID)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert refused.stderr.endswith("mlflow.db is locked by another process\n")
    assert waiting(path) == []


def test_store_that_is_locked_in_the_midst_of_a_sweep_gets_all_when_it_is_free(path, undisturbed):
    sweep, lines = begun(path, *GRID)
    with holding(path):
        assert any("kept until the store answers" in line for line in lines)
    rest_of(sweep, lines)
    check_whole(path, undisturbed)


def test_store_that_is_still_locked_at_the_end_of_a_sweep_gets_all_by_the_next_call(
    path, undisturbed
):
    sweep, lines = begun(path, *GRID)
    with holding(path):
        rest = rest_of(sweep, lines)
    is_told_in_one_line(rest)
    assert waiting(path)
    check_whole(path, undisturbed)


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
def test_store_that_is_gone_is_made_anew_by_the_next_call_with_all_that_was_trained(
    path, undisturbed, fault
):
    sweep, lines = begun(path, *GRID)
    fault(path)
    rest = rest_of(sweep, lines)
    is_told_in_one_line(rest)
    assert (fault is replaced_by_nothing) == path.exists()
    kept = len([name for name in waiting(path) if not name.endswith(".end.npz")])
    assert kept >= N_RUNS - 2
    again = train(path, *GRID)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{kept} of {N_RUNS} runs are there, training {N_RUNS - kept}" in again.stdout
    check_whole(path, undisturbed)


def test_store_that_was_replaced_by_another_gets_what_was_trained_by_the_next_call(
    path, undisturbed, empty_store
):
    sweep, lines = begun(path, *GRID)
    replaced_by_another_store(path, empty_store)
    is_told_in_one_line(rest_of(sweep, lines))
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


def test_store_that_was_moved_and_comes_back_gets_all_under_its_own_parent(path, undisturbed):
    sweep, lines = begun(path, *GRID)
    moved_away(path)
    assert any("kept until the store answers" in line for line in lines)
    path.with_name("elsewhere.db").rename(path)
    rest_of(sweep, lines)
    check_whole(path, undisturbed)
    client = mlflow.MlflowClient(address(path))
    runs = client.search_runs([client.get_experiment_by_name(STUDY).experiment_id])
    (parent,) = [run for run in runs if "fcnn.runs" in run.data.tags]
    finished = [run for run in runs if run.info.status == "FINISHED" and run is not parent]
    assert {run.data.tags["mlflow.parentRunId"] for run in finished} == {parent.info.run_id}


def test_store_that_becomes_text_is_refused_until_it_is_put_back_and_nothing_is_lost(
    path, undisturbed
):
    sweep, lines = begun(path, *GRID)
    copy = shutil.copy(path, path.with_name("copy.db"))
    overwritten_by_text(path)
    is_told_in_one_line(rest_of(sweep, lines))
    kept = waiting(path)
    refused = train(path, *GRID)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert path.read_text() == "my thesis"
    assert waiting(path) == kept
    os.replace(copy, path)
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


def test_runs_that_are_deleted_while_they_train_are_recorded_again(path, undisturbed):
    sweep, lines = begun(path, *GRID)
    client = mlflow.MlflowClient(address(path))
    experiment = client.get_experiment_by_name(STUDY).experiment_id
    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'"):
        client.delete_run(run.info.run_id)  # the parent, too
    rest = rest_of(sweep, lines)
    assert "Traceback" not in rest
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)


def test_experiment_that_is_deleted_while_it_is_trained_gets_all_once_it_is_restored(
    path, undisturbed
):
    sweep, lines = begun(path, *GRID)
    client = mlflow.MlflowClient(address(path))
    experiment = client.get_experiment_by_name(STUDY).experiment_id
    client.delete_experiment(experiment)
    is_told_in_one_line(rest_of(sweep, lines))
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


@pytest.mark.parametrize("fault", [lost, overwritten_by_text, replaced_by_nothing, "locked"])
def test_single_run_outlives_its_store(path, fault):
    command = train(path, *SINGLE, begin=Command)
    # Not through MLflow, which in this process would go on with a file that is deleted.
    with closing(sqlite3.connect(path)) as reader:
        while not reader.execute("select 1 from metrics").fetchone():
            assert command.poll() is None
    copy = path.read_bytes()
    lock = holding(path) if fault == "locked" else None
    if lock is None:
        fault(path)
    output, _ = command.communicate()
    if lock:
        lock.__exit__(None, None, None)
    elif fault is overwritten_by_text:
        path.write_bytes(copy)
    assert command.returncode == 0, output
    is_told_in_one_line(output)
    assert len(waiting(path)) == 1
    again = train(path, *SINGLE)
    assert (again.returncode, again.stderr) == (0, "")
    assert " is there, validation loss" in again.stdout
    (runs,) = curves(address(path), "single").values()
    assert [len(run["loss"]) for run in runs] == [200]
    assert waiting(path) == []


@pytest.mark.parametrize("fault", [lost, replaced_by_nothing])
def test_workers_of_joblib_keep_what_they_train_while_the_store_is_gone(path, undisturbed, fault):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher.joblib_launcher")
    joblib = [*GRID[:-2], "hydra/launcher=joblib", "hydra.launcher.n_jobs=1"]
    # Workers of joblib cannot be started by a forked process.
    sweep = train(path, *joblib, begin=real_command)
    lines = iter(sweep.stdout.readline, "")
    assert any("validation loss" in line for line in lines)
    fault(path)
    rest = rest_of(sweep, lines)
    assert "Traceback" not in rest
    networks = [name for name in waiting(path) if not name.endswith(".end.npz")]
    assert networks
    assert train(path, *GRID).returncode == 0
    check_whole(path, undisturbed)
