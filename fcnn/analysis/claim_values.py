"""The values that claims compare: one for each run, then in pairs for each seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fcnn.analysis.comparable import comparable_losses, log_losses
from fcnn.analysis.data_rule import are_sampled
from fcnn.analysis.ranking import epochs_to_target
from fcnn.analysis.selection import Selection
from fcnn.analysis.value_labels import label_values
from fcnn.claims.matching import normalise_key, normalise_value, select_identity
from fcnn.config.claims import Cells, Condition
from fcnn.params import DIGEST_KEY, HIDDEN_UNITS_KEY, SEED_KEY, format_label


@dataclass(frozen=True)
class ClaimData:
    """The runs of a study that its claims are about.

    Attributes:
        selection: the runs that the report shows; claims are about all but trials of a search.
        curves: a row for each run and epoch, with `run_id`, `epoch` and `val_loss`.
        targets: the validation loss to which epochs are counted, by run id; a claim may state its
            own.
    """

    selection: Selection
    curves: pd.DataFrame
    targets: "pd.Series[float]"


@dataclass(frozen=True)
class Pairs:
    """Two groups of cells, compared within seeds.

    Attributes:
        first: the value of the first group for each seed, averaged over its cells; logarithms to
            base 10 of losses and epochs.
        second: that of the second, by the same seeds.
        differences: second less first by seed, averaged over pairs of cells that agree in all keys
            that are not named.
        least, most: the same, as small and as large as they may be: of a run that had not reached
            the target when its training ended it is known only that it takes more epochs.
        n_samples: on how many data samples these runs are.
    """

    first: "pd.Series[float]"
    second: "pd.Series[float]"
    differences: "pd.Series[float]"
    least: "pd.Series[float]"
    most: "pd.Series[float]"
    n_samples: int


def measure_runs(data: ClaimData, condition: Condition) -> pd.DataFrame:
    """Return the runs with the column `value`, which a condition compares; NaN if it is unknown.

    What is compared by a factor is there as its logarithm to base 10. Epochs to a target that is
    never reached are infinite; the column `least` has what they are at least. A run that diverged
    has the worst of losses, that at which settled losses are cut.
    """
    runs = data.selection.grid.shown
    column = condition.compared.column
    if condition.compared.takes_target:
        values = _log_epochs(runs, data, condition.target)
    elif column not in runs:
        values = pd.Series(np.nan, runs.index)
    elif condition.compared.is_ratio and column != "settled":  # which is a logarithm
        values = _log_losses(runs, column)
    else:
        values = runs[column].astype(float)
    least = _least_log_epochs(runs, data, values) if condition.compared.takes_target else values
    return runs.assign(value=values, least=least)


def _log_losses(runs: pd.DataFrame, column: str) -> "pd.Series[float]":
    losses = log_losses(comparable_losses(runs, column))
    has_losses = bool(losses.notna().any())
    worst = runs["settled"] if has_losses else np.nan
    return pd.Series(losses.where(~runs["diverged"], worst))


def _log_epochs(runs: pd.DataFrame, data: ClaimData, target: float | None) -> "pd.Series[float]":
    targets = data.targets if target is None else pd.Series(target, runs["run_id"])
    return pd.Series(np.log10(epochs_to_target(runs, data.curves, targets)))


def _least_log_epochs(
    runs: pd.DataFrame, data: ClaimData, values: "pd.Series[float]"
) -> "pd.Series[float]":
    """Return the epoch after the last one of runs that might still have reached their target."""
    has_ended = runs["diverged"] | runs["kept_epoch"].notna()  # stopped early
    last = runs["run_id"].map(data.curves.groupby("run_id")["epoch"].max())
    return values.mask(np.isinf(values) & ~has_ended, np.log10(last + 1))


def select_cells(runs: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Return the runs in the cells that a claim names."""
    selected = runs
    for key, value in select_identity(cells).items():
        if key not in selected:
            return selected.iloc[:0]
        wanted = normalise_value(value)
        texts = selected[key].dropna()
        equal = [text for text in texts.unique() if normalise_value(text) == wanted]
        selected = selected[selected[key].isin(equal)]
    return selected


def pair_by_seed(
    runs: pd.DataFrame, condition: Condition, groups: Sequence[Cells], axes: Sequence[str]
) -> Pairs:
    """Compare two groups of cells within seeds.

    Args:
        runs: of `measure_runs`.
        condition: what is compared.
        groups: the two groups of cells.
        axes: the keys in which the runs of the study differ.
    """
    first, second = (select_cells(runs, cells).dropna(subset="value") for cells in groups)
    keys = _list_pairing_keys(first, second, condition, axes)
    both = pd.concat([first.assign(side="first"), second.assign(side="second")])
    average = "median" if condition.compared.interval == "median" else "mean"
    sides = both.groupby([SEED_KEY, *keys, "side"], observed=True)[["value", "least"]].agg(average)
    names = pd.MultiIndex.from_product([["value", "least"], ["first", "second"]])
    table = pd.DataFrame(sides.unstack("side")).reindex(columns=names).dropna()
    value, least = table["value"], table["least"]
    differences = value.assign(
        difference=_subtract(value["second"], value["first"]),
        least=_subtract(least["second"], value["first"]),
        most=_subtract(value["second"], least["first"]),
    )
    by_seed = pd.DataFrame(differences.groupby(SEED_KEY).agg(average))
    used = both[both[SEED_KEY].isin(by_seed.index)]
    return Pairs(
        by_seed["first"],
        by_seed["second"],
        # The median of opposite infinities: as many pairs say the reverse.
        by_seed["difference"].fillna(0.0),
        by_seed["least"].fillna(-np.inf),
        by_seed["most"].fillna(np.inf),
        _count_samples(used),
    )


def _list_pairing_keys(
    first: pd.DataFrame, second: pd.DataFrame, condition: Condition, axes: Sequence[str]
) -> list[str]:
    """Return the keys in which the two cells of a pair agree: those that both have, not named."""
    named = {key for cells in condition.groups.values() for key in select_identity(cells)}
    keys = [
        axis
        for axis in axes
        if axis not in named and first[axis].notna().all() and second[axis].notna().all()
    ]
    names_data = any(key.startswith("dataset.") for key in named)
    # Losses are compared on the same data only; the labels of data that are named may differ.
    return keys if names_data else [*keys, "data"]


def _subtract(second: "pd.Series[float]", first: "pd.Series[float]") -> "pd.Series[float]":
    """Return the differences; two networks that never reach the target do not differ."""
    are_infinite = np.isinf(first) & np.isinf(second)
    return (second - first.mask(are_infinite, 0)).mask(are_infinite, 0.0)


def _count_samples(runs: pd.DataFrame) -> int:
    # Where all rows of a table train, they are the same for every seed.
    seeds = runs["dataset.seed"].where(are_sampled(runs), "") if "dataset.seed" in runs else ""
    return int(runs.assign(sample=seeds).drop_duplicates(["data", "sample"]).shape[0])


def label_cells(cells: Cells, runs: pd.DataFrame) -> str:
    """Return the words for a group of cells, as `runs` are labelled: `relu, 2-16-1`."""
    params = {normalise_key(key): str(value) for key, value in cells.items() if key != DIGEST_KEY}
    if units := params.get(HIDDEN_UNITS_KEY):
        label = label_values(runs, HIDDEN_UNITS_KEY, [units])[units]
        params[HIDDEN_UNITS_KEY] = f"hidden units {units}" if label == units else label
    return format_label(params, params)
