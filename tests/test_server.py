"""Sweeps against a real MLflow server: away for a while, with a password, with PostgreSQL."""

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import mlflow
import pytest
import yaml
from running import Command, curves, run_script, statuses, undisturbed_curves
from serving import POSTGRES, postgres, serving

from fcnn.config.locations import project_dir

GRID = [
    "study=activation_size",
    "training.epochs=30",
    "training.seed=0",
    "model.hidden_units=[2],[16]",
]
# Each run takes so long that a sweep which says that its server is away has some yet to train.
LONG = [
    "study=depth",
    "model.activation=tanh",
    "model.hidden_units=[200,200]",
    "training.epochs=30",
    "training.seed=range(4)",
]
SECRET = "s3cret-in-the-address"
# What a database is asked in one question, its server is in many.
SAME_ANSWERS = """
import sys
import pandas as pd
from fcnn.tracking.reader import Reader

direct, served = Reader(sys.argv[1]), Reader(sys.argv[2])
finished = served.find_finished(sys.argv[3:])
assert len(finished) == len(sys.argv) - 3
assert direct.find_finished(sys.argv[3:]) == finished
run_ids = [run.run_id for run in finished.values()]
frames = []
for reader in (direct, served):
    curves = reader.curves(run_ids, ["loss", "val_loss"]).sort_values(["run_id", "epoch"])
    frames.append(curves.reset_index(drop=True))
pd.testing.assert_frame_equal(*frames, check_dtype=False)
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, empty_store):
    """`undisturbed(*grid)`: the curves of a study that nothing disturbs."""
    return cache(
        lambda *grid: undisturbed_curves(tmp_path_factory.mktemp("undisturbed"), empty_store, *grid)
    )


@pytest.mark.parametrize(
    ("back", "grid"), [("while it trains", LONG), ("before the next call", GRID)]
)
def test_server_that_goes_away_gets_everything_when_it_is_back(
    tmp_path, undisturbed, server, back, grid
):
    study = grid[0].removeprefix("study=")
    alone = [
        "hydra.launcher.workers=1",
        "hydra.launcher.max_population=1",
        f"tracking.outbox={tmp_path}/outbox",
    ]
    sweep = Command("train", *grid, *alone, cwd=tmp_path, uri=server.uri)
    lines = iter(sweep.stdout.readline, "")
    assert any("[1/" in line for line in lines)
    server.stop()
    try:
        assert any("kept until the server answers" in line for line in lines)
    finally:
        if back == "while it trains":
            sweep.send_signal(
                signal.SIGSTOP
            )  # a server takes longer to start than the sweep to end
            server.start()
            sweep.send_signal(signal.SIGCONT)
    rest = "".join(lines)
    sweep.communicate()
    assert sweep.returncode == 0
    assert "Traceback" not in rest
    if back == "while it trains":
        assert not list((tmp_path / "outbox").rglob("*.npz"))
        assert curves(server.uri, study) == undisturbed(*grid)
    else:
        server.start()
        assert "runs wait in" in rest
        assert "runs are there" not in rest
    again = run_script("train", *grid, *alone, cwd=tmp_path, uri=server.uri)
    assert (again.returncode, again.stderr) == (0, "")
    n_runs = len(undisturbed(*grid))
    assert f"{n_runs} of {n_runs} runs are there, training 0\n" in again.stdout
    assert curves(server.uri, study) == undisturbed(*grid)
    assert "RUNNING" not in statuses(server.uri, study)
    client = mlflow.MlflowClient(server.uri)
    experiment = client.get_experiment_by_name(study).experiment_id
    assert {
        run.info.status for run in client.search_runs([experiment], "tags.`fcnn.runs` != ''")
    } == {"FINISHED"}
    assert not list((tmp_path / "outbox").rglob("*.npz"))


def files_with(secret, folder):
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    ]


def test_passwords_in_the_environment_are_written_nowhere(tmp_path, server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "someone")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", f"{SECRET}-too")
    address = server.uri.replace("//", f"//someone:{SECRET}@")
    grid = [*GRID, "study.name=guarded", "training.epochs=2", f"tracking.outbox={tmp_path}/outbox"]
    bad = [
        "-m",
        "study.name=bad",
        "optimizer=sgd",
        "optimizer.learning_rate=1e25",
        "model.activation=relu",
        "training.epochs=2",
    ]
    commands = [
        ("train", grid),
        ("train", bad),
        ("report", ["study=guarded"]),
        ("report", ["study=nope"]),
        ("report", []),
    ]
    results = [
        run_script(name, *arguments, cwd=tmp_path, uri=address) for name, arguments in commands
    ]
    assert [result.returncode for result in results] == [0, 0, 0, 1, 0]  # diverged: a result
    results.append(
        run_script("train", *grid, cwd=tmp_path, uri=f"http://someone:{SECRET}@127.0.0.1:9")
    )
    assert results[-1].returncode == 1
    assert not [result for result in results if SECRET in result.stdout + result.stderr]
    assert files_with("guarded", tmp_path)
    assert files_with("guarded", server.folder)
    assert files_with(SECRET, tmp_path) + files_with(SECRET, server.folder) == []


@pytest.mark.parametrize("arguments", [["training.epochs=1"], GRID])
def test_password_on_the_command_line_is_refused(tmp_path, arguments):
    overrides = [*arguments, f"tracking.uri=http://someone:{SECRET}@127.0.0.1:1"]
    refused = run_script("train", *overrides, cwd=tmp_path, uri="sqlite:///unused.db")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "MLFLOW_TRACKING_PASSWORD" in refused.stderr
    assert SECRET not in refused.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not POSTGRES, reason="no PostgreSQL: /usr/lib/postgresql is empty")
@pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="no Ray")
def test_study_over_ray_against_a_server_with_postgresql_and_a_password(
    tmp_path, undisturbed, monkeypatch
):
    with (
        tempfile.TemporaryDirectory(prefix="ray") as tasks,
        postgres() as database,
        serving(tmp_path, database) as server,
    ):
        monkeypatch.setenv("RAY_TMPDIR", tasks)  # short, because sockets have short names
        ray = ["tracking=server", "hydra.launcher.backend=ray", "hydra.launcher.max_population=8"]
        local = undisturbed(*GRID)
        sweep = run_script(
            "train", *GRID, *ray, cwd=tmp_path, uri=server.uri.replace("//", f"//someone:{SECRET}@")
        )
        assert (sweep.returncode, sweep.stderr) == (0, "")
        assert curves(server.uri, "activation_size") == local
        assert statuses(server.uri, "activation_size") == ["FINISHED"] * 7
        report = run_script("report", "study=activation_size", cwd=tmp_path, uri=server.uri)
        assert (report.returncode, report.stderr) == (0, "")
        # In a process of its own, because MLflow leaves connections of a database open.
        subprocess.run(
            [sys.executable, "-c", SAME_ANSWERS, database, server.uri, *local], check=True
        )
        assert files_with("worker", Path(tasks))
        assert SECRET not in sweep.stdout
        assert files_with(SECRET, Path(tasks)) + files_with(SECRET, tmp_path) == []


def test_compose_file_opens_the_server_to_this_machine_only():
    compose = yaml.safe_load((project_dir() / "compose.yaml").read_text())
    assert [
        port for service in compose["services"].values() for port in service.get("ports", [])
    ] == ["127.0.0.1:5000:5000"]
