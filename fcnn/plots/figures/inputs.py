"""Which columns of a table matter to a network."""

import pandas as pd
from matplotlib.figure import Figure

from fcnn.escaping import printable
from fcnn.plots.colours import COLOURS
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import distinguish_labels

ORDER = 54
CAPTION = "Which inputs matter: how much worse the network gets when a column is permuted"
MAX_BARS = 25
"""Columns that are drawn, the most important ones."""


def draw(data: ReportData) -> Figure | None:
    """Draw the importance of inputs; None of synthetic data, and without a test sample."""
    judgement = data.run.judgement
    if judgement is None:
        return None
    measure = "log loss"
    if judgement.is_regression:
        measure = "RMSE"
        if len(judgement.schema.targets) == 1:
            measure = f"RMSE [{printable(judgement.schema.targets[0])}]"
    return plot_importances(judgement.importances, measure)


def plot_importances(importances: pd.DataFrame, measure: str) -> Figure:
    """Plot a bar for each feature, the most important at the top, with deviations.

    Args:
        importances: columns `feature`, `increase` and `deviation`, the most important first.
        measure: what increases, with its unit.
    """
    rows = importances.head(MAX_BARS)[::-1]
    labels = distinguish_labels([printable(name) for name in rows["feature"]], 40)
    figure = Figure(figsize=(7, 1.2 + 0.3 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh(range(len(rows)), rows["increase"], xerr=rows["deviation"], color=COLOURS[0])
    axes.set_yticks(range(len(rows)), labels)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel(f"increase of the {measure} on the test sample")
    n_omitted = len(importances) - len(rows)
    if n_omitted:
        axes.set_title(f"the {len(rows)} most important of {len(importances)}", fontsize=9)
    return figure
