"""The commands as people type them: real sweeps in a folder of their own, read back through MLflow's public client."""

import csv
import json
import os
from pathlib import Path

import mlflow
import numpy as np
import pytest
import yaml
from conftest import run_script

from fcnn import datasets, libraries

SWEEP = ["study=activation_size", "training.epochs=3", "training.seed=0,1", "model.hidden_units=[2],[4]"]


@pytest.fixture(scope="module")
def swept(tmp_path_factory, empty_store):
    """A study of 12 runs, swept and reported from a fresh folder. Gives folder, store and what the commands printed."""
    folder = tmp_path_factory.mktemp("swept")
    uri = f"sqlite:///{folder}/mlflow.db"
    train = run_script("train", *SWEEP, cwd=folder, uri=uri)
    report = run_script("report", "study=activation_size", cwd=folder, uri=uri)
    assert (train.returncode, train.stderr) == (0, "")
    assert (report.returncode, report.stderr) == (0, "")
    return folder, uri, train, report


@pytest.fixture
def client(swept):
    mlflow.set_tracking_uri(swept[1])
    return mlflow.MlflowClient(swept[1])


def runs_of(client, name):
    return client.search_runs([client.get_experiment_by_name(name).experiment_id])


def split(runs):
    """The parent and its children."""
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    return parent, [run for run in runs if run is not parent]


def test_sweep_is_a_parent_run_with_a_child_for_each_config(client):
    parent, children = split(runs_of(client, "activation_size"))
    assert len(children) == 12
    assert {child.data.tags["mlflow.parentRunId"] for child in children} == {parent.info.run_id}
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}
    assert len({child.data.tags["fcnn.fingerprint"] for child in children}) == 12
    assert {child.data.tags["fcnn.study"] for child in children} == {"activation_size"}
    assert {child.data.params["model.hidden_units"] for child in children} == {"[2]", "[4]"}


def test_names_say_what_differs(client):
    _, children = split(runs_of(client, "activation_size"))
    names = {child.info.run_name for child in children}
    assert names == {f"{act}, 2-{units}-1, seed {seed}" for act in ("sigmoid", "tanh", "relu") for units in (2, 4) for seed in (0, 1)}


def test_params_are_the_flat_config_and_metrics_have_the_epoch_as_step(client):
    _, children = split(runs_of(client, "activation_size"))
    for child in children:
        params = child.data.params
        assert params["optimizer.name"] == "adam"
        assert params["optimizer.learning_rate"] == "0.005"
        assert params["training.epochs"] == "3"
        assert params["training.batch_size"] == "100"
        assert params["dataset.name"] == "prod"
        assert params["library"] == "keras"
        assert set(child.data.metrics) == {"loss", "val_loss"}
        for metric in ("loss", "val_loss"):
            assert [point.step for point in client.get_metric_history(child.info.run_id, metric)] == [1, 2, 3]


def test_tracked_curve_and_model_are_those_of_the_config(client, config):
    child = next(run for run in runs_of(client, "activation_size") if run.info.run_name == "tanh, 2-4-1, seed 1")
    ours = config("study=activation_size", "training.epochs=3", "training.seed=1", "model.hidden_units=[4]", "model.activation=tanh")
    data = datasets.load(ours.dataset, ours.training.validation_points)
    training = libraries.start([ours], data)
    losses = np.concatenate([chunk.metrics["loss"][:, 0] for chunk in training])
    assert [point.value for point in client.get_metric_history(child.info.run_id, "loss")] == [float(loss) for loss in losses]

    model = mlflow.keras.load_model(f"models:/{child.outputs.model_outputs[0].model_id}")
    assert type(model).__name__ == "Sequential"
    np.testing.assert_array_equal(model(data.x_val).numpy(), training.model(0)(data.x_val).numpy())
    signature = mlflow.models.get_model_info(f"models:/{child.outputs.model_outputs[0].model_id}").signature
    assert signature.inputs.inputs[0].shape == (-1, 2)
    assert signature.outputs.inputs[0].shape == (-1, 1)


def test_each_run_keeps_its_composed_config_with_references_unresolved(client):
    _, children = split(runs_of(client, "activation_size"))
    kept = yaml.safe_load(mlflow.artifacts.load_text(f"runs:/{children[0].info.run_id}/config.yaml"))
    assert kept["training"]["epochs"] == 3
    assert kept["tracking"]["uri"].startswith("${oc.env:MLFLOW_TRACKING_URI")


def test_lines_on_a_pipe_count_the_runs(swept):
    _, _, train, _ = swept
    lines = train.stdout.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("[1/12] sigmoid, 2-2-1, seed 0: loss 0.1")
    assert lines[0].endswith("s left")
    assert lines[-1].startswith("[12/12] relu, 2-4-1, seed 1: loss ")


def test_each_job_has_its_own_folder_with_config_and_log(swept):
    (sweep,) = (swept[0] / "outputs" / "sweeps").iterdir()
    for number in range(12):
        assert "epochs: 3" in (sweep / str(number) / ".hydra" / "config.yaml").read_text()
        assert (sweep / str(number) / "train.log").read_text().count(f"[{number + 1}/12]") == 1


def test_report_writes_pictures_and_tables_and_logs_them_to_the_parent_run(swept, client):
    folder, _, _, report = swept
    names = {"overlay.png", "overlay.svg", "points.png", "surface.png", "runs.csv", "curves.csv"}
    assert {Path(line).name for line in report.stdout.splitlines()} == names
    assert {path.name for path in (folder / "reports" / "activation_size").iterdir()} == names
    parent, _ = split(runs_of(client, "activation_size"))
    assert {Path(file.path).name for file in client.list_artifacts(parent.info.run_id, "report")} == names
    with (folder / "reports" / "activation_size" / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    with (folder / "reports" / "activation_size" / "curves.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 36


def test_plan_of_the_sweep_is_on_its_parent_run(client):
    parent, children = split(runs_of(client, "activation_size"))
    plan = json.loads(mlflow.artifacts.load_text(f"runs:/{parent.info.run_id}/plan.json"))
    assert plan["axes"] == {"model.activation": ["sigmoid", "tanh", "relu"], "model.hidden_units": ["[2]", "[4]"]}
    assert set(plan["fingerprints"]) == {child.data.tags["fcnn.fingerprint"] for child in children}


def test_single_run_and_grid_without_a_study_have_experiments_of_their_own(swept, client, tmp_path):
    single = run_script("train", "training.epochs=1", cwd=tmp_path, uri=swept[1])
    grid = run_script("train", "-m", "optimizer=sgd,adam", "training.epochs=1", cwd=tmp_path, uri=swept[1])
    assert (single.returncode, single.stderr, grid.returncode, grid.stderr) == (0, "", 0, "")
    (run,) = runs_of(client, "single")
    assert run.info.run_name == "tanh, 2-16-1, adam, learning rate 0.001, seed 0"
    parent, children = split(runs_of(client, "grid"))
    assert {child.info.run_name for child in children} == {"sgd, learning rate 0.01, seed 0", "adam, learning rate 0.001, seed 0"}
    assert parent.data.tags["fcnn.runs"] == "2"


def test_diverged_job_leaves_the_others_whole_and_is_named_at_the_end(swept, client, tmp_path):
    rates = "optimizer.learning_rate=0.01,1e20,0.02"
    sweep = run_script(
        "train", "-m", "study.name=wild", "optimizer=sgd", rates, "model.activation=relu", "training.epochs=20", cwd=tmp_path, uri=swept[1]
    )
    assert sweep.returncode == 1
    assert "1 of 3 runs failed:\n" in sweep.stderr
    assert "optimizer.learning_rate=1e+20" in sweep.stderr
    assert "diverged at epoch" in sweep.stderr
    assert "Traceback" not in sweep.stderr
    parent, children = split(runs_of(client, "wild"))
    assert parent.info.status == "FAILED"
    assert {child.data.params["optimizer.learning_rate"]: child.info.status for child in children} == {
        "0.01": "FINISHED",
        "1e+20": "FAILED",
        "0.02": "FINISHED",
    }
    (failed,) = [child for child in children if child.info.status == "FAILED"]
    epochs = [point.step for point in client.get_metric_history(failed.info.run_id, "loss")]
    assert len(epochs) == int(failed.data.tags["fcnn.diverged_epoch"]) - 1
    report = run_script("report", "study=wild", cwd=tmp_path, uri=swept[1])
    assert report.returncode == 0
    assert "learning rate 1e+20 (0 of 1 seeds, 1 diverged)" in (tmp_path / "reports" / "wild" / "overlay.svg").read_text()


BAD_TRAINING = {
    "study=nope": "activation_size",
    "optimizer=nope": "rmsprop",
    "dataset=nope": "prod",
    "model.activation=nope": "'relu', 'sigmoid' or 'tanh'",
    "trainig.epochs=3": "trainig",
    "training.epochs=0": "training.epochs=0: should be greater than or equal to 1",
    "optimizer.learning_rate=-1": "optimizer.learning_rate=-1: should be greater than 0",
    "optimizer.learning_rate=inf": "should be a finite number",
    "model.hidden_units=[]": "should have at least 1 item",
    "model.hidden_units=[0]": "model.hidden_units.0=0",
    "dataset.n_points=1": "should be greater than or equal to 2",
    "training.batch_size=0": "should be greater than or equal to 1",
}


@pytest.mark.parametrize("mode", [[], ["study=activation_size"], ["-m"]], ids=["run", "study", "grid"])
@pytest.mark.parametrize("override", BAD_TRAINING)
def test_bad_input_is_told_before_any_work_and_writes_nothing(tmp_path, override, mode):
    result = run_script("train", *mode, override, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert result.returncode == 1
    assert BAD_TRAINING[override] in result.stderr
    assert "Traceback" not in result.stderr
    assert os.listdir(tmp_path) == []


def test_bad_value_in_a_grid_is_refused_before_the_good_ones_train(tmp_path):
    result = run_script("train", "-m", "training.epochs=5,0", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr) == (1, "training.epochs=0: should be greater than or equal to 1\n")
    assert os.listdir(tmp_path) == []


def test_two_studies_at_once_are_refused(tmp_path):
    result = run_script("train", "-m", "study=activation_size,sgd_learning_rate", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr) == (1, "study: one study at a time; each has a grid of its own\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("script", ["train", "report"])
@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("sqlite:////nowhere/mlflow.db", "the folder /nowhere does not exist"),
        ("sqlite:////proc/mlflow.db", "/proc/mlflow.db cannot be written"),
        ("http://me:secret@127.0.0.1:9", "no answer from http://127.0.0.1:9"),
    ],
)
def test_store_that_cannot_be_used_is_one_line(tmp_path, script, uri, reason):
    result = run_script(script, "study.name=x" if script == "train" else "study=x", cwd=tmp_path, uri=uri)
    assert result.returncode == 1
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr
    assert os.listdir(tmp_path) == []


def test_report_of_a_study_without_runs_names_those_there_are(swept, tmp_path):
    result = run_script("report", "study=nope", cwd=tmp_path, uri=swept[1])
    assert result.returncode == 1
    assert result.stderr.startswith("study=nope: the store has no runs of it; it has activation_size")
    assert os.listdir(tmp_path) == []


def test_report_before_any_run_makes_no_store(tmp_path):
    result = run_script("report", "study=activation_size", cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert (result.returncode, result.stderr) == (1, "tracking.uri: there is no store yet; scripts/train.py makes one\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("arguments", [["training.epochs=0"], ["study=activation_size", "training.epochs=0"], ["--help"]])
def test_refusal_and_help_import_neither_tensorflow_nor_mlflow(tmp_path, arguments):
    result = run_script("train", *arguments, cwd=tmp_path, uri=f"sqlite:///{tmp_path}/mlflow.db", python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines() if line.startswith("import time:")}
    assert "hydra" in imported
    assert not imported & {"tensorflow", "mlflow", "keras"}


def test_report_never_imports_tensorflow(swept, tmp_path):
    result = run_script("report", "study=activation_size", cwd=tmp_path, uri=swept[1], python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines() if line.startswith("import time:")}
    assert result.returncode == 0
    assert "mlflow" in imported
    assert not imported & {"tensorflow", "keras"}


def test_help_lists_groups_and_examples(tmp_path):
    result = run_script("train", "--help", cwd=tmp_path, uri="sqlite:///unused.db")
    assert result.returncode == 0
    for text in ("optimizer: adagrad, adam, rmsprop, sgd", "study: activation_size", "training.seed=0", "--shell-completion"):
        assert text in result.stdout


def test_completion_offers_the_studies(tmp_path, monkeypatch):
    monkeypatch.setenv("COMP_LINE", "python scripts/train.py study=")
    monkeypatch.setenv("COMP_POINT", "29")
    result = run_script("train", "--shell-completion", "query=bash", cwd=tmp_path, uri="sqlite:///unused.db")
    assert "study=activation_size" in result.stdout.split()
