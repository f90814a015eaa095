"""A worker process that is killed costs its own run, which is not tried again unasked."""

import importlib.util

import mlflow
import pytest
from running import real_script, run_script, statuses

# Every worker would import TensorFlow.
GRID = ["-m", "study.name=mine", "library=sklearn", "training.epochs=2", "training.seed=0,1,2"]
KILL = "+hydra.callbacks.kill={_target_:tests.training.killing.KillWorker,seed:1}"
LINE = "training.seed=1: its worker was killed while it trained this run alone, probably because"


@pytest.mark.skipif(
    importlib.util.find_spec("hydra_plugins.hydra_joblib_launcher") is None,
    reason="hydra-joblib-launcher is not installed",
)
def test_killed_joblib_worker_costs_its_own_run_and_force_alone_tries_it_again(tmp_path, uri):
    joblib = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    sweep = real_script("train", *GRID, *joblib, KILL, cwd=tmp_path, uri=uri)
    assert sweep.returncode == 1
    assert "Traceback" not in sweep.stdout + sweep.stderr
    assert sweep.stderr.count(LINE) == 1
    assert "1 of 3 runs failed" in sweep.stderr
    assert statuses(uri, "mine").count("FINISHED") == 2
    assert "RUNNING" not in statuses(uri, "mine")
    again = run_script("train", *GRID, cwd=tmp_path, uri=uri)
    assert again.returncode == 1
    assert f"{LINE} memory ran out; force=true tries it again" in again.stderr
    assert "2 of 3 runs are there, training 0" in again.stdout
    forced = run_script("train", *GRID, "force=true", cwd=tmp_path, uri=uri)
    assert (forced.returncode, forced.stderr) == (0, "")
    last = run_script("train", *GRID, cwd=tmp_path, uri=uri)
    assert (last.returncode, last.stderr) == (0, "")
    assert "3 of 3 runs are there" in last.stdout
    client = mlflow.MlflowClient(uri)
    failed = client.search_runs(
        [client.get_experiment_by_name("mine").experiment_id], "attributes.status = 'FAILED'"
    )
    errors = [run.data.tags["fcnn.error"] for run in failed if "fcnn.fingerprint" in run.data.tags]
    assert ["killed" in error for error in errors] == [True]
