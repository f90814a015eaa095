"""How to read the tables of a report."""

import pandas as pd

from fcnn.analysis.constants import FIRST_EPOCH, SAMPLED
from fcnn.analysis.paired import LEVEL, MIN_SEEDS
from fcnn.analysis.selection import Selection
from fcnn.analysis.settled import STUCK_SHARE
from fcnn.quantities import count
from fcnn.settling import CLASSES_CUT, SETTLED_SHARE

_TAIL = f"the last {100 * SETTLED_SHARE:.0f} % of its epochs"
_COVERAGE = f"{100 * (1 - LEVEL):.0f} %"
_STUCK = f"{100 * STUCK_SHARE:.0f} %"


def ranking_note(selection: Selection, ranking: pd.DataFrame) -> str:
    """Say how cells are ranked, and which decisions that takes."""
    measure = selection.measure
    several = (
        f"A ranking for each set of data, which differ in {selection.data_axes_label}. "
        if len(selection.data_labels) > 1
        else ""
    )
    settled = (
        f"The settled loss of a run is the geometric mean of its validation loss over "
        f"{_TAIL}, cut at the loss of the constant prediction (for "
        f"classes at {CLASSES_CUT:.0f} times it), which is also what a diverged run counts as. "
        if measure.is_logarithmic
        else f"The settled accuracy of a run is the mean over {_TAIL}; "
        "a diverged run counts as the lowest on the same data. "
    )
    note = (
        f"{several}{settled}A cell has the mean over seeds with its t interval of "
        f"{_COVERAGE}, the best first. A cell could be the best unless another beats it with a "
        "one-sided paired t test at the level over the number of others, and Friedman's test finds "
        "any difference at all. Epochs to target are the median over all seeds, of which those "
        "that never arrive count as infinite. The target is report.target, by default ten times "
        "the lowest settled loss on the same data, but not above the loss at which a seed is "
        f"stuck, {_STUCK} of the way from the noise floor (0 if it is not known) to the "
        "constant prediction. A loss still falls if the last tenth of the epochs is lower than the "
        "tenth before by more than the seeds differ. Seconds are from a run's start to its end; "
        "runs that train together share most of them."
    )
    if "test loss" in ranking:
        note += " The test loss is shown for the best cell only, which it did not help to choose."
    return note + _describe_sources(selection)


def _describe_sources(selection: Selection) -> str:
    """Say where the constant prediction's loss comes from, unless the runs have it recorded."""
    counts = selection.shown["constant_source"].value_counts()
    text = ""
    if SAMPLED in counts:
        runs = count(counts[SAMPLED], "run", ("is", "are"))
        text += (
            f" {runs} without a record of the constant prediction's loss: it is computed from the "
            "data, sampled again."
        )
    if FIRST_EPOCH in counts:
        runs = count(counts[FIRST_EPOCH], "run", ("is", "are"))
        text += (
            f" {runs} without a record of the constant prediction's loss: the median loss after "
            "one epoch on the same data takes its place."
        )
    return text


def differences_note(grid: Selection) -> str:
    """Say how values are compared."""
    and_data = " and the same data" if len(grid.data_labels) > 1 else ""
    effect = (
        "The factor is how many times larger the settled loss of the first is (geometric mean over "
        "seeds)"
        if grid.measure.is_logarithmic
        else "The difference is the settled accuracy of the first minus that of the second (mean "
        "over seeds)"
    )
    level = f"{LEVEL:g}"
    if grid.n_looks > 1:
        level += f" divided by {grid.n_looks}, the number of sweeps that added seeds,"
    return (
        f"Values of each hyperparameter, compared within seeds{and_data} and averaged over all "
        f"other hyperparameters. {effect}; p-values are from paired t tests, Holm-corrected for "
        f"each hyperparameter, at the level {level} and with at least {MIN_SEEDS} seeds. Each "
        "interval has the level of its own step in Holm's procedure, so it excludes no difference "
        "exactly where a pair is beyond chance. Diverged runs count."
    )


def importance_note(grid: Selection, note: str) -> str:
    """Say what importance is, with the note that the estimate has."""
    value = "logarithm of the settled loss" if grid.measure.is_logarithmic else "settled accuracy"
    return (
        f"Share of the variance of the {value} in this grid (analysis of variance, sums of squares "
        "of type II), less what chance alone would explain (omega squared). Other values of the "
        f"same hyperparameters would have other shares. Intervals are of {_COVERAGE}, over seeds. "
        f"{note}"
    )


def search_importance_note(selection: Selection, note: str) -> str:
    """Say what importance is in a search, with the note that the estimate has."""
    is_loss = selection.measure.is_logarithmic
    value = "logarithm of the settled loss" if is_loss else "settled accuracy"
    return (
        f"How much worse a random forest predicts the {value} of trials that it has not learned "
        "from, if the values of a hyperparameter are shuffled among them: half "
        "of the rise in mean squared error, as a share of the variance. That is about 0 where a "
        "hyperparameter makes no difference, and about its share of the variance where it acts on "
        f"its own. It is about the values that the search has tried. {note}"
    )
