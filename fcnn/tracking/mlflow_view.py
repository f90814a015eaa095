"""A view of MLflow's own UI: a study opens as its cells, with bands over seeds, on log axes.

The UI keeps views that people share as experiment tags, `mlflow.sharedViewState.ID`: an envelope
with a name, and the state of the page as JSON. A tag of our own puts a view into the menu "Views",
and behind the links of `fcnn.tracking.links`. MLflow documents none of this (tried with 3.17); a
version that does not know it shows the page as it would without.
"""

import json
from collections.abc import Sequence
from typing import Any

from fcnn.tracking.client import StoreClient
from fcnn.tracking.mlflow_run import now_ms
from fcnn.tracking.names import PARENT, SETTLED, TEST_LOSS
from fcnn.tracking.plan import Plan

VIEW_ID = "cells"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW_ID}"
VIEW_NAME = "Cells of the study"
MAX_RUNS = 100
"""Runs, or groups of runs, that a chart shows."""
MAX_COLUMNS = 6
"""Hyperparameters that have a column."""
SECTION = "curves"


def refresh_view(client: StoreClient, study: str, plan: Plan | None) -> None:
    """Write the view of a study by what its sweeps planned; none for a study without a sweep."""
    experiment = client.get_experiment_by_name(study)
    if experiment and plan:
        axes = list(dict.fromkeys([*plan.display_axes, *plan.axes]))
        is_search = plan.latest_sweep in plan.search_sweeps
        save_view(client, experiment.experiment_id, axes, is_search=is_search)


def save_view(
    client: StoreClient, experiment_id: str, axes: Sequence[str], *, is_search: bool = False
) -> None:
    """Write the view of a study; views of other people are other tags.

    Args:
        client: The open store.
        experiment_id: The study's experiment.
        axes: The hyperparameters that differ, the most important first.
        is_search: Whether a search chose the values, so that no two runs are of one cell.
    """
    written_ms = now_ms()
    state = make_state(axes, is_search=is_search)
    envelope = {
        "name": VIEW_NAME,
        "createdAt": written_ms,
        "updatedAt": written_ms,
        "state": json.dumps(state),
    }
    client.set_experiment_tag(experiment_id, VIEW_TAG, json.dumps(envelope))


def make_state(axes: Sequence[str], *, is_search: bool) -> dict[str, Any]:
    """Make the state of the UI's page: runs of networks only, sorted by their settled loss."""
    columns = [f"params.`{axis}`" for axis in axes[:MAX_COLUMNS]]
    metrics = [f"metrics.`{metric}`" for metric in (SETTLED, TEST_LOSS, "val_loss")]
    charts = [_make_scatter(axis) for axis in axes] if is_search else []
    charts += [_make_line("loss"), _make_line("val_loss")]
    keys = [{"mode": "param", "groupByData": axis} for axis in axes]
    is_grouped = bool(keys) and not is_search
    return {
        "searchFilter": f"tags.`{PARENT}` != ''",
        "orderByKey": f"metrics.`{SETTLED}`",
        "orderByAsc": True,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": [*columns, *metrics],
        "compareRunCharts": charts,
        "compareRunSections": [_make_section()],
        "groupBy": {"aggregateFunction": "average", "groupByKeys": keys} if is_grouped else None,
        "viewMaximized": False,
        "runListHidden": False,
        "runsExpanded": {},
        "runsPinned": [],
        "runsHidden": [],
        "runsVisibilityMap": {},
        "runsHiddenMode": "SHOWALL",
        "groupsExpanded": {},
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "autoRefreshEnabled": False,
        "globalLineChartConfig": {},
        "isAccordionReordered": False,
    }


def _make_section() -> dict[str, Any]:
    return {
        "uuid": SECTION,
        "name": "Curves",
        "display": True,
        "isReordered": False,
        "deleted": False,
        "isGenerated": False,
        "columns": 2,
        "cardHeight": 420,
    }


def _make_chart(kind: str, name: str) -> dict[str, Any]:
    """What all charts have; `name` tells them apart."""
    return {
        "type": kind,
        "uuid": f"{kind.lower()}-{name}",
        "runsCountToCompare": MAX_RUNS,
        "metricSectionId": SECTION,
        "deleted": False,
        "isGenerated": False,
        "displayName": name,
    }


def _make_line(metric: str) -> dict[str, Any]:
    """A metric over epochs, on a log axis."""
    return {
        **_make_chart("LINE", metric),
        "metricKey": metric,
        "dataAccessKey": None,
        "selectedMetricKeys": [metric],
        "scaleType": "log",
        "xAxisScaleType": "linear",
        "xAxisKey": "step",
        "selectedXAxisMetricKey": "",
        "ignoreOutliers": False,
        "yAxisKey": "metric",
        "selectedYAxisMetricKey": "",
        "yAxisExpressions": [],
        "range": {},
        "displayPoints": False,
        "lineSmoothness": 0,
        "useGlobalXaxisKey": False,
    }


def _make_scatter(axis: str) -> dict[str, Any]:
    """The settled loss against a hyperparameter."""
    return {
        **_make_chart("SCATTER", axis),
        "xaxis": {"key": axis, "type": "PARAM"},
        "yaxis": {"key": SETTLED, "type": "METRIC"},
    }
