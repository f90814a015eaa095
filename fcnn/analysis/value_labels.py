"""The values of hyperparameters as all tables and figures show them."""

from collections.abc import Iterable

import pandas as pd

from fcnn.escaping import printable, shorten_number
from fcnn.params import HIDDEN_UNITS_KEY, UNITS_KEY


def label_values(runs: pd.DataFrame, axis: str, values: Iterable[str]) -> dict[str, str]:
    """Label the values of an axis as cells are labelled: hidden units as `2-16-1`.

    Args:
        runs: the runs of a study, a column for each param.
        axis: the key of a hyperparameter.
        values: the values to label.

    Returns:
        Labels by value. Where two values would share a label, or hidden units differ in inputs or
        outputs, they stay as written.

    Example:
        >>> label_values(selection.shown, "model.hidden_units", ["[4]", "[16]"])
        {'[4]': '2-4-1', '[16]': '2-16-1'}
    """
    values = list(values)
    written = {value: printable(value) for value in values}
    if axis == HIDDEN_UNITS_KEY and UNITS_KEY in runs:
        units = runs.groupby(axis)[UNITS_KEY].unique()
        labels = {
            value: units[value][0] if value in units and len(units[value]) == 1 else written[value]
            for value in values
        }
    else:
        labels = {value: shorten_number(written[value]) for value in values}
    return labels if len(set(labels.values())) == len(values) else written
