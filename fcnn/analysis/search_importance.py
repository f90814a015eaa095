"""How much each hyperparameter of a search matters: permutation importance of a random forest.

A search tries most values only once, and more of them where losses are low, so an analysis of
variance of its trials is meaningless. A forest learns the loss of a trial from its hyperparameters;
how much worse it predicts trials that it has not learned from, once the values of a hyperparameter
are shuffled among them, is that hyperparameter's importance (Breiman 2001).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.importance import Importance
from fcnn.analysis.selection import Selection
from fcnn.params import hyperparameter_label
from fcnn.quantities import count

MIN_TRIALS = 10
"""With fewer trials a forest learns nothing that it could be asked about."""
N_TREES, N_FOLDS, N_SHUFFLES = 100, 5, 5
COLUMNS = ["source", "importance"]


def estimate_search_importance(selection: Selection) -> Importance:
    """Estimate how much each hyperparameter matters among the trials of a search.

    Half of the rise in mean squared error on trials held out, as a share of the variance: of an
    additive effect this is its share of the variance (Gregorutti, Michel and Saint-Pierre 2017,
    proposition 1). It is about zero for a hyperparameter that makes no difference.

    Args:
        selection: the runs of a study with a search; the grid's are left out.

    Returns:
        The columns `source` and `importance`, the largest first, and a note. No rows if there are
        too few trials, or if the forest cannot predict them.

    Example:
        >>> table, note = estimate_search_importance(selection)
    """
    trials, axes = summarise_trials(selection)
    if len(trials) < MIN_TRIALS:
        return _explain_absence(
            f"Importance is not shown: {count(len(trials), 'trial')} of a search are too few, it "
            f"takes at least {MIN_TRIALS} ('hydra.sweeper.n_trials={MIN_TRIALS}')."
        )
    scores = (trials["score"] - trials.groupby("data")["score"].transform("mean")).to_numpy()
    if not axes or np.ptp(scores) == 0:
        return _explain_absence("Importance is not shown: all trials are equal.")
    features = np.column_stack(
        [encode_values(trials[axis], values) for axis, values in axes.items()]
    )
    rises, explained = _cross_validate(features, scores)
    if explained <= 0:
        return _explain_absence(
            f"Importance is not shown: from their hyperparameters the losses of {len(trials)} "
            "trials cannot be predicted any better than by their mean, so it would be of noise. "
            "That takes more trials."
        )
    table = pd.DataFrame(
        {
            "source": [hyperparameter_label(axis) for axis in axes],
            "importance": np.maximum(0.0, rises / 2),
        }
    ).sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    return Importance(
        table,
        f"From {len(trials)} trials; of those held out the forest explains "
        f"{100 * explained:.0f} % of the variance.",
    )


def _explain_absence(note: str) -> Importance:
    return Importance(pd.DataFrame(columns=COLUMNS), note)


def summarise_trials(selection: Selection) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return one row for each trial of a search, and the axes in which trials differ.

    Columns: `data`, the axes, and `score`, the mean over seeds.
    """
    runs = selection.shown[selection.shown["searched"]]
    axes = {
        axis: values
        for axis, values in selection.axes.items()
        if axis not in selection.data_axes and runs[axis].nunique(dropna=False) > 1
    }
    columns = dict.fromkeys(["data", *axes], "first") | {"score": "mean"}
    return runs.groupby("cell", sort=False).agg(columns), axes


def has_numbers(column: "pd.Series[str]") -> bool:
    """Whether all values of an axis are numbers, apart from trials that have none."""
    return bool(pd.to_numeric(column, errors="coerce").notna().equals(column.notna()))


def encode_values(column: "pd.Series[str]", values: list[str]) -> NDArray[np.float64]:
    """Turn the values of an axis into numbers: their own, or else their place in order.

    A hyperparameter that a trial does not have is NaN, for which a tree has a branch.
    """
    if has_numbers(column):
        return np.asarray(pd.to_numeric(column), dtype=float)
    places = {value: float(place) for place, value in enumerate(values)}
    return np.asarray(column.map(places), dtype=float)


def _cross_validate(
    features: NDArray[np.float64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Learn from four of five folds, and shuffle the hyperparameters of the fifth, in turn.

    Args:
        features: shape (n_trials, n_axes).
        scores: shape (n_trials,).

    Returns:
        For each axis the rise in mean squared error, shape (n_axes,), and the coefficient of
        determination of the trials held out; both as shares of the variance.
    """
    # They take a second to import, and only searches need them.
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import KFold

    rises, error = np.zeros(features.shape[1]), 0.0
    folds = KFold(N_FOLDS, shuffle=True, random_state=0)
    for learned, held_out in folds.split(features):
        forest = RandomForestRegressor(N_TREES, random_state=0)
        forest.fit(features[learned], scores[learned])
        shuffled = permutation_importance(
            forest,
            features[held_out],
            scores[held_out],
            scoring="neg_mean_squared_error",
            n_repeats=N_SHUFFLES,
            random_state=0,
        )
        rises += shuffled.importances_mean * len(held_out)
        error += float(((forest.predict(features[held_out]) - scores[held_out]) ** 2).sum())
    whole = len(scores) * scores.var()
    return rises / whole, 1 - error / whole
