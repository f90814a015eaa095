"""The tables of a report on how good its network is, and which inputs matter to it."""

import pandas as pd

from fcnn.analysis.frames import params_of_row
from fcnn.analysis.judgement import N_REPEATS, Judgement, score
from fcnn.analysis.numbers import format_numbers
from fcnn.analysis.run import TrackedRun
from fcnn.data.standardise import join_names
from fcnn.errors import StoreError
from fcnn.report.tables import Table


def make_judgement_tables(run: TrackedRun) -> dict[str, Table]:
    """Make the tables about the network that a report looks into.

    Returns:
        The tables by the names of their files; none of synthetic data, nor without a test sample.
    """
    try:
        judgement = run.judgement
    except StoreError:  # its files are lost, as the figures say
        return {}
    if judgement is None:
        return {}
    scores = score(judgement)
    return {
        "test_sample": Table(
            "On the test sample", _describe_scores(run, judgement), print_scores(scores), scores
        ),
        "inputs": Table("Which inputs matter", _describe_inputs(judgement), judgement.importances),
    }


def print_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Print the network's value as the baseline's, beside which it is read."""
    pairs = zip(scores["measure"], scores["network"], scores["baseline"], strict=True)
    texts = [
        format_numbers(values) if "[" in measure else [f"{round(x, 3) + 0.0:.3f}" for x in values]
        for measure, *values in pairs
    ]
    return scores.assign(**pd.DataFrame(texts, columns=["network", "baseline"]))


def _describe_scores(run: TrackedRun, judgement: Judgement) -> str:
    baseline = "the mean of the training rows"
    if not judgement.is_regression:
        baseline = "the shares of the classes in the training rows, most frequent class first"
    return (
        f"{run.name} on {len(judgement.true)} rows that it was neither trained nor chosen on: "
        f"{describe_split(run)}. The baseline is {baseline}."
    )


def describe_split(run: TrackedRun) -> str:
    """Say how the rows of a run's table were split."""
    params = params_of_row(run.row)
    shares = [
        f"{float(params.get(f'dataset.{part}_share', 0)):.0%} of the {unit} {verb}"
        for unit in ("groups" if params.get("dataset.group", "None") != "None" else "rows",)
        for part, verb in (("validation", "validate"), ("test", "test"))
    ]
    how = "at random"
    if params.get("dataset.stratify") == "True":
        how = "at random within each class"
    if params.get("dataset.group", "None") != "None":
        how = f"by {params['dataset.group']}"
    return f"{' and '.join(shares)}, split {how} by dataset.seed={params['dataset.seed']}"


def _describe_inputs(judgement: Judgement) -> str:
    unit = "log loss"
    if judgement.is_regression:
        unit = f"root mean squared error, in units of {join_names(judgement.schema.targets)},"
        if len(judgement.schema.targets) > 1:
            unit = "root mean squared error, in deviations of each target,"
    return (
        f"Permutation importance (Breiman 2001): by how much the {unit} on the test sample grows "
        f"when a column's values change places, mean and deviation of {N_REPEATS} permutations. "
        "Columns that say the same share their importance."
    )
