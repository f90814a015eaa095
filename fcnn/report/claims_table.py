"""The table of what a study was expected to show, and whether it does."""

import pandas as pd

from fcnn.analysis.claim_values import ClaimData
from fcnn.analysis.claims import judge_claims
from fcnn.analysis.data_rule import name_sample
from fcnn.analysis.ranking import choose_targets
from fcnn.plots.report_data import ReportData
from fcnn.report.tables import Table


def make_claims_table(data: ReportData, target: float | None) -> Table | None:
    """Judge the claims of a study.

    Args:
        data: the study.
        target: the validation loss to which epochs are counted, by default that of
            `default_targets`; a claim may state its own.

    Returns:
        One row for each claim; None if the study states nothing.
    """
    plan = data.plan
    if plan is None or not plan.claims:
        return None
    targets = choose_targets(data.selection, target)
    claim_data = ClaimData(data.selection, data.curves, targets)
    rows = judge_claims(plan.claims, claim_data, plan.claims_not_asked)
    return Table("Claims", _describe_rule(data, rows), rows)


def _describe_rule(data: ReportData, rows: pd.DataFrame) -> str:
    coverage = f"{100 * (1 - data.selection.grid.level):.3g} %"
    n_samples = int(rows["data samples"].max())
    sample = name_sample(data.selection.shown)
    samples = f"one {sample}" if n_samples == 1 else f"{n_samples} {sample}s"
    scope = f" All of this is about {samples}." if n_samples else ""
    return (
        "What the study file states, judged by intervals: a sentence holds if the interval of its "
        "factor or difference lies beyond what it states, does not hold if it lies wholly on the "
        f"other side, and else cannot be told. Intervals have coverage {coverage}, more for what "
        "is rejected of several conditions. Values are geometric means over seeds, medians of "
        "epochs, or shares of seeds; hyperparameters that a sentence does not name are averaged "
        "over within each seed. A claim was planned and has its level alone; pairs of values share "
        f"theirs, so that one may be undecided where a claim about it holds.{scope}"
    )
