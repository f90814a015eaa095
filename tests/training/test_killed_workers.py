"""A worker process that is killed costs its own run, which is not tried again unasked."""

import importlib.util
import signal
from dataclasses import replace
from functools import partial

import mlflow
import pytest
from running import real_script, run_script, statuses

from fcnn.errors import ConfigError, FailedRunsError
from fcnn.params import compute_fingerprint
from fcnn.training import ray_cluster
from fcnn.training.jobs import Job
from fcnn.training.local import train_and_log
from fcnn.training.memory import PROCESS_BYTES, estimate_sizes
from fcnn.training.sweep import run_sweep
from tests.training.killing import train_population_or_be_killed

# Every worker would import TensorFlow.
GRID = ["-m", "study.name=mine", "library=sklearn", "training.epochs=2", "training.seed=0,1"]
KILL = "+hydra.callbacks.kill={_target_:tests.training.killing.KillWorker,seed:1}"
REASON = "its worker was killed while it trained this run alone, probably because memory ran out"


def with_force(job):
    return replace(job, config=replace(job.config, force=True))


def failed_runs(uri):
    """The failed runs of the study, without its sweeps."""
    client = mlflow.MlflowClient(uri)
    failed = client.search_runs(
        [client.get_experiment_by_name("mine").experiment_id], "attributes.status = 'FAILED'"
    )
    return [run for run in failed if "fcnn.fingerprint" in run.data.tags]


@pytest.mark.skipif(
    importlib.util.find_spec("hydra_plugins.hydra_joblib_launcher") is None,
    reason="hydra-joblib-launcher is not installed",
)
def test_killed_joblib_worker_costs_its_own_run_which_the_next_call_does_not_try_again(
    tmp_path, uri
):
    joblib = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    sweep = real_script("train", *GRID, *joblib, KILL, cwd=tmp_path, uri=uri)
    assert sweep.returncode == 1
    assert "Traceback" not in sweep.stdout + sweep.stderr
    assert sweep.stderr.count(f"training.seed=1: {REASON}") == 1
    assert "1 of 2 runs failed" in sweep.stderr
    assert "RUNNING" not in statuses(uri, "mine")
    (failed,) = failed_runs(uri)
    assert failed.data.params["training.seed"] == "1"
    assert failed.data.tags["fcnn.error"] == REASON
    again = run_script("train", *GRID, cwd=tmp_path, uri=uri)
    assert again.returncode == 1
    assert f"training.seed=1: {REASON}; force=true tries it again" in again.stderr
    assert "1 of 2 runs are there, training 0" in again.stdout


def test_ray_cluster_that_does_not_answer_is_refused_in_one_line():
    pytest.importorskip("ray")
    with pytest.raises(ConfigError, match=r"^hydra.launcher.address=127.0.0.1:1: \w+ \w+$"):
        ray_cluster._connect("127.0.0.1:1")


def test_killed_ray_worker_costs_its_own_run_until_forced_and_populations_fit_the_cluster(
    config, uri, tmp_path, monkeypatch
):
    ray = pytest.importorskip("ray")
    common = ["study.name=mine", "training.epochs=2", f"tracking.uri={uri}"]
    configs = [
        config(*common, f"tracking.outbox={tmp_path}", f"training.seed={n}") for n in range(4)
    ]
    jobs = [
        Job(each, "", compute_fingerprint(each), number, (f"training.seed={number}",))
        for number, each in enumerate(configs)
    ]
    n_bytes = PROCESS_BYTES + 2 * estimate_sizes(configs)[0]
    terminate = signal.getsignal(signal.SIGTERM)
    ray.init(num_cpus=1, _memory=n_bytes, include_dashboard=False, log_to_driver=False)
    signal.signal(signal.SIGTERM, terminate)  # Ray has taken it for itself
    monkeypatch.setattr(ray_cluster, "_train_population", train_population_or_be_killed)
    train = partial(ray_cluster.train_on_ray, address=None, max_population=32)
    try:
        with pytest.raises(FailedRunsError, match=rf"1 of 4 runs failed:\n  \S+=1: {REASON}"):
            run_sweep(jobs, [], train, report_command="draw")
    finally:
        ray.shutdown()
    assert [run.data.params["training.seed"] for run in failed_runs(uri)] == ["1"]
    with pytest.raises(FailedRunsError, match="force=true tries it again"):
        run_sweep(jobs, [], train_and_log, report_command="draw")
    tried_again = run_sweep([with_force(jobs[1])], [], train_and_log, report_command="draw")
    assert list(tried_again.results) == [0]
    assert len(run_sweep(jobs, [], train_and_log, report_command="draw").finished) == 4
