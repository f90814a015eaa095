"""How much of the variance of the log loss each hyperparameter explains in a grid.

Omega squared (Hays 1963; Olejnik and Algina 2003): sums of squares of type II, less what chance
alone would explain, as a share of the whole. Without that, many values of an axis explain much of
any noise. Intervals are from resamples of whole seeds, because a seed's runs share their data.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from fcnn.analysis.design import Design
from fcnn.analysis.paired import LEVEL, MIN_SEEDS, t_quantile
from fcnn.analysis.sums_of_squares import Floats, Residual, SeedSums, sum_over_seeds

INSEPARABLE = "cannot be told apart"
N_RESAMPLES = 1000
"""Resamples of the bootstrap; a standard error takes 200 (Efron and Tibshirani 1993, chapter 6)."""
COLUMNS = ["source", "share", "low", "high"]
_NO_VARIANCE = 1e-9
"""A resample's variance below this share of that of all runs is rounding."""
_NOTICEABLE = 1e-3
"""A share below this is not worth a row or a remark."""


class Importance(NamedTuple):
    """Shares of the variance on the same data, and a note on how to read them.

    `shares` has the columns `source`, `share` and the limits `low` and `high` of its interval; no
    rows if there is nothing to compare. The first rows are the factors, the last what remains
    within cells (the seed's share) and what cannot be told apart. These have no interval, and with
    fewer than `MIN_SEEDS` seeds nothing has.
    """

    shares: pd.DataFrame
    note: str


class _Shares(NamedTuple):
    """Shares of the variance by effect, each of shape (n_resamples,).

    A share is negative if an effect is less than chance would make it. `inseparable` is what
    several factors explain together and none alone, negative if the factors' shares overlap.
    """

    of_effects: dict[str, Floats]
    inseparable: Floats


def estimate_importance(design: Design) -> Importance:
    """Estimate the share of the variance of the log loss that each factor explains.

    Example:
        >>> shares, note = estimate_importance(build_design(selection))
    """
    if not design.factors or design.runs.groupby("data")["settled"].nunique().max() < 2:
        return _explain_absence(
            "Nothing can be compared: each set of data has a single cell, or all losses are equal."
        )
    sums = sum_over_seeds(design)
    is_replicated = sums.is_replicated and design.is_full
    weights = _resample(sums.n_seeds)
    if _error(sums, weights, list(design.factors), is_replicated).degrees[0] == 0:
        return _explain_absence(
            "Importance is not shown: with one run for each value it cannot be told from chance; "
            "that takes more seeds, such as 'training.seed=range(10)'."
        )
    shares, inseparable = _divide(design, sums, weights, is_replicated)
    rows = [_summarise(source, values, sums.n_seeds) for source, values in shares.items()]
    rest = 1 - inseparable[0] - sum(share for _, share, *_ in rows)
    source_of_rest = "seed" if is_replicated else "seed and axes together"
    rows.append((source_of_rest, max(0.0, rest), np.nan, np.nan))
    if inseparable[0] > _NOTICEABLE:
        rows.append((INSEPARABLE, inseparable[0], np.nan, np.nan))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return Importance(table, _describe(sums, is_replicated, inseparable[0]))


def _explain_absence(note: str) -> Importance:
    return Importance(pd.DataFrame(columns=COLUMNS), note)


def _error(
    sums: SeedSums, weights: Floats, factors: Sequence[str], is_replicated: bool
) -> Residual:
    """Return the variation that is taken for chance.

    Where each seed has every cell, what seeds have in common is no chance between cells.
    """
    if not is_replicated:
        return sums.residual(weights, factors)
    within_cells = sums.within_cells(weights)
    if sums.has_complete_blocks:
        return within_cells - sums.between_seeds(weights)
    return within_cells


def _divide(design: Design, sums: SeedSums, weights: Floats, is_replicated: bool) -> _Shares:
    """Divide the variance among the effects and what cannot be told apart.

    Args:
        design: the factors.
        sums: of the design's runs.
        weights: how often each seed is counted, shape (n_resamples, n_seeds).
        is_replicated: whether interactions can be told from the seed.
    """
    factors = list(design.factors)
    total, main_effects = sums.residual(weights, []), sums.residual(weights, factors)
    error = _error(sums, weights, factors, is_replicated)
    effects = {
        label: sums.residual(weights, [name for name in factors if name != factor]) - main_effects
        for factor, label in design.factors.items()
    }
    unexplained = main_effects
    if is_replicated:
        unexplained = sums.within_cells(weights)
        interactions = main_effects - unexplained
        if interactions.degrees[0] > 0:
            n_data = len(design.selection.data_labels)
            together = "axes together" if n_data == 1 else "axes and data together"
            effects[f"{together} (interactions)"] = interactions
    chance = error.squares / np.maximum(1, error.degrees)
    whole = total.squares + chance
    # A resample of equal runs has no variance to divide but for rounding errors.
    whole = np.maximum(whole, max(_NO_VARIANCE * whole[0], np.finfo(float).tiny))
    shares = {
        label: (effect.squares - effect.degrees * chance) / whole
        for label, effect in effects.items()
    }
    explained = sum(effect.squares for effect in effects.values())
    inseparable = (total.squares - unexplained.squares - explained) / whole
    return _Shares(shares, inseparable)


def _resample(n_seeds: int) -> Floats:
    """Return how often each seed is counted: once, then as often as each resample draws it.

    Returns:
        Shape (1 + N_RESAMPLES, n_seeds); without resamples if there are too few seeds.
    """
    every_seed = np.ones((1, n_seeds))
    if n_seeds < MIN_SEEDS:
        return every_seed
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), N_RESAMPLES)
    return np.vstack([every_seed, drawn])


def _summarise(source: str, shares: Floats, n_seeds: int) -> tuple[str, float, float, float]:
    """Return a share with its interval over seeds, the limits NaN without resamples.

    The interval is Student's with the bootstrap's standard error (Efron and Tibshirani 1993,
    section 12.4). With five or ten seeds it covers the share more often than percentiles and BCa.
    """
    share = float(np.clip(shares[0], 0, 1))
    if len(shares) == 1:
        return source, share, np.nan, np.nan
    # A resample of n values has a variance that is smaller by (n - 1) / n.
    error = shares[1:].std() * np.sqrt(n_seeds / (n_seeds - 1))
    half_width = t_quantile(LEVEL / 2, n_seeds - 1) * error
    low, high = np.clip([shares[0] - half_width, shares[0] + half_width], 0, 1)
    return source, share, float(low), float(high)


def _describe(sums: SeedSums, is_replicated: bool, inseparable: float) -> str:
    note = (
        "The seed's share is the variance within the cells."
        if is_replicated
        else "Seed and interactions cannot be told apart: some cells are missing or have one seed."
    )
    if sums.n_seeds < MIN_SEEDS:
        note += f" Intervals take at least {MIN_SEEDS} seeds."
    if inseparable < -_NOTICEABLE:
        note += (
            " Cells have different numbers of runs, so the shares overlap: they add up to more "
            "than the whole."
        )
    return note
