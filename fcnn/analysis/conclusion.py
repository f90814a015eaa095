"""The headline: what a study has shown, in a few sentences for anybody."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcnn.analysis.best import NO, UNTESTED, YES
from fcnn.analysis.comparisons import BEYOND, CONSTANT, IDENTICAL, NOT_TESTED, UNDECIDED
from fcnn.analysis.evidence import describe_cut, describe_data, describe_seeds
from fcnn.analysis.measure import Measure
from fcnn.analysis.numbers import MISSING, format_numbers
from fcnn.analysis.paired import PRECISION
from fcnn.analysis.selection import Selection

MAX_DATA, MAX_NAMES = 3, 4
"""How many sets of data, and how many cells or pairs, the headline names."""


def conclude(selection: Selection, ranking: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Say which cells are best, what the largest effect is, and how much of it is beyond chance.

    Args:
        selection: the runs of the study.
        ranking: of `rank_cells`.
        comparisons: of `compare_values`, without rows if nothing is compared.

    Returns:
        The sentences, one paragraph.
    """
    sentences = [
        *_describe_winners(selection, ranking),
        *_describe_curves(ranking),
        *describe_cut(selection),
    ]
    if len(comparisons):
        sentences += [
            *_describe_largest_effect(comparisons, selection.measure),
            *_count_outcomes(comparisons),
        ]
    sentences += [*describe_seeds(selection), describe_data(selection)]
    return " ".join(sentences)


def describe_best_run(selection: Selection) -> str:
    """Name the best run, with what its cell has reached, and its data if there are several."""
    cell, measure = selection.winners.iloc[0], selection.measure
    text = (
        f"{selection.best_run['name']}, the median run of the cell with the {measure.lowest} "
        f"{measure.noun}, {measure.value(cell['score']):.3g}"
    )
    if len(selection.data_labels) == 1:
        return text
    return (
        f"{text}, on {cell['data']} (the first of {len(selection.data_labels)} sets of data, whose "
        "losses are not compared)"
    )


def _describe_winners(selection: Selection, ranking: pd.DataFrame) -> list[str]:
    """Name the best cell of each data, and the cells that could be the best."""
    if "data" not in ranking:
        return _describe_winner(selection.measure, ranking)
    sentences = []
    for data in selection.winners["data"].iloc[:MAX_DATA]:
        cells = ranking[ranking["data"] == data]
        sentences += _describe_winner(selection.measure, cells, f" on {data}")
    n_more = len(selection.winners) - MAX_DATA
    if n_more > 0:
        others = "another set" if n_more == 1 else f"{n_more} more sets"
        sentences.append(f"The ranking names the best on {others} of data.")
    n_diverged = len(selection.data_labels) - len(selection.winners)
    if n_diverged:
        sets = "one set" if n_diverged == 1 else f"{n_diverged} sets"
        sentences.append(f"On {sets} of data all runs diverged.")
    return sentences


def _describe_winner(measure: Measure, cells: pd.DataFrame, on_data: str = "") -> list[str]:
    best = cells.iloc[0]
    columns = [f"settled {measure.name}", "low", "high", "test loss"]
    value, low, high, test_loss = format_numbers(best.get(name, np.nan) for name in columns)
    if low != MISSING:
        value += f" (95 % interval {low} to {high})"
    if test_loss != MISSING:
        value += f"; on the test sample its loss is {test_loss}"
    if len(cells) == 1:
        return [f"The {measure.noun}{on_data} settles at {value}."]
    # Shares of few points are often equal, and so are losses where nothing has been learned.
    is_equal = np.isclose(cells[columns[0]], best[columns[0]], rtol=PRECISION * np.log(10), atol=0)
    equal = cells.loc[is_equal, "cell"]
    if len(equal) > 1:
        return [
            _describe_equal(measure, cells, equal, on_data),
            *_describe_candidates(cells, equal),
        ]
    subject = _quote(best["cell"])
    sentence = f"{subject} has the {measure.lowest} {measure.noun}{on_data}, {value}."
    return [sentence, *_describe_candidates(cells, equal)]


def _describe_equal(
    measure: Measure, cells: pd.DataFrame, equal: "pd.Series[str]", on_data: str
) -> str:
    """Name the cells that are the best together."""
    (value,) = format_numbers([cells.iloc[0][f"settled {measure.name}"]])
    if len(equal) == len(cells):
        names = "Both" if len(equal) == 2 else f"All {len(equal)}"
        return f"{names} cells have the same {measure.noun}{on_data}, {value}."
    names = _list_first(list(map(_quote, equal)))
    return f"{names} have the {measure.lowest} {measure.noun}{on_data}, {value} each."


def _describe_candidates(cells: pd.DataFrame, best: "pd.Series[str]") -> list[str]:
    """Say which cells could be the best, beside those that were named as such."""
    answers = cells["could be the best"]
    candidates = list(cells.loc[answers == YES, "cell"])
    n_tested = int((answers != UNTESTED).sum())
    if answers.iloc[0] == UNTESTED or n_tested < 2:
        return []
    if not (answers == NO).any():
        cells_in_question = "Neither cell" if n_tested == 2 else f"None of the {n_tested} cells"
        return [f"{cells_in_question} can be ruled out as the best."]
    others = [name for name in candidates if name not in set(best)]
    n_others = n_tested - len(candidates)
    if not others:
        ruled_out = "The other cell" if n_others == 1 else f"The other {n_others} cells"
        return [f"{ruled_out} can be ruled out as the best."]
    named = "this" if len(best) == 1 else "these"
    names = _list_first([named, *map(_quote, others)], MAX_NAMES + 1)
    return [f"{len(candidates)} of {n_tested} cells could be the best: {names}."]


def _describe_curves(ranking: pd.DataFrame) -> list[str]:
    n_falling = int(ranking["still falling"].sum())
    if not n_falling:
        return []
    if len(ranking) == 1:
        return ["The loss is still falling at the end."]
    cells = f"{n_falling} of {len(ranking)}" if n_falling < len(ranking) else f"all {n_falling}"
    return [
        f"In {cells} cells the loss is still falling at the end, so more epochs may change the "
        "order."
    ]


def _describe_largest_effect(comparisons: pd.DataFrame, measure: Measure) -> list[str]:
    """Describe the largest of the effects that are beyond chance."""
    effects = comparisons[comparisons["outcome"] == BEYOND]
    if effects.empty:
        return []
    # A factor without any pair gives an empty table, whose columns are no numbers.
    values = effects[measure.effect].astype(float)
    sizes = np.abs(np.log(values)) if measure.is_logarithmic else values.abs()
    pair = effects.iloc[int(sizes.argmax())]
    first, second = pair["a"], pair["b"]
    size, low, high = (float(pair[name]) for name in (measure.effect, "low", "high"))
    if measure.is_logarithmic and size < 1:
        first, second, size, low, high = second, first, 1 / size, 1 / high, 1 / low
    elif not measure.is_logarithmic and size < 0:
        first, second, size, low, high = second, first, -size, -high, -low
    relation = "times that with" if measure.is_logarithmic else "higher than with"
    effect, *limits = format_numbers([size, low, high], measure.no_effect)
    interval = " to ".join(limits)
    agreeing = "all" if pair["agree"] == pair["seeds"] else f"{pair['agree']} of"
    subject = "The largest effect is that" if len(comparisons) > 1 else "There is an effect"
    return [
        f"{subject} of {pair['axis']}: the {measure.noun} with {first} is "
        f"{effect} {relation} {second} (interval {interval}), and {agreeing} {pair['seeds']} seeds "
        "agree."
    ]


def _count_outcomes(comparisons: pd.DataFrame) -> list[str]:
    """Say how many comparisons are beyond chance, and which are not."""
    outcomes = comparisons["outcome"]
    n_tested = int((outcomes != NOT_TESTED).sum())
    if not n_tested:
        return []
    n_beyond = int((outcomes == BEYOND).sum())
    if n_beyond == n_tested == 1:
        return []  # the effect has been described
    verb = "differs" if n_beyond == 1 else "differ"
    text = f"{n_beyond} of {n_tested} pairs of values {verb} beyond chance"
    words = {UNDECIDED: "undecided", IDENTICAL: "identical in every seed"}
    for outcome, word in (words | {CONSTANT: "the same difference in every seed"}).items():
        pairs = comparisons[outcomes == outcome]
        if len(pairs):
            names = pairs["axis"] + " " + pairs["a"] + " or " + pairs["b"]
            text += f"; {word}: {_list_first(list(map(_quote, names)))}"
    return [f"{text}."]


def _quote(label: str) -> str:
    """Keep the parts of a label together: `relu, 2-16-1`."""
    return f"“{label}”" if ", " in label else label


def _list_first(names: Sequence[str], n_names: int = MAX_NAMES) -> str:
    """Join names, the first few of many."""
    n_more = len(names) - n_names
    shown = [*names[:n_names], f"{n_more} more"] if n_more > 0 else names
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
