"""What killed runs are called where people read of them."""

import shlex

import mlflow
import pytest
from running import Command, run_script

GRID = [
    "-m",
    "study.name=mine",
    "training.epochs=3000",
    "model.hidden_units=[200,200]",
    "training.seed=0,1",
    "study.description='api_key=hunter2'",
]


@pytest.fixture(scope="module")
def killed(make_folder):
    """The address of a store in which every run of a sweep was killed while it trained."""
    folder = make_folder("killed")
    uri = f"sqlite:///{folder}/mlflow.db"
    sweep = Command("train", *GRID, cwd=folder, uri=uri)
    client = mlflow.MlflowClient(uri)
    while not (
        (experiment := client.get_experiment_by_name("mine"))
        and len(client.search_runs([experiment.experiment_id], "metrics.loss > 0")) == 2
    ):
        assert sweep.poll() is None
    sweep.kill()
    sweep.communicate()
    return uri


def test_report_of_killed_runs_says_which_command_goes_on(tmp_path, killed):
    report = run_script("report", "study=mine", cwd=tmp_path, uri=killed)
    message, _, command = report.stderr.partition("the same command goes on: ")
    assert (report.returncode, report.stderr.count("\n")) == (1, 1)
    assert message == "study=mine: no run has finished yet; 2 runs were interrupted; "
    assert shlex.split(command)[:2] == ["python", "scripts/train.py"]
    assert shlex.split(command)[2:-1] == GRID[:-1]
    assert "hunter2" not in command
    listed = run_script("report", cwd=tmp_path, uri=killed)
    assert "interrupted" in listed.stdout
    assert "killed" not in listed.stdout


def test_next_call_closes_killed_runs_as_interrupted_and_ignores_malformed_process_tags(
    tmp_path, killed
):
    client = mlflow.MlflowClient(killed)
    experiment = client.get_experiment_by_name("mine").experiment_id
    other = client.create_run(experiment, tags={"fcnn.process": "none"})
    short = ["-m", "study.name=mine", "training.epochs=1", "training.seed=0"]
    again = run_script("train", *short, cwd=tmp_path, uri=killed)
    assert (again.returncode, again.stderr) == (0, "")
    assert "2 runs were interrupted when their process was killed" in again.stdout
    assert client.get_run(other.info.run_id).info.status == "RUNNING"
    reasons = {
        run.data.tags["fcnn.error"]
        for run in client.search_runs([experiment], "attributes.status = 'KILLED'")
    }
    assert reasons == {"interrupted: its process was killed"}


def test_sweep_writes_for_its_owner_only_and_its_report_shows_no_password(tmp_path, uri):
    short = ["-m", "study.name=mine", "training.epochs=1", "training.seed=0"]
    assert run_script("train", *short, cwd=tmp_path, uri=uri).returncode == 0
    assert [(tmp_path / folder).stat().st_mode & 0o77 for folder in ("outputs", "mlruns")] == [0, 0]
    output = f'output="{tmp_path}/token=hunter2"'
    report = run_script("report", "study=mine", output, cwd=tmp_path, uri=uri)
    assert (report.returncode, report.stderr) == (0, "")
    pages = list((tmp_path / "token=hunter2" / "mine").glob("*.[hm]*"))
    assert len(pages) == 2
    for page in pages:
        assert "token=..." in page.read_text()
        assert "hunter2" not in page.read_text()
