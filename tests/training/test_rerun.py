"""A tracked run trained again: real commands, a real store."""

import re

import mlflow
import pytest
from running import run_script

from fcnn.config.locations import project_dir
from fcnn.config.parsing import parse_yaml
from fcnn.config.schema import Tracking
from fcnn.tracking import provenance


@pytest.fixture(scope="module")
def recorded_run(make_folder):
    """The address of a store with a run, and the run."""
    folder = make_folder("tracked")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert (
        run_script("train", "dataset=xor", "training.epochs=4", cwd=folder, uri=uri).returncode == 0
    )
    mlflow.set_tracking_uri(uri)  # artifacts are found through it
    client = mlflow.MlflowClient(uri)
    (run,) = client.search_runs([client.get_experiment_by_name("single").experiment_id])
    return uri, client, run


def test_run_comes_out_with_the_same_bits_and_is_not_recorded_again(recorded_run, tmp_path):
    uri, client, run = recorded_run
    result = run_script("rerun", run.info.run_id, cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    metrics = ("loss", "val_loss", "accuracy", "val_accuracy")
    assert result.stdout.splitlines() == [
        f"{metric}: the same bits in all 4 epochs" for metric in metrics
    ]
    assert len(client.search_runs([run.info.experiment_id])) == 1


def test_different_curve_is_reported_with_its_epoch_and_what_has_changed(recorded_run, tmp_path):
    uri, client, run = recorded_run
    loss = client.get_metric_history(run.info.run_id, "loss")
    copy = client.create_run(
        run.info.experiment_id, tags={**run.data.tags, "fcnn.versions": "python 2.7, numerics 0"}
    )
    for point, factor in zip(loss, (1, 1, 1.25, 2), strict=True):
        client.log_metric(copy.info.run_id, "loss", point.value * factor, step=point.step)
    client.log_text(
        copy.info.run_id,
        mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/config.yaml"),
        "config.yaml",
    )
    result = run_script("rerun", copy.info.run_id, cwd=tmp_path, uri=uri)
    client.delete_run(copy.info.run_id)
    assert result.returncode == 0
    assert result.stdout.startswith(
        "loss: differs from epoch 3 on, by 0.2 there and 0.5 at most (relative)\n"
    )
    assert re.search(r"^  python 2.7, now 3\.", result.stdout, re.MULTILINE)
    assert "  keras (none), now " in result.stdout


def test_switches_that_change_the_last_bits_are_named_where_they_differ(
    recorded_run, tmp_path, monkeypatch
):
    uri, _, run = recorded_run
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    result = run_script("rerun", run.info.run_id, cwd=tmp_path, uri=uri)
    assert result.returncode == 0
    assert "  TF_ENABLE_ONEDNN_OPTS 1, now 0\n" in result.stdout
    assert "  ONEDNN_MAX_CPU_ISA ALL, now AVX2\n" in result.stdout
    assert "instructions" not in result.stdout


def test_unknown_run_is_refused_in_one_line(recorded_run, tmp_path):
    result = run_script("rerun", "nope", cwd=tmp_path, uri=recorded_run[0])
    assert result.returncode == 1
    assert result.stderr.startswith("nope: the store has no trained network with this id")
    assert result.stderr.count("\n") == 1


def test_store_is_the_one_that_the_command_line_names(recorded_run, tmp_path):
    uri, _, run = recorded_run
    result = run_script(
        "rerun", run.info.run_id, f"tracking.uri={uri}", cwd=tmp_path, uri="sqlite:///unused.db"
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_help_shows_the_command(tmp_path):
    result = run_script("rerun", "--help", cwd=tmp_path, uri="sqlite:///unused.db")
    assert result.returncode == 0
    assert "python scripts/rerun.py RUN_ID" in result.stdout


@pytest.mark.parametrize("mode", [[], ["-m"]])
def test_key_of_older_versions_is_refused_in_one_line_that_names_the_script(tmp_path, mode):
    result = run_script("train", *mode, "rerun=ID", cwd=tmp_path, uri="sqlite:///unused.db")
    assert (result.returncode, result.stderr) == (
        1,
        "rerun=ID: python scripts/rerun.py ID trains a run again\n",
    )


def test_config_of_0_1_0_which_has_the_key_is_still_read():
    folder = project_dir() / "tests" / "store_0_1_0" / "mlruns" / "single"
    (path,) = folder.glob("*/artifacts/config.yaml")
    config_yaml = path.read_text()
    assert "rerun: null" in config_yaml
    tracking = Tracking(uri="sqlite:///unused.db", save_model=False, parent_run_id=None)
    assert parse_yaml(config_yaml, tracking).tracking == tracking


def test_run_that_diverged_at_once_is_reported_with_its_reason(recorded_run, tmp_path):
    diverging = ["optimizer=sgd", "optimizer.learning_rate=1e30", "model.activation=relu"]
    trained = run_script("train", *diverging, cwd=tmp_path, uri=recorded_run[0])
    assert (trained.returncode, trained.stderr) == (0, "")
    assert "diverged at epoch 1: the loss is not finite" in trained.stdout
    experiment = recorded_run[1].get_experiment_by_name("single").experiment_id
    (run,) = recorded_run[1].search_runs([experiment], "tags.`fcnn.diverged_epoch` = '1'")
    assert f"run {run.info.run_id}, diverged" in trained.stdout
    again = run_script("train", *diverging, cwd=tmp_path, uri=recorded_run[0])
    assert f"run {run.info.run_id} is there, diverged at epoch 1: the loss" in again.stdout
    result = run_script("rerun", run.info.run_id, cwd=tmp_path, uri=recorded_run[0])
    recorded_run[1].delete_run(run.info.run_id)
    assert (result.returncode, result.stdout) == (
        0,
        "no epoch of it is recorded: diverged at epoch 1: the loss is not finite\n",
    )


def test_override_beside_a_rerun_is_refused(recorded_run, tmp_path):
    result = run_script(
        "rerun",
        recorded_run[2].info.run_id,
        "training.epochs=5",
        cwd=tmp_path,
        uri=recorded_run[0],
    )
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("training.epochs=5: a run is trained again as it was")


def test_run_has_tags_of_its_environment_and_of_no_user(recorded_run):
    tags = recorded_run[2].data.tags
    assert tags.items() >= provenance.environment_tags().items()
    assert "tensorflow 2." in tags["fcnn.versions"]
    assert "mlflow.user" not in tags
    assert recorded_run[2].info.user_id in (None, "", "unknown")


@pytest.mark.parametrize(
    ("config_text", "reason"),
    [
        ("dataset:\n  name: ${oc.env:SECRET}\n", "dataset.name=${oc.env:SECRET}: an interpolation"),
        ("- a list\n", "its recorded config is not a config"),
        ("no: [yaml", "its recorded config is not a config"),
    ],
)
def test_untrusted_config_is_refused_and_shows_no_secret(
    recorded_run, tmp_path, monkeypatch, config_text, reason
):
    monkeypatch.setenv("SECRET", "hunter2")
    uri, client, run = recorded_run
    copy = client.create_run(run.info.experiment_id, tags=run.data.tags)
    client.log_text(copy.info.run_id, config_text, "config.yaml")
    result = run_script("rerun", copy.info.run_id, cwd=tmp_path, uri=uri)
    client.delete_run(copy.info.run_id)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(f"{copy.info.run_id}: {reason}")
    assert "hunter2" not in result.stdout + result.stderr
