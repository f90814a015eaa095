"""What the runs of a study say, in tables: ranking, paired comparisons, importance. Losses are final validation losses.

All comparisons are of logarithms, because losses lie orders of magnitude apart, and paired by seed: the same seed has the same
initial weights and batches in every cell. A seed counts once, however many cells it has, for its cells are not independent.
"""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from fcnn import study
from fcnn.report.selection import NOT_THERE, Selection

LEVEL = 0.05
"""Of significance; intervals cover one minus it."""
STUCK = 0.5
"""A run is stuck on the plateau when it ends above this share of the highest first validation loss of its data set."""


def default_target(selection: Selection) -> float:
    """Ten times the smallest median final validation loss of any cell."""
    return 10 * float(selection.runs.groupby("cell")["final_val_loss"].median().min())


def ranking(selection: Selection, curves: pd.DataFrame, target: float) -> pd.DataFrame:
    """One row a cell, the smallest median loss first; a seed that diverged counts as infinite.

    Columns: `cell`, `median` and the quartiles `lower` and `upper`; `epochs`, the median epoch at which those seeds that ever
    do first reach the validation loss `target`, and `reached`, their share; `stuck` and `diverged`, shares of seeds;
    `parameters`; `seconds`, median from start to end of a run, of which runs that train together share most.
    """
    shown = selection.shown.assign(diverged=selection.shown["status"] != "FINISHED")
    shown["loss"] = shown["final_val_loss"].where(~shown["diverged"], math.inf)
    below = curves[curves["val_loss"] <= target].groupby("run_id")["epoch"].min().rename("epochs")
    first = curves[curves["epoch"] == 1].set_index("run_id")["val_loss"].rename("first")
    shown = shown.join(below, on="run_id").join(first, on="run_id")
    datasets = [column for column in shown.columns if column.startswith("dataset.")]
    plateau = shown.groupby(datasets, dropna=False)["first"].transform("max")
    shown["stuck"] = ~shown["diverged"] & (shown["loss"] > STUCK * plateau)
    shown["seconds"] = (shown["ended"] - shown["started"]).dt.total_seconds()
    rows = [
        {
            "cell": group["label"].iloc[0] or "all runs",
            "median": _quantile(group["loss"], 0.5),
            "lower": _quantile(group["loss"], 0.25),
            "upper": _quantile(group["loss"], 0.75),
            "epochs": group["epochs"].median(),
            "reached": group["epochs"].notna().mean(),
            "stuck": group["stuck"].mean(),
            "diverged": group["diverged"].mean(),
            "seeds": len(group),
            "parameters": int(group["model.parameters"].iloc[0]),
            "seconds": group["seconds"].median(),
        }
        for _, group in shown.groupby("cell", sort=False)
    ]
    return pd.DataFrame(rows).sort_values("median", kind="stable", ignore_index=True)


def comparisons(selection: Selection) -> pd.DataFrame:
    """One row a pair of values of an axis, averaged over the other axes; columns as `_compared`, before them `axis`."""
    runs, parts = _finished(selection), []
    for axis in selection.axes:
        others = [key for key in selection.axes if key != axis]
        losses = runs.pivot_table(index=[*others, study.SEED], columns=axis, values="log", observed=True, dropna=False)
        pairs = list(itertools.combinations([value for value in selection.axes[axis] if value in losses], 2))
        table = _compared({pair: (losses[pair[0]] - losses[pair[1]]).groupby(study.SEED).mean() for pair in pairs})
        parts.append(table.assign(axis=study.name(axis)))
    return pd.concat(parts, ignore_index=True) if parts else _compared({}).assign(axis="")


def against_best(selection: Selection) -> pd.DataFrame:
    """One row a cell but the best, whose median is the smallest; columns as `_compared`."""
    runs = _finished(selection)
    losses = runs.pivot_table(index=study.SEED, columns="cell", values="log", sort=False)
    labels = runs.drop_duplicates("cell").set_index("cell")["label"]
    best, *others = losses.median().sort_values(kind="stable").index
    return _compared({(labels[cell], labels[best]): losses[cell] - losses[best] for cell in others})


def importance(selection: Selection) -> tuple[pd.DataFrame, str]:
    """How much of the variance of the log loss each axis explains, and what that says of the rest, in words.

    Analysis of variance with sums of squares of type II (statsmodels). Columns: `source`, `share`. The last row is what is
    left within cells: the seed's, or with a single seed all that axes do together.
    """
    runs, axes = _finished(selection), list(selection.axes)
    if not axes or runs["log"].nunique() < 2:
        return pd.DataFrame({"source": [], "share": []}), "Nothing differs."
    names = [f"axis_{number}" for number in range(len(axes))]
    data = runs.rename(columns=dict(zip(axes, names, strict=True)))

    def left(terms: list[str], how: str = " + ") -> float:
        """Sum of squares that these terms leave unexplained."""
        return float(smf.ols("log ~ " + (how.join(f"C({term})" for term in terms) or "1"), data).fit().ssr)

    mains = left(names)
    sources = {study.name(axis): left([one for one in names if one != name]) - mains for axis, name in zip(axes, names, strict=True)}
    per_cell = runs.groupby("cell").size()
    if len(per_cell) == math.prod(runs[axis].nunique() for axis in axes) and (per_cell > 1).all():
        within = left(names, " * ")
        sources |= ({"axes together (interactions)": mains - within} if len(axes) > 1 else {}) | {"seed": within}
        words = "The seed's share is what is left within the cells."
    else:
        sources["seed and axes together"] = mains
        words = "Seed and interactions cannot be told apart: some cells are missing or have one seed."
    shares = pd.DataFrame({"source": list(sources), "share": list(sources.values())})
    return shares.assign(share=(shares["share"] / shares["share"].sum()).clip(lower=0.0)), words


def _finished(selection: Selection) -> pd.DataFrame:
    """The finished runs with `log`, the logarithm to base 10 of their loss; a hyperparameter that a run has not is `-`."""
    runs = selection.runs
    smallest = float(np.finfo(np.float32).tiny)
    return runs.assign(log=np.log10(runs["final_val_loss"].clip(lower=smallest))).fillna(dict.fromkeys(selection.axes, NOT_THERE))


def _compared(differences: "dict[tuple[str, str], pd.Series[float]]") -> pd.DataFrame:
    """Compares pairs from the differences of log losses by seed; p-values are of one family.

    Columns: `a`, `b`, `factor` (loss of a over loss of b: the median over seeds), its bootstrap interval `low` and `high`,
    `p` (Wilcoxon's signed-rank test, Holm-corrected), `seeds`, and `verdict` in words.
    """
    columns = ["a", "b", "factor", "low", "high", "p", "seeds", "verdict"]
    pairs = {pair: values.dropna().to_numpy() for pair, values in differences.items()}
    pairs = {pair: values for pair, values in pairs.items() if len(values)}
    raw = [wilcoxon(values) for values in pairs.values()]
    corrected = multipletests(raw, method="holm")[1] if raw else []
    rows = []
    for ((a, b), values), p in zip(pairs.items(), corrected, strict=True):
        low, high = _interval(values)
        factor = 10 ** float(np.median(values))
        row = {"a": a, "b": b, "factor": factor, "low": low, "high": high, "p": float(p), "seeds": len(values)}
        rows.append(row | {"verdict": _verdict(factor, float(p), len(values), len(pairs))})
    return pd.DataFrame(rows, columns=columns)


def wilcoxon(values: NDArray[Any]) -> float:
    """P-value of Wilcoxon's signed-rank test that paired differences are symmetric about zero; 1 where all are zero."""
    return 1.0 if not values.any() else float(stats.wilcoxon(values).pvalue)


def _interval(values: NDArray[Any]) -> tuple[float, float]:
    """Percentile bootstrap interval of the median (Efron 1979), as factors."""
    if len(values) < 2:
        return math.nan, math.nan
    found = stats.bootstrap((values,), np.median, confidence_level=1 - LEVEL, method="percentile", rng=np.random.default_rng(0))
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


def _quantile(values: "pd.Series[float]", share: float) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(np.quantile(values, share), nan=math.inf, posinf=math.inf))
