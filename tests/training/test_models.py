"""Which runs have models, and models that are made later from the weights that a run keeps."""

from functools import partial

import mlflow
import numpy as np
import pytest
from mlflow.entities import LoggedModelStatus
from running import run_script

from fcnn.composition.composing import compose_grid
from fcnn.errors import ConfigError
from fcnn.tracking.reader import Reader
from fcnn.training.local import train_and_log
from fcnn.training.models import ensure_model
from fcnn.training.sweep import run_sweep

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras, where it saves a model
)
TRAIN = partial(train_and_log, workers=2, max_population=8)
GRID = [
    "study.name=mine",
    "dataset.n_points=200",
    "training.epochs=3",
    "model.hidden_units=[2],[3]",
    "training.seed=range(4)",
]


@pytest.fixture
def sweep(uri, tmp_path):
    """`sweep("tracking.save_model=all")`: run a grid, and return its outcome."""
    store = [f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"]

    def run(*overrides):
        jobs = compose_grid([*GRID, *store, *overrides]).jobs
        return run_sweep(jobs, [], TRAIN, report_command="draw")

    return run


def networks_of(uri, study="mine"):
    client = mlflow.MlflowClient(uri)
    wanted = "tags.`fcnn.fingerprint` != ''"
    return client.search_runs([client.get_experiment_by_name(study).experiment_id], wanted)


def names_with_model(uri):
    reader = Reader(uri)
    return {run.info.run_name for run in networks_of(uri) if reader.model_address(run.info.run_id)}


def best_and_median(uri):
    """Of each cell of four runs the first and the second, by their settled losses."""
    names = set()
    for units in ("2-2-1", "2-3-1"):
        cell = [run for run in networks_of(uri) if units in run.info.run_name]
        cell.sort(key=lambda run: run.data.metrics["settled_val_loss"])
        names |= {run.info.run_name for run in cell[:2]}
    return names


def test_best_and_median_run_of_each_cell_have_models(sweep, uri):
    sweep()
    assert names_with_model(uri) == best_and_median(uri)


def test_runs_that_are_there_get_their_models_without_training(sweep, uri):
    sweep("tracking.save_model=none")
    assert names_with_model(uri) == set()
    assert sweep("tracking.save_model=best").results == {}
    assert names_with_model(uri) == best_and_median(uri)
    assert sweep("tracking.save_model=all").results == {}
    assert len(names_with_model(uri)) == 8
    mlflow.set_tracking_uri(uri)
    for run in networks_of(uri):
        (model,) = run.outputs.model_outputs  # one, although there were two sweeps
        weights = mlflow.keras.load_model(f"models:/{model.model_id}").get_weights()
        kept = Reader(uri).arrays(run.info.run_id)
        for place, values in enumerate(weights):
            np.testing.assert_array_equal(values, kept[f"weights_{place}"])


def test_model_that_cannot_be_stored_costs_no_run_and_is_said_in_one_line(
    sweep, uri, tmp_path, caplog
):
    (tmp_path / "mlruns" / "mine").mkdir(parents=True)
    (tmp_path / "mlruns" / "mine" / "models").write_text("no folder")
    outcome = sweep()
    assert all(np.isfinite(outcome.val_loss(place)) for place in range(8))
    assert [run.info.status for run in networks_of(uri)] == ["FINISHED"] * 8
    (line,) = [text for text in caplog.messages if "model" in text]
    assert " cannot be stored, nor those of 3 more: " in line
    assert names_with_model(uri) == set()
    (tmp_path / "mlruns" / "mine" / "models").unlink()
    sweep()
    assert names_with_model(uri) == best_and_median(uri)
    # What was left half is gone.
    (experiment,) = {run.info.experiment_id for run in networks_of(uri)}
    models = mlflow.MlflowClient(uri).search_logged_models([experiment])
    assert [model.status for model in models] == [LoggedModelStatus.READY] * 4


def test_command_stores_the_model_of_any_run_once(sweep, uri, tmp_path):
    sweep("tracking.save_model=none", "model.hidden_units=[2]", "training.seed=0,1")
    run_id = networks_of(uri)[0].info.run_id
    outputs = {run_script("model", run_id, cwd=tmp_path, uri=uri).stdout for _ in range(2)}
    address = Reader(uri).model_address(run_id)
    assert outputs == {f"mlflow.pyfunc.load_model('{address}') loads the model of run {run_id}\n"}
    mlflow.set_tracking_uri(uri)
    outputs = mlflow.pyfunc.load_model(address).predict(np.zeros((3, 2), np.float32))
    assert outputs.shape == (3, 1)


def test_run_without_a_network_is_refused_in_one_line(sweep, uri):
    wild = ["optimizer=sgd", "optimizer.learning_rate=1e25", "model.activation=relu"]
    sweep(*wild, "model.hidden_units=[2]", "training.seed=0,1")
    run_id = networks_of(uri)[0].info.run_id
    with pytest.raises(ConfigError, match=f"{run_id}: has no network, it diverged at epoch"):
        ensure_model(Reader(uri), run_id)
    with pytest.raises(ConfigError, match="no trained network with this id"):
        ensure_model(Reader(uri), "0" * 32)
    mlflow.MlflowClient(uri).set_terminated(run_id, "KILLED")
    mlflow.MlflowClient(uri).delete_tag(run_id, "fcnn.diverged_epoch")
    with pytest.raises(ConfigError, match=f"{run_id}: has no network, its status is KILLED"):
        ensure_model(Reader(uri), run_id)


def test_model_of_a_table_with_other_contents_is_refused(sweep, uri, tmp_path):
    table = tmp_path / "table.csv"
    rows = [f"{a},{b},{a + b}" for a in range(6) for b in range(6)]
    table.write_text("\n".join(["a,b,y", *rows]))
    lines = ["dataset=csv", f"dataset.path={table}", "dataset.target=y", "training.seed=0,1"]
    jobs = compose_grid(
        [
            "study.name=mine",
            "training.epochs=2",
            f"tracking.uri={uri}",
            "tracking.save_model=none",
            *lines,
        ]
    ).jobs
    run_sweep(jobs, [], TRAIN, report_command="draw")
    run_id = networks_of(uri)[0].info.run_id
    table.write_text("\n".join(["a,b,y", *rows[:-1], "0,0,9"]))
    refused = run_script("model", run_id, cwd=tmp_path, uri=uri)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "contents have changed since this was planned" in refused.stderr


@pytest.mark.parametrize(("kept", "now"), [("true", "all"), ("false", "none"), ("best", "best")])
def test_switch_of_older_versions_is_read(config, kept, now):
    assert config(f"tracking.save_model={kept}").tracking.save_model == now
