"""How much of the variance of the log loss each hyperparameter explains.

Analysis of variance with sums of squares of type II, from ordinary least squares of statsmodels.
The part that chance alone would explain is subtracted from each sum of squares (epsilon squared,
Kelley 1935), because many values of an axis explain much of any noise.
"""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import statsmodels.formula.api as smf

from fcnn.analysis.design import Design

INSEPARABLE = "cannot be told apart"


class Importance(NamedTuple):
    """Shares of the variance on the same data, and a note on how to read them.

    `shares` has the columns `source` and `share`, no rows if there is nothing to compare. The first
    rows are the factors, the last what remains within cells (the seed's share) and what cannot be
    told apart.
    """

    shares: pd.DataFrame
    note: str


class Residual(NamedTuple):
    """What a model leaves unexplained: its sum of squares and its degrees of freedom."""

    squares: float
    degrees: int

    def __sub__(self, other: "Residual") -> "Residual":
        return Residual(self.squares - other.squares, self.degrees - other.degrees)


def estimate_importance(design: Design) -> Importance:
    """Estimate the share of the variance of the log loss that each factor explains.

    Example:
        >>> shares, note = estimate_importance(build_design(selection))
    """
    runs, factors = design.runs, list(design.factors)
    if not factors or runs.groupby("data")["settled"].nunique().max() < 2:
        return Importance(
            _shares({}),
            "Nothing can be compared: each set of data has a single cell, or all losses are equal.",
        )
    total = _fit(runs, [])
    main_effects = _fit(runs, factors)
    within_cells = _within_cells(runs, factors)
    cell_sizes = runs.groupby(["data", *factors]).size()
    is_replicated = bool((cell_sizes > 1).all() and design.is_full)
    error = within_cells if is_replicated else main_effects
    if error.degrees == 0:
        return Importance(
            _shares({}),
            "Importance is not shown: with one run for each value it cannot be told from chance; "
            "that takes more seeds, such as 'training.seed=range(10)'.",
        )
    effects = {
        label: _fit(runs, [name for name in factors if name != factor]) - main_effects
        for factor, label in design.factors.items()
    }
    if is_replicated and main_effects.degrees > within_cells.degrees:
        n_data = len(design.selection.data_labels)
        together = "axes together" if n_data == 1 else "axes and data together"
        effects[f"{together} (interactions)"] = main_effects - within_cells
    return _share_out(total, error, effects, is_replicated)


def _share_out(
    total: Residual, error: Residual, effects: dict[str, Residual], is_replicated: bool
) -> Importance:
    """Divide the total sum of squares among the effects, the seed and what cannot be told apart."""
    chance = error.squares / error.degrees
    squares = {
        label: max(0.0, effect.squares - effect.degrees * chance)
        for label, effect in effects.items()
    }
    inseparable = total.squares - error.squares - sum(effect.squares for effect in effects.values())
    rest = total.squares - sum(squares.values()) - inseparable
    squares["seed" if is_replicated else "seed and axes together"] = max(0.0, rest)
    note = (
        "The seed's share is the variance within the cells."
        if is_replicated
        else "Seed and interactions cannot be told apart: some cells are missing or have one seed."
    )
    if inseparable > total.squares / 1000:
        squares[INSEPARABLE] = inseparable
    if inseparable < -total.squares / 1000:
        note += (
            " Cells have different numbers of runs, so the shares overlap: they add up to more "
            "than the whole."
        )
    return Importance(
        _shares({name: value / total.squares for name, value in squares.items()}), note
    )


def _shares(share_of: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"source": list(share_of), "share": list(share_of.values())})


def _fit(runs: pd.DataFrame, factors: Sequence[str]) -> Residual:
    """Fit the main effects of these factors within the same data."""
    formula = " + ".join(["settled ~ C(data)", *(f"C({factor})" for factor in factors)])
    with warnings.catch_warnings():
        # An axis that another one determines: its columns are dependent, and add nothing.
        warnings.simplefilter("ignore")
        fit = smf.ols(formula, runs).fit()
    return Residual(float(fit.ssr), round(fit.df_resid))


def _within_cells(runs: pd.DataFrame, factors: Sequence[str]) -> Residual:
    """Return what the means of the cells leave unexplained."""
    cells = runs.groupby(["data", *factors])["settled"]
    squares = (runs["settled"] - cells.transform("mean")).pow(2).sum()
    return Residual(float(squares), len(runs) - cells.ngroups)
