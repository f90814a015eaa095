"""What the runs of a study say of its hyperparameters: paired comparisons, importance. Losses are final validation losses.

All comparisons are of logarithms, because losses lie orders of magnitude apart, and paired by seed: the same seed has the same
initial weights and batches in every cell. A seed counts once, however many cells it has, for its cells are not independent.
Losses on different data (`fcnn.params.validation_params`) are not comparable: what
decides on the data is no factor, and the others are compared within the same data.
"""

import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from fcnn.analysis.ranking import quantile
from fcnn.analysis.selection import NOT_THERE, Selection
from fcnn.params import SEED_KEY, hyperparameter_label

LEVEL = 0.05
"""Of significance; intervals cover one minus it."""
RESAMPLES = 2000
"""Of the bootstrap; for percentile intervals 1,000 to 2,000 do (Efron and Tibshirani 1993, section 13.3)."""


def comparisons(selection: Selection) -> pd.DataFrame:
    """One row a pair of values of an axis, averaged over the other axes; columns as `_compared`, before them `axis`."""
    runs, factors = _factors(selection)
    parts = []
    for factor, name in factors.items():
        others = [key for key in factors if key != factor]
        losses = runs.pivot_table(
            index=["data", *others, SEED_KEY],
            columns=factor,
            values="log",
            observed=True,
            sort=False,
        )
        pairs = itertools.combinations(list(dict.fromkeys(runs[factor])), 2)
        table = _compared(
            [(a, b, (losses[a] - losses[b]).groupby(SEED_KEY).mean()) for a, b in pairs]
        )
        parts.append(table.assign(axis=name))
    return pd.concat(parts, ignore_index=True) if parts else _compared([]).assign(axis="")


def against_best(selection: Selection) -> pd.DataFrame:
    """One row a cell but the best on its data, the first in `ranking`; columns as `_compared`.

    The best is known from the very runs that are compared with it, so the family is of all pairs of cells: else of twelve equal
    cells one is found worse than the best in an eighth of all studies.
    """
    medians = quantile(selection.shown, 0.5)
    runs, _ = _factors(selection)
    labels = runs.drop_duplicates("cell").set_index("cell")["label"]
    differences = []
    for _, alike in runs.groupby("data", sort=False):
        logs = {
            str(cell): group.set_index(SEED_KEY)["log"] for cell, group in alike.groupby("cell")
        }
        best, *others = sorted(logs, key=lambda cell: medians[cell])
        differences += [(labels[cell], labels[best], logs[cell] - logs[best]) for cell in others]
    return _compared(differences, _pairs_of_cells(runs))


def _pairs_of_cells(runs: pd.DataFrame) -> int:
    """How many pairs of cells there are on the same data."""
    return sum(math.comb(count, 2) for count in runs.groupby("data")["cell"].nunique())


def importance(selection: Selection) -> tuple[pd.DataFrame, str]:
    """How much of the variance of the log loss on the same data each axis explains, with words.

    Analysis of variance with sums of squares of type II, from ordinary least squares of
    statsmodels. Of each, what chance alone would explain is taken off (epsilon squared, Kelley
    1935): many values of an axis explain much of any noise. Columns: `source`, `share`. The last
    rows are what is left within cells (the seed's) and what cannot be told apart. No rows where
    there is nothing to compare, or nothing left to tell chance by.
    """
    runs, factors = _factors(selection)
    if not factors or runs.groupby("data")["log"].nunique().max() < 2:
        return (
            _NO_SHARES,
            "Nothing can be compared: there is one cell alone on the same data, or all losses "
            "are equal.",
        )
    total = _left(runs, [])
    mains, *reduced = [
        _left(runs, [key for key in factors if key != left_out]) for left_out in (None, *factors)
    ]
    cells = runs.groupby(["data", *factors])["log"]
    within = _Left(
        float((runs["log"] - cells.transform("mean")).pow(2).sum()), len(runs) - cells.ngroups
    )
    replicated = bool((cells.size() > 1).all() and _is_full(runs, list(factors)))
    error = within if replicated else mains
    if error.freedom == 0:
        return _NO_SHARES, (
            "Importance is not shown: with one run for each value there is nothing to tell it "
            "from chance by; "
            "more seeds, 'training.seed=range(10)' say, would do."
        )
    chance = error.squares / error.freedom
    parts = [
        (name, left.squares - mains.squares, left.freedom - mains.freedom)
        for name, left in zip(factors.values(), reduced, strict=True)
    ]
    if replicated:
        words = "The seed's share is what is left within the cells."
        if mains.freedom > within.freedom:
            together = "axes together" if len(selection.data) == 1 else "axes and data together"
            parts.append(
                (
                    f"{together} (interactions)",
                    mains.squares - within.squares,
                    mains.freedom - within.freedom,
                )
            )
    else:
        words = (
            "Seed and interactions cannot be told apart: some cells are missing or have one seed."
        )
    sources = {name: max(0.0, squares - freedom * chance) for name, squares, freedom in parts}
    rest = total.squares - error.squares - sum(squares for _, squares, _ in parts)
    sources["seed" if replicated else "seed and axes together"] = max(
        0.0, total.squares - sum(sources.values()) - rest
    )
    if rest > total.squares / 1000:
        sources["cannot be told apart"] = rest
    if rest < -total.squares / 1000:
        words += (
            " Cells have different numbers of runs, so that the shares overlap: they add up to "
            "more than the whole."
        )
    shares = [squares / total.squares for squares in sources.values()]
    return pd.DataFrame({"source": list(sources), "share": shares}), words


_NO_SHARES = pd.DataFrame({"source": [], "share": []})


class _Left(NamedTuple):
    """What a model leaves unexplained: the sum of squares, and its degrees of freedom."""

    squares: float
    freedom: int


def _left(runs: pd.DataFrame, terms: Sequence[str]) -> _Left:
    """What the main effects of these columns leave unexplained within the same data."""
    formula = " + ".join(["log ~ C(data)", *(f"C({term})" for term in terms)])
    with warnings.catch_warnings():
        # An axis that another one decides: its columns are dependent, and add nothing.
        warnings.simplefilter("ignore")
        fit = smf.ols(formula, runs).fit()
    return _Left(float(fit.ssr), round(fit.df_resid))


def _is_full(runs: pd.DataFrame, factors: list[str]) -> bool:
    """Whether on all data each value of a factor goes with each value of the others there."""
    alike = runs.groupby("data")
    combinations = alike[factors].nunique().prod(axis=1)
    return bool(
        (runs.drop_duplicates(["data", *factors]).groupby("data").size() == combinations).all()
    )


def summary(selection: Selection, shares: pd.DataFrame, compared: pd.DataFrame) -> str:
    """What `importance` and `comparisons` come to, in one sentence or two; nothing where nothing differs."""
    if shares.empty:
        return ""
    runs, factors = _factors(selection)
    axes = shares[shares["source"].isin(factors.values())]
    first, most = (each.iloc[int(each["share"].argmax())] for each in (axes, shares))
    if first["share"] == most["share"]:
        text = f"What matters most is {first['source']}: {100 * first['share']:.0f} % of the variance of the log loss. "
    else:
        text = (
            f"No hyperparameter alone matters most: of the variance of the log loss {first['source']} has {100 * first['share']:.0f} %; "
            f"{100 * most['share']:.0f} %: {most['source']}. "
        )
    beyond = int((compared["p"] < LEVEL).sum())
    text += f"{beyond} of {len(compared)} comparisons of single values are beyond chance with {selection.seeds_in_words}"
    values = max(map(seeds_needed, compared.groupby("axis").size()), default=0)
    cells = seeds_needed(max(1, _pairs_of_cells(runs)))
    if len(selection.seeds) < values:
        text += f", too few for all of these; {values} could do"
    if len(selection.seeds) < cells:
        text += f"; to tell every cell from the best takes {cells} seeds at least ('training.seed=range({cells})')"
    return text + "."


def _factors(selection: Selection) -> tuple[pd.DataFrame, dict[str, str]]:
    """The finished runs in the order of the axes, and the columns of what can be told apart in them with their names.

    Only what has several values on the same data is a factor. Axes that determine each other there
    (an optimizer that always has the same learning rate) are one. Further columns: `log`, the
    logarithm to base 10 of the loss. A hyperparameter that a run has not is `-`.
    """
    smallest = float(np.finfo(np.float32).tiny)
    runs = (
        selection.cells[["cell"]]
        .merge(selection.runs, on="cell")
        .fillna(dict.fromkeys(selection.axes, NOT_THERE))
    )
    runs["log"] = np.log10(runs["final_val_loss"].clip(lower=smallest))

    def count(*columns: str) -> int:
        """How many combinations of values there are on all data together."""
        return int(runs.groupby(["data", *columns]).ngroups)

    factors: dict[str, str] = {}
    for number, axis in enumerate(selection.axes):
        if axis in selection.data_axes or count(axis) == count():
            continue
        for factor in factors:
            if count(factor, axis) == count(factor) == count(axis):
                runs[factor] += ", " + runs[axis]
                factors[factor] += ", " + hyperparameter_label(axis)
                break
        else:
            runs[f"factor_{number}"] = runs[axis]
            factors[f"factor_{number}"] = hyperparameter_label(axis)
    return runs, factors


def _compared(
    differences: "Sequence[tuple[str, str, pd.Series[float]]]", family: int = 0
) -> pd.DataFrame:
    """Compares pairs from their names and the differences of log losses by seed; p-values are of one family.

    The family has `family` comparisons where that is more than these: those that are not made count as if they told nothing.

    Columns: `a`, `b`, `factor` (loss of a over loss of b: the median over seeds), its bootstrap interval `low` and `high`,
    `p` (Wilcoxon's signed-rank test, Holm-corrected), `seeds`, and `verdict` in words.
    """
    columns = ["a", "b", "factor", "low", "high", "p", "seeds", "verdict"]
    pairs = [
        (a, b, values.dropna().to_numpy()) for a, b, values in differences if values.notna().any()
    ]
    family = max(family, len(pairs))
    raw = [wilcoxon(values) for _, _, values in pairs] + [1.0] * (family - len(pairs))
    corrected = multipletests(raw, method="holm")[1][: len(pairs)] if pairs else []
    rows = []
    for (a, b, values), p in zip(pairs, corrected, strict=True):
        low, high = _interval(values)
        factor = 10 ** float(np.median(values))
        row = {
            "a": a,
            "b": b,
            "factor": factor,
            "low": low,
            "high": high,
            "p": float(p),
            "seeds": len(values),
        }
        rows.append(row | {"verdict": _verdict(factor, float(p), len(values), family)})
    return pd.DataFrame(rows, columns=columns)


def wilcoxon(values: NDArray[Any]) -> float:
    """P-value of Wilcoxon's signed-rank test that paired differences are symmetric about zero; 1 where all are zero."""
    return 1.0 if not values.any() else float(stats.wilcoxon(values).pvalue)


def _interval(values: NDArray[Any]) -> tuple[float, float]:
    """Percentile bootstrap interval of the median (Efron 1979), as factors."""
    if len(values) < 2:
        return math.nan, math.nan
    options = {
        "n_resamples": RESAMPLES,
        "confidence_level": 1 - LEVEL,
        "method": "percentile",
        "rng": np.random.default_rng(0),
    }
    found = stats.bootstrap((values,), np.median, **options)
    return 10 ** float(found.confidence_interval.low), 10 ** float(found.confidence_interval.high)


def seeds_needed(comparisons: int) -> int:
    """Seeds with which the smallest p-value that `comparisons` Wilcoxon tests can give, 2 / 2^n, is below `LEVEL` after Holm."""
    return math.floor(math.log2(2 * comparisons / LEVEL)) + 1


def _verdict(factor: float, p: float, seeds: int, comparisons: int) -> str:
    if p < LEVEL:
        return f"the {'first' if factor < 1 else 'second'} reaches a lower loss"
    needed = seeds_needed(comparisons)
    if seeds < needed:
        return f"{seeds} {'seed' if seeds == 1 else 'seeds'} cannot separate these; {needed} would, if all agree"
    return f"no difference that {seeds} seeds could show"
