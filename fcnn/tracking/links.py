"""Addresses of studies in MLflow's UI."""

import shlex
from urllib.parse import urlencode

from fcnn.config.locations import is_installed, project_dir
from fcnn.tracking.address import LOCAL_UI, is_server
from fcnn.tracking.client import StoreClient
from fcnn.tracking.mlflow_view import VIEW_ID
from fcnn.tracking.redaction import redact

WORKFLOW = {"workflowType": "machine_learning"}
"""Without it MLflow 3 opens its pages for language models, which have neither runs nor charts."""


def ui_address(uri: str) -> str:
    """Return the address of the UI that shows a store, once it is served."""
    return redact(uri).rstrip("/") if is_server(uri) else LOCAL_UI


def format_link(address: str, experiment_id: str, *, charts: bool = False) -> str:
    """Return the link to a study's runs or charts.

    Args:
        address: Address of the UI.
        experiment_id: The study's experiment.
        charts: Whether to show charts instead of the list of runs.
    """
    query = WORKFLOW | {"viewStateShareKey": VIEW_ID}
    if charts:
        query["compareRunsMode"] = "CHART"
    return f"{address}/#/experiments/{experiment_id}/runs?{urlencode(query)}"


def format_study_links(client: StoreClient, uri: str, study: str) -> list[str]:
    """Format the links to a study's runs and charts in MLflow's UI.

    Args:
        client: The open store.
        uri: Its address.
        study: The study's name.

    Returns:
        Lines, each link on one of its own; none if there is no such study.
    """
    experiment = client.get_experiment_by_name(study)
    if experiment is None:
        return []
    address = ui_address(uri)
    return _format_links(
        uri,
        runs=format_link(address, experiment.experiment_id),
        charts=format_link(address, experiment.experiment_id, charts=True),
    )


def format_run_link(client: StoreClient, uri: str, run_id: str) -> list[str]:
    """Format the link to a run in MLflow's UI, as `format_study_links` does."""
    experiment_id = client.get_run(run_id).info.experiment_id
    path = f"#/experiments/{experiment_id}/runs/{run_id}?{urlencode(WORKFLOW)}"
    return _format_links(uri, run=f"{ui_address(uri)}/{path}")


def _format_links(uri: str, **links: str) -> list[str]:
    command = _serving_command(uri)
    heading = f"in MLflow's UI{f' ({command} serves it)' if command else ''}:"
    return [heading, *(f"  {name:<6}  {link}" for name, link in links.items())]


def _serving_command(uri: str) -> str:
    """Return the command that serves the UI of a store; empty for a server, which has one."""
    if is_server(uri):
        return ""
    default = f"sqlite:///{project_dir()}/mlflow.db"
    if uri == default and not is_installed():
        return "make ui"
    return f"mlflow ui --backend-store-uri {shlex.quote(redact(uri))}"
