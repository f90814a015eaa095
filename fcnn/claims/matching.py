"""Which cells of a grid a claim names.

A grid is a list of params (see `fcnn.params`). Keys and values are those of the grid: `[16]` is one
value, and `0.001` equals `1e-3`.
"""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fcnn.config.claims import Cells, Claim, Value
from fcnn.escaping import printable
from fcnn.params import DIGEST_KEY, PATH_KEY, SEED_KEY, Params

SEED_KEYS = (SEED_KEY, "dataset.seed")
"""Keys that repeat a cell, and are no part of it."""
_GROUPS = ("optimizer", "dataset")
"""Groups of the config, whose option is the value of `GROUP.name`."""


def normalise_key(key: str) -> str:
    """Return the config key that a claim means: `optimizer` is `optimizer.name`."""
    return f"{key}.name" if key in _GROUPS else key


def normalise_value(value: Any) -> Any:
    """Return a value of a claim or a param such that equal values compare equal.

    Params are text: `"0.001"` equals `1e-3`, and `"[16, 16]"` equals `[16, 16]`. `True` is not 1.
    """
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, list | tuple):
        return tuple(map(normalise_value, value))
    return value


@lru_cache(maxsize=4096)
def _parse_text(text: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return printable(text)
    is_plain = value is None or isinstance(value, bool | int | float | list | tuple)
    return normalise_value(value) if is_plain else printable(text)


def matches(cells: Cells, params: Params) -> bool:
    """Whether a run with these params is in one of the cells that a claim names."""
    return all(
        key in params and normalise_value(params[key]) == normalise_value(value)
        for key, value in select_identity(cells).items()
    )


def select_identity(cells: Cells) -> dict[str, Value]:
    """Return the keys and values that runs are compared with: normalised keys, a csv file's digest.

    A report names a csv file by the end of its path, so that its contents identify it.
    """
    normalised = {normalise_key(key): value for key, value in cells.items()}
    if DIGEST_KEY in normalised:
        normalised.pop(PATH_KEY, None)
    return normalised


def find_not_asked(claims: Sequence[Claim], grid: Sequence[Params]) -> list[tuple[int, int]]:
    """Return the conditions of which a grid lacks cells, as places of claim and condition."""
    return [
        (place, number)
        for place, claim in enumerate(claims)
        for number, condition in enumerate(claim.conditions)
        if condition.axis is not None
        or not all(
            any(matches(cells, params) for params in grid) for cells in condition.groups.values()
        )
    ]
