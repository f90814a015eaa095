"""What a run records once, at its end, and what its loss is judged by."""

from math import isnan

import mlflow
import pytest

from fcnn.analysis.selection import select
from fcnn.data import compute_constant_loss, load_data
from fcnn.evaluation import evaluate_test_sample
from fcnn.params import compute_fingerprint
from fcnn.tracking.reader import Reader
from fcnn.training.jobs import Job
from fcnn.training.local import train_and_log
from fcnn.training.sweep import run_sweep

COMMON = ["study.name=mine", "tracking.save_model=false", "dataset.seed=0"]
IRIS = ["dataset=sklearn", "dataset.table=iris"]


@pytest.fixture
def train(config, uri, tmp_path):
    """`train([overrides], ...)`: train a grid and give its configs and the rows of its runs."""
    store = [f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"]

    def train_grid(*grid):
        configs = [config(*overrides, *COMMON, *store) for overrides in grid]
        jobs = [
            Job(typed, "", compute_fingerprint(typed), number)
            for number, typed in enumerate(configs)
        ]
        run_sweep(jobs, [], train_and_log, report_command="draw")
        runs = Reader(uri).runs("mine", None).set_index("fingerprint")
        return configs, [runs.loc[job.fingerprint] for job in jobs]

    return train_grid


@pytest.mark.parametrize(
    "overrides", [["dataset=prod", "dataset.noise=0.1"], ["dataset=circles"], IRIS]
)
def test_test_metrics_are_those_of_the_last_epochs_weights_logged_once(train, uri, overrides):
    short = [*overrides, "training.epochs=2", "training.batch_size=50"]
    # The shorter run shares a member with the longer one.
    configs, rows = train([*short], [*overrides, "training.epochs=1", "training.batch_size=50"])
    client, reader = mlflow.MlflowClient(uri), Reader(uri)
    for typed, row in zip(configs, rows, strict=True):
        data = load_data(typed)
        arrays = reader.arrays(row["run_id"])
        weights = [values for key, values in arrays.items() if key.startswith("weights_")]
        expected = evaluate_test_sample(weights, data, typed.model.activation)
        assert set(expected) == {"test_loss"} | ({"test_accuracy"} if data.classes else set())
        for key, value in expected.items():
            (point,) = client.get_metric_history(row["run_id"], key)
            assert (point.step, point.value) == (typed.training.epochs, value)
            assert row[f"final_{key}"] == value
        assert row["constant_loss"] == compute_constant_loss(data)


def test_noise_floor_is_known_of_synthetic_data_alone(train):
    _, rows = train(
        ["dataset.noise=0.5", "training.epochs=1"],
        ["dataset=xor", "training.epochs=1"],
        [*IRIS, "training.epochs=1"],
    )
    assert [row["noise_floor"] for row in rows[:2]] == [0.25, 0]
    assert isnan(rows[2]["noise_floor"])
    assert rows[2]["constant_loss"] == pytest.approx(1.0986, abs=1e-3)


def test_runs_of_different_losses_are_compared_by_what_they_have_in_common(train, uri):
    # They learn enough to get below the loss at which settled losses are cut.
    short = ["optimizer.learning_rate=0.03", "training.epochs=2", "training.batch_size=20"]
    short += ["model.kernel_initializer=glorot_uniform"]
    grid = [[], ["model.l2=0.0001"], ["training.loss=huber", "training.delta=0.1"]]
    configs, rows = train(*([*short, *overrides] for overrides in grid))
    assert isnan(rows[0]["final_val_score"])
    assert rows[1]["final_val_score"] < rows[1]["final_val_loss"]
    assert rows[2]["final_val_score"] > rows[2]["final_val_loss"]
    plain = [rows[0]["final_val_loss"], *(row["final_val_score"] for row in rows[1:])]
    shown = select(Reader(uri).runs("mine", None), None).shown.set_index("fingerprint")
    fingerprints = [compute_fingerprint(typed) for typed in configs]
    assert list(shown.loc[fingerprints, "loss"]) == pytest.approx(plain)
    finished = Reader(uri).find_finished(fingerprints)
    assert [finished[fingerprint].loss for fingerprint in fingerprints] == pytest.approx(plain)
    history = mlflow.MlflowClient(uri).get_metric_history(rows[1]["run_id"], "val_score")
    assert [point.step for point in history] == [1, 2]


def test_run_without_a_test_sample_has_no_test_loss(train):
    _, (row,) = train([*IRIS, "dataset.test_share=0", "training.epochs=1"])
    assert isnan(row["final_test_loss"])
    assert row["final_val_loss"] > 0


def test_constant_loss_is_left_out_where_it_is_infinite(train):
    _, (row,) = train(["dataset=quadrants", "dataset.n_points=2", "training.epochs=1"])
    assert isnan(row["constant_loss"])


def test_params_of_older_runs_are_completed_with_neutral_values(train, uri):
    train([*IRIS, "dataset.test_share=0", "training.epochs=1"])
    client = mlflow.MlflowClient(uri)
    older = client.create_run(client.get_experiment_by_name("mine").experiment_id)
    client.set_tag(older.info.run_id, "fcnn.fingerprint", "older")
    client.log_param(older.info.run_id, "dataset.name", "sklearn")
    runs = Reader(uri).runs("mine", None)
    assert set(runs["dataset.test_share"]) == {"0.0"}
    assert runs.set_index("fingerprint").loc["older", "dataset.stratify"] == "False"


def test_stopped_run_has_its_curve_to_the_end_and_counts_at_the_epoch_that_it_kept(train, uri):
    settings = ["optimizer.learning_rate=0.1", "dataset.n_points=200", "training.epochs=40"]
    rules = [f"training.early_stopping.patience={patience}" for patience in (1, 4, "null")]
    configs, rows = train(*([*settings, rule] for rule in rules))
    client = mlflow.MlflowClient(uri)
    for typed, row in zip(configs[:2], rows[:2], strict=True):
        losses = [point.value for point in client.get_metric_history(row["run_id"], "val_loss")]
        kept = int(row["kept_epoch"])
        assert losses[kept - 1] == min(losses) == row["final_val_loss"]
        assert len(losses) == kept + typed.training.early_stopping.patience < 40
        assert row["status"] == "FINISHED"
    assert isnan(rows[2]["kept_epoch"])
    assert len(client.get_metric_history(rows[2]["run_id"], "val_loss")) == 40
