"""The conclusion of a study in one sentence or two."""

import pandas as pd

from fcnn.analysis.design import Design
from fcnn.analysis.significance import LEVEL, seeds_needed


def conclude(design: Design, shares: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Say which hyperparameter matters most, and how many comparisons are beyond chance.

    Args:
        design: the design of the study.
        shares: of `estimate_importance`.
        comparisons: of `compare_values`.

    Returns:
        The sentences, none if nothing can be compared.
    """
    if shares.empty:
        return ""
    return _describe_importance(design, shares) + _describe_comparisons(design, comparisons)


def _describe_importance(design: Design, shares: pd.DataFrame) -> str:
    of_factors = shares[shares["source"].isin(design.factors.values())]
    factor = of_factors.iloc[int(of_factors["share"].argmax())]
    largest = shares.iloc[int(shares["share"].argmax())]
    percent = f"{100 * factor['share']:.0f} %"
    if factor["share"] == largest["share"]:
        return (
            f"What matters most is {factor['source']}: {percent} of the variance of the log loss. "
        )
    return (
        "No hyperparameter alone matters most: of the variance of the log loss "
        f"{factor['source']} has {percent}; "
        f"{100 * largest['share']:.0f} %: {largest['source']}. "
    )


def _describe_comparisons(design: Design, comparisons: pd.DataFrame) -> str:
    selection = design.selection
    n_significant = int((comparisons["p"] < LEVEL).sum())
    text = (
        f"{n_significant} of {len(comparisons)} comparisons of single values are beyond chance "
        f"with {selection.seeds_label}"
    )
    pairs_per_axis = comparisons.groupby("axis").size()
    for_values = max(map(seeds_needed, pairs_per_axis), default=0)
    for_cells = seeds_needed(max(1, design.n_cell_pairs))
    if len(selection.seeds) < for_values:
        text += f", too few for all of these, which takes at least {for_values}"
    if len(selection.seeds) < for_cells:
        text += (
            f"; telling every cell from the best takes at least {for_cells} seeds "
            f"('training.seed=range({for_cells})')"
        )
    return text + "."
