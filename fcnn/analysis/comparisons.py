"""Paired comparisons of final validation losses.

Losses lie orders of magnitude apart, so their logarithms are compared. They are paired by seed: the
same seed has the same initial weights and batches in every cell. A seed counts once, however many
cells it has, because its cells are not independent. Losses that are measured on different data are
not comparable, so values are compared within the same data.
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from fcnn.analysis.design import Design
from fcnn.analysis.significance import LEVEL, bootstrap_interval, seeds_needed, wilcoxon_p_value
from fcnn.params import SEED_KEY

COLUMNS = ["a", "b", "factor", "low", "high", "p", "seeds", "verdict"]


class Pair(NamedTuple):
    """Two values or cells, and the differences of their log losses (a minus b) by seed."""

    a: str
    b: str
    differences: "pd.Series[float]"


def compare_values(design: Design) -> pd.DataFrame:
    """Compare the values of each factor pairwise, averaged over the other factors.

    Returns:
        One row for each pair, with the columns of `compare_pairs` and `axis`, the factor's label.

    Example:
        >>> compare_values(build_design(selection))[["axis", "a", "b", "factor", "p"]]
    """
    tables = []
    for factor, label in design.factors.items():
        others = [name for name in design.factors if name != factor]
        losses = design.runs.pivot_table(
            index=["data", *others, SEED_KEY],
            columns=factor,
            values="log_loss",
            observed=True,
            sort=False,
        )
        pairs = [
            Pair(a, b, (losses[a] - losses[b]).groupby(SEED_KEY).mean())
            for a, b in itertools.combinations(design.runs[factor].unique(), 2)
        ]
        tables.append(compare_pairs(pairs).assign(axis=label))
    return pd.concat(tables, ignore_index=True) if tables else compare_pairs([]).assign(axis="")


def compare_with_best(design: Design) -> pd.DataFrame:
    """Compare each cell with the best cell on its data, the one with the smallest median loss.

    The best cell is chosen from the same runs, so p-values are corrected for all pairs of cells.
    Otherwise, in one of eight studies of twelve equal cells, one would be judged worse than best.

    Returns:
        One row for each cell except the best ones, with the columns of `compare_pairs`.
    """
    labels = design.runs.drop_duplicates("cell").set_index("cell")["label"]
    pairs = []
    for _, runs in design.runs.groupby("data", sort=False):
        losses = {
            str(cell): group.set_index(SEED_KEY)["log_loss"] for cell, group in runs.groupby("cell")
        }
        best, *others = sorted(losses, key=lambda cell: design.median_losses[cell])
        pairs += [Pair(labels[cell], labels[best], losses[cell] - losses[best]) for cell in others]
    return compare_pairs(pairs, design.n_cell_pairs)


def compare_pairs(pairs: Sequence[Pair], n_family: int = 0) -> pd.DataFrame:
    """Compare pairs of values; their p-values are corrected together.

    Args:
        pairs: what to compare; pairs without a common seed are left out.
        n_family: how many comparisons the correction is for, if these are more than the pairs.

    Returns:
        One row for each pair: `a`, `b`; `factor`, the loss of a over the loss of b (median over
        seeds), with its bootstrap interval `low` and `high`; `p`, of Wilcoxon's signed-rank test,
        Holm-corrected; `seeds`; and `verdict`, a phrase.
    """
    pairs = [pair for pair in pairs if pair.differences.notna().any()]
    n_family = max(n_family, len(pairs))
    differences = [pair.differences.dropna().to_numpy() for pair in pairs]
    p_values = _corrected_p_values(differences, n_family)
    rows = [
        _compare_pair(pair, values, p, n_family)
        for pair, values, p in zip(pairs, differences, p_values, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _corrected_p_values(differences: Sequence[NDArray[Any]], n_family: int) -> list[float]:
    """Return Holm-corrected p-values; comparisons that are not made count with p = 1."""
    if not differences:
        return []
    p_values = [wilcoxon_p_value(values) for values in differences]
    padding = [1.0] * (n_family - len(p_values))
    corrected = multipletests(p_values + padding, method="holm")[1]
    return [float(p) for p in corrected[: len(p_values)]]


def _compare_pair(pair: Pair, values: NDArray[Any], p: float, n_family: int) -> dict[str, object]:
    low, high = bootstrap_interval(values)
    factor = 10 ** float(np.median(values))
    return {
        "a": pair.a,
        "b": pair.b,
        "factor": factor,
        "low": low,
        "high": high,
        "p": p,
        "seeds": len(values),
        "verdict": _judge(factor, p, len(values), n_family),
    }


def _judge(factor: float, p: float, n_seeds: int, n_comparisons: int) -> str:
    if p < LEVEL:
        return f"the {'first' if factor < 1 else 'second'} reaches a lower loss"
    needed = seeds_needed(n_comparisons)
    if n_seeds < needed:
        seeds = "seed" if n_seeds == 1 else "seeds"
        return f"{n_seeds} {seeds} cannot separate these; {needed} would, if all agree"
    return f"no difference that {n_seeds} seeds could show"
