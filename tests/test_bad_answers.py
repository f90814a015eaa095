"""A real MLflow server that answers badly for a while, and what reading from it leaves."""

import os
import tempfile

import mlflow
import numpy as np
import pytest
from proxying import proxying
from recording import begin_run, write
from running import Command, curves, run_script, statuses, without_status

from fcnn.errors import StoreError
from fcnn.tracking.writer import Writer

STUDY = "activation_size"
# One after the other, so that a fault after the first line comes before most are trained.
GRID = [
    f"study={STUDY}",
    "training.epochs=20",
    "training.seed=0",
    "model.activation=relu,tanh",
    "model.hidden_units=[2],[16]",
    "hydra.launcher.max_population=1",
]
N_RUNS = 4


def test_server_that_answers_badly_gets_everything_once_it_answers_well(tmp_path, server):
    with proxying(server.uri) as proxy:
        grid = [*GRID, f"tracking.outbox={tmp_path}/outbox"]
        sweep = Command("train", *grid, cwd=tmp_path, uri=proxy.uri)
        lines = iter(sweep.stdout.readline, "")
        assert any("[1/" in line for line in lines)
        proxy.answer = (500, "<html>oops</html>")
        rest = without_status("".join(lines)).splitlines()
        sweep.communicate()
        assert sweep.returncode == 0, rest
        (told,) = [line for line in rest if not line.startswith("[")]
        assert told.startswith(f"tracking.uri: {proxy.uri} fails: ")
        assert f" in {tmp_path}/outbox until the server answers" in told
        proxy.answer = None
        again = run_script("train", *grid, cwd=tmp_path, uri=proxy.uri)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{N_RUNS} of {N_RUNS} runs are there, training 0" in again.stdout
    assert not list((tmp_path / "outbox").rglob("*.npz"))
    points = [[len(run["loss"]) for run in runs] for runs in curves(server.uri, STUDY).values()]
    assert points == [[20]] * N_RUNS
    assert "RUNNING" not in statuses(server.uri, STUDY)
    client = mlflow.MlflowClient(server.uri)
    experiment = client.get_experiment_by_name(STUDY)
    (parent,) = client.search_runs([experiment.experiment_id], "tags.`fcnn.runs` != ''")
    assert parent.info.status == "FINISHED"


def test_files_that_are_read_from_a_server_leave_no_copy(tmp_path, server, config, monkeypatch):
    store = Writer(server.uri)
    run = begin_run(
        store, config("study.name=read"), name="x", params={"dataset.name": "prod"}, fingerprint="f"
    )
    run.log_artifacts({"weights_0": np.ones(3)})
    write(store, run)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert store.arrays(run.run_id)["weights_0"].tolist() == [1, 1, 1]
    assert os.listdir(tmp_path) == []
    with pytest.raises(StoreError, match=r"no\.csv of run \w+ is not where the store says"):
        store.load_table(run.run_id, "no.csv")
    assert store.guard.outage is None
