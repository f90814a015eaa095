"""Judges the claims of a study by intervals.

A condition holds if the interval of its factor, or of its difference, lies beyond the threshold,
does not hold if it lies wholly on the other side, and else cannot be told. A claim holds if all of
its conditions do, at the level of the study; it fails if one of k conditions does at level / k, so
that it seldom fails by chance however many conditions it has. Figures show the interval that a
verdict rests on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fcnn.analysis.claim_intervals import Interval, median_interval, share_difference_interval
from fcnn.analysis.claim_values import (
    ClaimData,
    Pairs,
    label_cells,
    measure_runs,
    pair_by_seed,
    select_cells,
)
from fcnn.analysis.claim_words import (
    describe_inequality,
    describe_similarity,
    name_measure,
    name_missing,
)
from fcnn.analysis.paired import MIN_SEEDS, t_interval
from fcnn.config.claims import Claim, Condition

HOLDS, REJECTED, INCONCLUSIVE = "holds", "does not hold", "cannot be told"
NOT_ASKED = "not asked here"
COLUMNS = ["sentence", "verdict", "figures", "seeds", "data samples"]


@dataclass(frozen=True)
class Judgement:
    """The verdict on a condition, the figures that it rests on as a phrase, and its runs."""

    verdict: str
    figures: str
    n_seeds: int = 0
    n_samples: int = 0


def judge_claims(
    claims: Sequence[Claim], data: ClaimData, not_asked: frozenset[tuple[int, int]] = frozenset()
) -> pd.DataFrame:
    """Judge the claims of a study.

    Args:
        claims: as its newest sweep recorded them.
        data: its runs.
        not_asked: places of claims and conditions whose cells an override took out of the grid.

    Returns:
        One row for each claim: `sentence`; `verdict`, one of `HOLDS`, `REJECTED`, `INCONCLUSIVE`
        and `NOT_ASKED`; `figures`, a phrase; `seeds` and `data samples`, the fewest of any
        condition that could be compared.

    Example:
        >>> judge_claims(plan.claims, ClaimData(selection, curves, targets))["verdict"]
    """
    rows = []
    for place, claim in enumerate(claims):
        numbers = range(len(claim.conditions))
        asked = [(place, number) not in not_asked for number in numbers]
        judgements = [
            judge_condition(condition, data, len(claim.conditions), is_asked=is_asked)
            for condition, is_asked in zip(claim.conditions, asked, strict=True)
        ]
        compared = [judgement for judgement in judgements if judgement.n_seeds]
        rows.append(
            {
                "sentence": claim.sentence,
                "verdict": _combine([judgement.verdict for judgement in judgements]),
                "figures": _join_figures(claim.conditions, judgements),
                "seeds": min((judgement.n_seeds for judgement in compared), default=0),
                "data samples": min((judgement.n_samples for judgement in compared), default=0),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _join_figures(conditions: Sequence[Condition], judgements: Sequence[Judgement]) -> str:
    """Join the figures of conditions, each after the measure unless it is the same again."""
    text, previous = "", ""
    for condition, judgement in zip(conditions, judgements, strict=True):
        name = name_measure(condition)
        text += ("; " if text else "") + ("" if name == previous else f"{name}: ")
        text, previous = text + judgement.figures, name
    return text


def _combine(verdicts: Sequence[str]) -> str:
    """Return the verdict on a claim: the first of these that is that of a condition."""
    for verdict in (REJECTED, NOT_ASKED, INCONCLUSIVE):
        if verdict in verdicts:
            return verdict
    return HOLDS


def judge_condition(
    condition: Condition, data: ClaimData, n_conditions: int = 1, *, is_asked: bool = True
) -> Judgement:
    """Judge one of the conditions of a claim.

    Args:
        condition: what has to be true.
        data: the runs of the study.
        n_conditions: how many conditions the claim has.
        is_asked: whether the newest sweep has the cells.
    """
    runs = measure_runs(data, condition)
    missing = [cells for cells in condition.groups.values() if not len(select_cells(runs, cells))]
    if missing or condition.axis is not None:
        labels = [label_cells(cells, runs) for cells in missing]
        return Judgement(INCONCLUSIVE if is_asked else NOT_ASKED, name_missing(labels, is_asked))
    grid = data.selection.grid
    groups = list(condition.similar or [condition.lower or {}, condition.higher or {}])
    pairs = {
        (first, second): pair_by_seed(
            runs, condition, [groups[first], groups[second]], list(grid.axes)
        )
        for first in range(len(groups))
        for second in range(first + 1, len(groups))
    }
    n_seeds = min(len(pair.differences) for pair in pairs.values())
    if not n_seeds:
        return Judgement(INCONCLUSIVE, f"no seeds in common that have {condition.measure}")
    n_samples = min(pair.n_samples for pair in pairs.values())
    labels = [label_cells(cells, runs) for cells in groups]
    if condition.similar is None:
        verdict, figures = _judge_inequality(
            condition, pairs[0, 1], labels, grid.level, n_conditions
        )
    else:
        verdict, figures = _judge_similarity(condition, pairs, labels, grid.level, n_conditions)
    return Judgement(verdict, figures, n_seeds, n_samples)


def _judge_inequality(
    condition: Condition, pairs: Pairs, labels: Sequence[str], level: float, n_conditions: int
) -> tuple[str, str]:
    """Judge whether the second of two groups is higher by more than the threshold."""
    threshold = _scale_threshold(condition)
    interval = estimate_interval(condition, pairs, level)
    verdict = HOLDS if interval.low > threshold else INCONCLUSIVE
    if verdict != HOLDS:
        level /= n_conditions
        interval = estimate_interval(condition, pairs, level)
        if interval.high < threshold:
            verdict = REJECTED
    return verdict, describe_inequality(condition, pairs, labels, interval, level)


def _judge_similarity(
    condition: Condition,
    pairs: dict[tuple[int, int], Pairs],
    labels: Sequence[str],
    level: float,
    n_conditions: int,
) -> tuple[str, str]:
    """Judge whether no two groups differ by as much as the threshold.

    That all pairs are closer needs no correction for their number, since each has to be; that some
    pair is farther apart does.
    """
    threshold = _scale_threshold(condition)
    intervals = _orient_intervals(condition, pairs, level)
    verdict = HOLDS if all(each.high < threshold for each in intervals.values()) else INCONCLUSIVE
    if verdict != HOLDS:
        level /= n_conditions * len(pairs)
        intervals = _orient_intervals(condition, pairs, level)
        if any(each.low > threshold for each in intervals.values()):
            verdict = REJECTED
    # The pair that the verdict rests on: the one that is farthest apart.
    rank = 1 if verdict == REJECTED else 2
    ranked = {
        places: np.nan_to_num(each[rank], nan=np.inf, posinf=1e308)
        for places, each in intervals.items()
    }
    smaller, larger = max(ranked, key=lambda places: ranked[places])
    pair = pairs.get((smaller, larger)) or pairs[larger, smaller]
    names = [labels[smaller], labels[larger]]
    interval = intervals[smaller, larger]
    return verdict, describe_similarity(condition, pair, names, interval, level)


def _scale_threshold(condition: Condition) -> float:
    """Return the threshold as intervals have it: of log10 factors, or of differences."""
    threshold = condition.threshold
    return float(np.log10(threshold)) if condition.compared.is_ratio else threshold


def _orient_intervals(
    condition: Condition, pairs: dict[tuple[int, int], Pairs], level: float
) -> dict[tuple[int, int], Interval]:
    """Return the interval of each pair, from the smaller to the larger of the two.

    The upper limit is that of their distance, in whichever direction.
    """
    oriented = {}
    for (first, second), pair in pairs.items():
        estimate, low, high = estimate_interval(condition, pair, level)
        places = (first, second) if not estimate < 0 else (second, first)
        if estimate < 0:
            estimate, low, high = -estimate, -high, -low
        oriented[places] = Interval(estimate, low, max(high, -low))
    return oriented


def estimate_interval(condition: Condition, pairs: Pairs, level: float) -> Interval:
    """Return the interval by which a pair is judged: of log10 factors, or of differences.

    Its limits are NaN with fewer than `MIN_SEEDS` seeds.
    """
    match condition.compared.interval:
        case "median":
            interval = Interval(
                median_interval(pairs.differences, level).estimate,
                median_interval(pairs.least, level).low,
                median_interval(pairs.most, level).high,
            )
        case "share":
            interval = share_difference_interval(pairs.first, pairs.second, level)
        case "mean":
            interval = Interval(*t_interval(pairs.differences, level))
    if len(pairs.differences) < MIN_SEEDS:
        return Interval(interval.estimate, np.nan, np.nan)
    return interval
