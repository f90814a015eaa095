"""Links into MLflow's UI, and the command that serves it."""

from urllib.parse import parse_qs, urlsplit

from mlflow import MlflowClient

from fcnn.config.locations import project_dir
from fcnn.tracking import links
from fcnn.tracking.mlflow_view import VIEW_ID


def parse(link):
    """The address, the path and the query of a link, which follow its `#`."""
    address, _, fragment = link.partition("/#")
    parts = urlsplit(fragment)
    return address, parts.path, {key: value for key, (value,) in parse_qs(parts.query).items()}


def test_study_has_a_link_to_its_runs_and_one_to_its_charts(uri):
    client = MlflowClient(uri)
    experiment_id = client.create_experiment("mine")
    heading, runs, charts = links.format_study_links(client, uri, "mine")
    assert heading == f"in MLflow's UI (mlflow ui --backend-store-uri {uri} serves it):"
    name, link = runs.split()
    assert name == "runs"
    query = {"workflowType": "machine_learning", "viewStateShareKey": VIEW_ID}
    assert parse(link) == ("http://127.0.0.1:5000", f"/experiments/{experiment_id}/runs", query)
    name, link = charts.split()
    assert name == "charts"
    assert parse(link)[2] == query | {"compareRunsMode": "CHART"}
    assert links.format_study_links(client, uri, "other") == []


def test_run_has_a_link_of_its_own(uri):
    client = MlflowClient(uri)
    run = client.create_run(client.create_experiment("mine"))
    _, line = links.format_run_link(client, uri, run.info.run_id)
    name, link = line.split()
    address, path, query = parse(link)
    assert (name, address) == ("run", "http://127.0.0.1:5000")
    assert path == f"/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"
    assert query == {"workflowType": "machine_learning"}


def test_default_store_of_a_checkout_is_served_by_make(uri, monkeypatch):
    client = MlflowClient(uri)
    client.create_experiment("mine")
    default = f"sqlite:///{project_dir()}/mlflow.db"
    commands = {False: "make ui", True: f"mlflow ui --backend-store-uri {default}"}
    for installed, command in commands.items():
        monkeypatch.setattr(links, "is_installed", lambda installed=installed: installed)
        heading, *_ = links.format_study_links(client, default, "mine")
        assert heading == f"in MLflow's UI ({command} serves it):"


def test_link_to_a_server_has_no_password_and_needs_no_command(uri):
    client = MlflowClient(uri)
    client.create_experiment("mine")
    heading, runs, _ = links.format_study_links(client, "http://me:hunter2@host/mlflow/", "mine")
    assert heading == "in MLflow's UI:"
    assert parse(runs.split()[1])[0] == "http://host/mlflow"
