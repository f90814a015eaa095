"""Checks that a grid has what the claims of its study name, before any work.

A claim compares cells in pairs that agree in all keys which it does not name and which both sides
have; `fcnn.analysis.claims` averages over these within each seed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from fcnn.axes import find_axes, sort_values
from fcnn.claims.matching import SEED_KEYS, matches, normalise_key, normalise_value
from fcnn.config.claim_measures import MEASURES
from fcnn.config.claims import KEY, Cells, Claim, Condition, Value
from fcnn.errors import ConfigError
from fcnn.params import DERIVED_KEYS, DIGEST_KEY, PATH_KEY, Params, validation_params
from fcnn.targets import TARGET_FUNCTIONS

TEST_SHARE_KEY = "dataset.test_share"


def check_claims(
    claims: Sequence[Claim], grid: Sequence[Params], file_grid: Sequence[Params] = ()
) -> tuple[Claim, ...]:
    """Check that a grid has what the claims name.

    Args:
        claims: The claims of a study.
        grid: Params of all runs that are asked for.
        file_grid: Params of the runs that the study's file alone asks for. What only these have,
            an override has taken out.

    Returns:
        The claims; those about an axis name one group of cells for each of its values.

    Raises:
        ConfigError: A key, a value or a combination of values is not in either grid, or what is
            compared cannot be compared. The message is one line.
    """
    grids = [_drop_seeds(runs) for runs in (grid, file_grid) if runs]
    checked = []
    for place, claim in enumerate(claims):
        conditions = []
        for number, condition in enumerate(claim.conditions):
            where = f"{KEY}[{place}]"
            if len(claim.conditions) > 1:
                where += f".conditions[{number}]"
            conditions.append(_check_condition(condition, grids, where))
        checked.append(replace(claim, conditions=tuple(conditions)))
    return tuple(checked)


def _check_condition(
    condition: Condition, grids: Sequence[Sequence[Params]], where: str
) -> Condition:
    """Check a condition in the first of the grids that has what it compares.

    Overrides change a grid as a whole, so cells of one are not compared with those of another.
    """
    everything = [params for grid in grids for params in grid]
    for name, cells in condition.groups.items():
        _check_cells(cells, everything, f"{where}.{name}")
    if condition.axis is not None:
        condition = _expand_axis(condition, grids, where)
    groups = {name: _with_digest(cells, everything) for name, cells in condition.groups.items()}
    named = {normalise_key(key) for cells in groups.values() for key in cells}
    members = {
        name: [[params for params in grid if matches(cells, params)] for grid in grids]
        for name, cells in groups.items()
    }
    for runs_of_grid in members.values():
        _check_measure(condition, [params for runs in runs_of_grid for params in runs], where)
    for first, second in combinations(groups, 2):
        for lower, higher in zip(members[first], members[second], strict=True):
            if lower and higher:
                _Pair(lower, higher, named, f"{where}: {first} and {second}").check(condition)
                break
    if condition.similar is not None:
        return replace(condition, similar=list(groups.values()))
    return replace(condition, lower=groups["lower"], higher=groups["higher"])


def _check_cells(cells: Cells, grid: Sequence[Params], where: str) -> None:
    for key, value in cells.items():
        values = _list_values(key, grid, where)
        if normalise_value(value) not in map(normalise_value, values):
            raise ConfigError(f"{where}: {key}={value}: the grid has {', '.join(values)}")
    if not any(matches(cells, params) for params in grid):
        named = ", ".join(f"{key}={value}" for key, value in cells.items())
        raise ConfigError(f"{where}: {named}: no cell of the grid has all of these")


def _list_values(key: str, grid: Sequence[Params], where: str) -> list[str]:
    """Return the values that a grid has of a key.

    Raises:
        ConfigError: It has no such key, or seeds are its values.
    """
    name = normalise_key(key)
    if name in SEED_KEYS:
        raise ConfigError(f"{where}: {key}: claims are about cells, which seeds repeat")
    if not any(name in params for params in grid):
        varied = ", ".join(find_axes(grid)) or "nothing"
        raise ConfigError(f"{where}: {key}: the grid has no such key; it varies {varied}")
    return _distinct(params[name] for params in grid if name in params)


def _distinct(values: Iterable[str]) -> list[str]:
    """Return each value once, in order; `1` and `1.0` are the same value."""
    texts = {normalise_value(value): value for value in reversed(list(values))}
    return sort_values(reversed(list(texts.values())))


def _expand_axis(condition: Condition, grids: Sequence[Sequence[Params]], where: str) -> Condition:
    """Name the cells of each value of a condition's axis, in the first of the grids with several.

    Raises:
        ConfigError: No grid has several.
    """
    assert condition.axis is not None
    axis, others = condition.axis, condition.where or {}
    key = normalise_key(axis)
    values: list[str] = []
    for grid in grids:
        runs = [params for params in grid if key in params and matches(others, params)]
        values = _distinct(params[key] for params in runs)
        if len(values) > 1:
            similar = [others | {axis: value} for value in values]
            return replace(condition, axis=None, where=None, similar=similar)
    _list_values(axis, grids[-1], f"{where}.axis")  # refuses what is no key of the grid
    raise ConfigError(
        f"{where}.axis: {axis}: should have several values; the grid has {', '.join(values)}"
    )


def _with_digest(cells: Cells, grid: Sequence[Params]) -> dict[str, Value]:
    """Add the hash of the contents of the csv file that is named by its path."""
    if PATH_KEY not in cells:
        return dict(cells)
    runs = [params for params in grid if matches(cells, params) and DIGEST_KEY in params]
    return dict(cells) | ({DIGEST_KEY: runs[0][DIGEST_KEY]} if runs else {})


def _check_measure(condition: Condition, runs: Sequence[Params], where: str) -> None:
    """Check that runs have what a condition compares.

    Raises:
        ConfigError: They have not.
    """
    compared, key = condition.compared, f"{where}.measure={condition.measure}"
    for params in runs:
        # Functions have a test sample always, and no such key.
        if compared.needs_test_sample and normalise_value(params.get(TEST_SHARE_KEY)) == 0:
            raise ConfigError(f"{key}: there is no test sample ({TEST_SHARE_KEY}=0)")
        if compared.needs_classes and _has_no_classes(params):
            raise ConfigError(f"{key}: {params['dataset.name']} has no classes")


def _has_no_classes(params: Params) -> bool:
    """Whether the task is known to be a regression; that of scikit-learn's tables is not."""
    target = TARGET_FUNCTIONS.get(params["dataset.name"])
    if target is None:
        return params.get("dataset.task") == "regression"
    return not target.n_classes


@dataclass(frozen=True)
class _Pair:
    """The params of two groups of cells, the keys that a condition names, and its place."""

    first: Sequence[Params]
    second: Sequence[Params]
    named: set[str]
    where: str

    def check(self, condition: Condition) -> None:
        """Check that the groups differ, agree in their other keys, and may be compared.

        Raises:
            ConfigError: They are the same, do not agree, or may not.
        """
        if self.first == self.second:
            raise ConfigError(f"{self.where} are the same cells")
        keys = [key for key in self._common_keys(self.first[0]) if key not in self.named]
        if not self._rows(self.first, keys) & self._rows(self.second, keys):
            differing = [
                key
                for key in keys
                if not self._rows(self.first, [key]) & self._rows(self.second, [key])
            ]
            raise ConfigError(
                f"{self.where} have no cells that agree in their other keys; "
                f"name {', '.join(differing or keys)} in both"
            )
        if not condition.compared.compares_data:
            self._check_data()

    def _check_data(self) -> None:
        """Check that both groups are on the same data."""
        data = [
            key for key in self._common_keys(validation_params(self.first[0])) if key in self.named
        ]
        if self._rows(self.first, data) != self._rows(self.second, data):
            names = [name for name, measure in MEASURES.items() if measure.compares_data]
            raise ConfigError(
                f"{self.where} are on different data ({', '.join(data)}), where only "
                f"{', '.join(names)} is compared"
            )

    def _common_keys(self, keys: Iterable[str]) -> list[str]:
        """Select the keys that all runs have, without seeds and what follows from other keys."""
        ignored = {*SEED_KEYS, *DERIVED_KEYS}
        return [
            key
            for key in keys
            if key not in ignored and all(key in params for params in (*self.first, *self.second))
        ]

    @staticmethod
    def _rows(runs: Sequence[Params], keys: Sequence[str]) -> set[tuple[Any, ...]]:
        return {tuple(normalise_value(params[key]) for key in keys) for params in runs}


def _drop_seeds(grid: Sequence[Params]) -> list[Params]:
    """Return the params of each cell once, without seeds."""
    cells: dict[tuple[tuple[str, str], ...], Params] = {}
    for params in grid:
        cell = {key: value for key, value in params.items() if key not in SEED_KEYS}
        cells.setdefault(tuple(cell.items()), cell)
    return list(cells.values())
