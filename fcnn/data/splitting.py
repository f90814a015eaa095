"""Which rows of a table train, validate and test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import SklearnDataset, TableDataset
from fcnn.data.dataset import Classes
from fcnn.data.standardise import join_names
from fcnn.errors import ConfigError

OTHER_ROWS = "; another dataset.seed or dataset.validation_share gives other rows"
MIN_ROWS = 2
"""Rows of a part of a table at least."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of the rows of each part, in random order.

    `val` are the training rows where `dataset.validation_share` is 0. `test` may be empty.
    """

    train: Rows
    val: Rows
    test: Rows


def split_rows(
    dataset: TableDataset | SklearnDataset, n_rows: int, strata: Classes | None = None
) -> Split:
    """Split rows at random, by `dataset.seed`, into parts whose sizes no seed changes.

    Without strata the parts are slices of one permutation. With strata the rows of each are split
    in the same order, by `allocate_rows`: the part of a row still depends on the seed alone.

    Args:
        dataset: Has the shares and the seed.
        n_rows: Number of rows.
        strata: The stratum of each row, from 0, shape (n_rows,); None for a plain split.

    Raises:
        ConfigError: A part that is asked for would have fewer than `MIN_ROWS` rows.
    """
    n_val, n_test = _count_rows(dataset, n_rows)
    order = np.random.default_rng(dataset.seed).permutation(n_rows)
    if strata is None:
        val, test, train = np.split(order, [n_val, n_val + n_test])
    else:
        n_rows_of = np.bincount(strata)
        first, second = allocate_rows(n_rows_of, n_val, n_test)
        of_row = strata[order]
        places = _rank_within(of_row)
        is_val = places < first[of_row]
        is_test = ~is_val & (places < (first + second)[of_row])
        val, test, train = order[is_val], order[is_test], order[~is_val & ~is_test]
    return Split(train, val if n_val else train, test)


def allocate_rows(
    n_rows_of: NDArray[np.int64], n_val: int, n_test: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say how many rows of each stratum validate and test; the others train.

    Numbers are as near to the shares of the whole as the sizes of the parts allow. A stratum of
    three rows or more has rows in every part, one of two rows trains and validates, and one of a
    single row trains, unless the parts are too small or too large for that.

    scikit-learn's stratified splits refuse strata of one row, and may leave small ones out of a
    part that has room for them.

    Args:
        n_rows_of: Rows of each stratum, shape (n_strata,).
        n_val: Validation rows in all.
        n_test: Test rows in all.

    Returns:
        Validation rows and test rows of each stratum, both of shape (n_strata,).
    """
    n_parts_before_test = 2 if n_val else 1
    needs_test = ((n_rows_of > n_parts_before_test) & (n_test > 0)).astype(np.int64)
    val = _allocate(n_rows_of, n_val, n_rows_of > 1, n_rows_of - 1 - needs_test)
    rest = n_rows_of - val
    test = _allocate(n_rows_of, n_test, needs_test > 0, rest - 1, rest)
    return val, test


def _allocate(
    n_rows_of: NDArray[np.int64],
    total: int,
    is_wanted: NDArray[np.bool_],
    most: NDArray[np.int64],
    available: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Allocate `total` rows to strata in proportion to their sizes, by largest remainders.

    Args:
        n_rows_of: Rows of each stratum, shape (n_strata,).
        total: Rows to allocate; at most all that are available.
        is_wanted: Whether a stratum should get at least one row, while there are enough.
        most: Rows that a stratum should give at most, while others can give more.
        available: Rows that a stratum can give; by default all.
    """
    available = n_rows_of if available is None else available
    most = np.clip(most, 0, available)
    quotas = total * n_rows_of / n_rows_of.sum()
    least = np.minimum(is_wanted.astype(np.int64) if total else 0 * most, most)
    rows: Rows = np.clip(np.floor(quotas).astype(np.int64), least, most)
    while rows.sum() < total:
        limit = most if (rows < most).any() else available
        rows[np.where(rows < limit, quotas - rows, -np.inf).argmax()] += 1
    while rows.sum() > total:
        limit = least if (rows > least).any() else 0 * least
        # Of strata that would all be left without, the smallest is.
        rows[np.where(rows > limit, rows - quotas, -np.inf).argmax()] -= 1
    return rows


def _rank_within(strata: Classes) -> Rows:
    """Number the rows of each stratum from 0, in their order."""
    import pandas as pd

    return np.asarray(pd.Series(strata).groupby(strata).cumcount(), dtype=np.int64)


def _count_rows(dataset: TableDataset | SklearnDataset, n_rows: int) -> tuple[int, int]:
    """Count the validation and the test rows.

    Raises:
        ConfigError: A part that is asked for would have fewer than `MIN_ROWS` rows.
    """
    shares = {
        "dataset.validation_share": dataset.validation_share,
        "dataset.test_share": dataset.test_share,
    }
    counts = {key: round(n_rows * share) for key, share in shares.items()}
    too_few = [key for key, share in shares.items() if share and counts[key] < MIN_ROWS]
    if n_rows - sum(counts.values()) < MIN_ROWS:
        too_few = [key for key, share in shares.items() if share] or list(shares)
    if too_few:
        named = " and ".join(f"{key}={shares[key]}" for key in too_few)
        raise ConfigError(f"{named}: of {n_rows} rows, too few are left on one side")
    n_val, n_test = counts.values()
    return n_val, n_test


def describe_parts(
    table: str, dataset: TableDataset | SklearnDataset, rows: Split
) -> tuple[str, ...]:
    """Say what a user may not expect of the parts.

    That is rows that both train and validate, and parts whose sizes depend on the groups in them.
    """
    test = f"; {len(rows.test)} rows test" if len(rows.test) else ", and there is no test sample"
    if not dataset.validation_share:
        return (
            f"{table}: dataset.validation_share=0: the validation rows are the {len(rows.train)} "
            f"training rows{test}",
        )
    if isinstance(dataset, TableDataset) and dataset.group is not None:
        return (
            f"{table}: with the groups of {dataset.group} kept together, {len(rows.train)} rows "
            f"train and {len(rows.val)} validate{test}",
        )
    return ()


def describe_classes(
    table: str, names: Sequence[str], numbers: Classes, rows: Split
) -> tuple[str, ...]:
    """Say which classes are missing from which rows.

    Args:
        table: What the notes call the table.
        names: Names of the classes.
        numbers: The class number of each row, shape (n_rows,).
        rows: The rows of each part.

    Raises:
        ConfigError: The training rows have one class only.
    """
    trained = np.unique(numbers[rows.train])
    if len(trained) < 2:
        raise ConfigError(
            "dataset: the target has one class only in the training rows, "
            f"{names[trained[0]]}{OTHER_ROWS}"
        )
    everywhere = np.arange(len(names))
    unlearned = np.setdiff1d(everywhere, trained)
    notes = []
    if len(unlearned):
        other = "validation or test rows" if len(rows.test) else "validation rows"
        notes.append(
            f"{table}: {_name_classes(names, unlearned)} in {other} only, where no network can "
            f"learn about {'them' if len(unlearned) > 1 else 'it'}{OTHER_ROWS}"
        )
    unvalidated = np.setdiff1d(trained, numbers[rows.val])
    untested = np.setdiff1d(trained, numbers[rows.test]) if len(rows.test) else trained[:0]
    both = np.intersect1d(unvalidated, untested)
    for missing, part in (
        (both, "validation and test rows"),
        (np.setdiff1d(unvalidated, both), "validation rows"),
        (np.setdiff1d(untested, both), "test rows"),
    ):
        if len(missing):
            notes.append(f"{table}: {_name_classes(names, missing)} not among the {part}")
    return tuple(notes)


def _name_classes(names: Sequence[str], numbers: NDArray[np.int64]) -> str:
    listed = join_names([names[number] for number in numbers])
    return f"classes {listed} are" if len(numbers) > 1 else f"class {listed} is"
