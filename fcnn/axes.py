"""The axes of a grid: the hyperparameters that it varies, and their values in order."""

import ast
from collections.abc import Iterable, Sequence

from fcnn.config.data_seed import DATA_SEED_KEY
from fcnn.params import DIGEST_KEY, MAIN_KEYS, SEED_KEY, Params

_CHOICE_KEYS = ("optimizer.name", "schedule.name")
"""Choices that bring settings of their own, in the section of the same name."""


def find_axes(grid: Sequence[Params], first: Iterable[str | None] = ()) -> dict[str, list[str]]:
    """Find the hyperparameters that a grid varies, and their values in order.

    No seed is an axis, nor is the digest of a csv file. A setting of an optimizer or a schedule is
    one if its values differ and the choice alone does not explain them: that adamw has its weight
    decay of 0.004 beside optimizers without is part of what adamw is. The learning rate, and all
    other keys of `MAIN_KEYS`, are axes wherever they differ.

    Args:
        grid: Params of all runs.
        first: Keys to begin with, which are axes wherever they differ; None is skipped.

    Example:
        >>> find_axes([{"model.activation": "tanh"}, {"model.activation": "relu"}])
        {'model.activation': ['tanh', 'relu']}
    """
    first = list(first)
    keys = dict.fromkeys([*first, *(key for params in grid for key in params)])
    values_by_key = {
        key: sort_values(params[key] for params in grid if key in params)
        for key in keys
        if key and key not in (SEED_KEY, DATA_SEED_KEY, DIGEST_KEY)
    }
    kept = {*first, *MAIN_KEYS}
    return {
        key: values
        for key, values in values_by_key.items()
        if len(values) > 1 and (key in kept or not follows_from_choice(grid, key))
    }


def follows_from_choice(grid: Iterable[Params], key: str) -> bool:
    """Whether in a grid each optimizer, or each schedule, has one value of a setting of its own.

    Args:
        grid: Params of all runs; a key that one has not counts as a value.
        key: `optimizer.rho`; false of any other hyperparameter.
    """
    choice = choice_of(key)
    if choice is None:
        return False
    pairs = {(params.get(choice), params.get(key)) for params in grid}
    return len(pairs) == len({chosen for chosen, _ in pairs})


def choice_of(key: str) -> str | None:
    """Return the key of the choice that a setting belongs to: `optimizer.name` of `optimizer.rho`.

    None of a key that belongs to no choice of an optimizer or schedule, and of such a choice.
    """
    choice = f"{key.partition('.')[0]}.name"
    return choice if choice in _CHOICE_KEYS and key != choice else None


def sort_values(values: Iterable[str]) -> list[str]:
    """Sort distinct values: numbers and lists ascending, words in order of appearance."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct, key=ast.literal_eval)
    except (ValueError, SyntaxError, TypeError):
        return distinct
