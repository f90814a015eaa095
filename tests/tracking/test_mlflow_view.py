"""What MLflow's own UI is told of a study, read back with its public client."""

import json
import math

import mlflow
import pytest
from running import run_script

from fcnn.tracking.mlflow_view import VIEW_TAG, make_state, refresh_view
from fcnn.tracking.plan import Plan

GRID = [
    "-m",
    "study.name=mine",
    "study.description=What units do.",
    "training.epochs=20",
    "dataset.n_points=100",
    "optimizer=sgd",
    "model.hidden_units=[2],[3]",
    "optimizer.learning_rate=0.01,0.1",
    "training.seed=0,1",
    "tracking.save_model=all",
]


@pytest.fixture(scope="module")
def study(make_folder):
    """Folder, client and experiment of a finished study of eight runs."""
    folder = make_folder("viewed")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert run_script("train", *GRID, cwd=folder, uri=uri).returncode == 0
    mlflow.set_tracking_uri(uri)
    client = mlflow.MlflowClient(uri)
    return folder, client, client.get_experiment_by_name("mine")


@pytest.fixture
def runs(study):
    """The parent run and its children."""
    runs = study[1].search_runs([study[2].experiment_id])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    return parent, [run for run in runs if run is not parent]


def state_of(experiment):
    return json.loads(json.loads(experiment.tags[VIEW_TAG])["state"])


def test_view_groups_networks_into_cells_and_sorts_by_settled_loss(study):
    state = state_of(study[2])
    assert state["searchFilter"] == "tags.`mlflow.parentRunId` != ''"
    assert [key["groupByData"] for key in state["groupBy"]["groupByKeys"]] == [
        "model.hidden_units",
        "optimizer.learning_rate",
    ]
    assert state["orderByKey"] == "metrics.`settled_val_loss`"
    assert state["orderByAsc"] is True
    assert state["selectedColumns"][0] == "params.`model.hidden_units`"
    assert [(chart["metricKey"], chart["scaleType"]) for chart in state["compareRunCharts"]] == [
        ("loss", "log"),
        ("val_loss", "log"),
    ]


def test_view_of_a_search_has_no_groups_but_a_scatter_of_each_axis():
    state = make_state(["optimizer.learning_rate", "training.batch_size"], is_search=True)
    assert state["groupBy"] is None
    assert [chart["xaxis"]["key"] for chart in state["compareRunCharts"][:2]] == [
        "optimizer.learning_rate",
        "training.batch_size",
    ]


def test_experiment_without_a_sweep_has_no_view(uri):
    client = mlflow.MlflowClient(uri)
    client.create_experiment("mine")
    refresh_view(client, "mine", None)
    assert VIEW_TAG not in client.get_experiment_by_name("mine").tags
    refresh_view(client, "other", Plan("parent", [], {}, set()))  # which the store has not
    refresh_view(client, "mine", Plan("parent", [], {}, set()))
    assert state_of(client.get_experiment_by_name("mine"))["groupBy"] is None


def test_report_writes_the_view_again_and_leaves_the_views_of_users_alone(study):
    folder, client, experiment = study
    own = "mlflow.sharedViewState.own"
    client.set_experiment_tag(experiment.experiment_id, own, "{}")
    client.set_experiment_tag(experiment.experiment_id, VIEW_TAG, "lost")
    uri = f"sqlite:///{folder}/mlflow.db"
    assert run_script("report", "study=mine", cwd=folder, uri=uri).returncode == 0
    after = client.get_experiment_by_name("mine")
    assert state_of(after)["groupBy"]
    assert after.tags[own] == "{}"


def test_networks_have_numbers_to_sort_by_and_models_of_their_names(study, runs):
    _, client, experiment = study
    names = {
        model.source_run_id: model.name
        for model in client.search_logged_models([experiment.experiment_id])
    }
    for run in runs[1]:
        points = client.get_metric_history(run.info.run_id, "val_loss")
        losses = [point.value for point in sorted(points, key=lambda point: point.step)]
        metrics = run.data.metrics
        settled = math.exp(sum(map(math.log, losses[-2:])) / 2)
        settled = min(settled, float(run.data.tags["fcnn.constant_loss"]))
        assert metrics["settled_val_loss"] == pytest.approx(settled)
        assert losses[int(metrics["best_epoch"]) - 1] == min(losses)
        assert metrics["parameters"] == int(run.data.params["model.parameters"])
        assert names[run.info.run_id] == run.info.run_name.replace(".", "·")


def test_parent_has_what_is_shared_the_grid_and_what_came_of_it(runs):
    parent, children = runs
    assert parent.data.params["optimizer.name"] == "sgd"
    assert parent.data.params["optimizer.momentum"] == "0.0"
    assert parent.data.params["model.hidden_units"] == "[2], [3]"
    assert parent.data.params["optimizer.learning_rate"] == "0.01, 0.1"
    assert "training.seed" not in parent.data.params
    assert parent.data.metrics["runs_done"] == 8
    cells = {}
    for run in children:
        cell = run.info.run_name.partition(", seed")[0]
        loss = run.data.metrics["settled_val_loss"]
        cells[cell] = cells.get(cell, 0) + math.log(loss) / 2
    best = min(cells, key=cells.get)
    assert parent.data.metrics["best_settled_val_loss"] == pytest.approx(math.exp(cells[best]))
    assert parent.data.tags["fcnn.best_cell"] == best


def test_description_says_how_to_read_the_runs_and_a_report_shows_the_study_s_own(study):
    note = study[2].tags["mlflow.note.content"]
    assert note.startswith("What units do.\n\n**How to read this**: ")
    assert "settled" in note
    text = (study[0] / "reports" / "mine" / "report.md").read_text()
    assert "What units do." in text
    assert "How to read this" not in text
