"""Splits a table so that rows of one group stay on one side."""

import numpy as np
from numpy.typing import NDArray

from fcnn.config.tables import TableDataset
from fcnn.data.splitting import Split
from fcnn.errors import ConfigError


def split_groups(dataset: TableDataset, groups: NDArray[np.int64]) -> Split:
    """Split groups at random, by `dataset.seed`, with the shares that the config has.

    Shares are those of groups: each seed has as many of them in each part, but of rows only where
    groups are equally large.

    Args:
        dataset: Has the shares, the seed, and the name of the column for messages.
        groups: The group of each row, shape (n_rows,).

    Raises:
        ConfigError: There are too few groups.
    """
    rng = np.random.default_rng(dataset.seed)
    rows = rng.permutation(len(groups))
    n_groups = len(np.unique(groups))
    n_val, n_test = (
        max(1, round(n_groups * share)) if share else 0
        for share in (dataset.validation_share, dataset.test_share)
    )
    if n_groups - n_val - n_test < 1:
        n_parts = 1 + bool(n_val) + bool(n_test)
        raise ConfigError(
            f"dataset.group={dataset.group}: has {n_groups} groups, too few for {n_parts} parts"
        )
    rest, test = _split(rows, groups, n_test, rng)
    train, val = _split(rest, groups, n_val, rng)
    return Split(train, val if n_val else train, test)


def _split(
    rows: NDArray[np.int64], groups: NDArray[np.int64], n_apart: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split the rows of `n_apart` groups from the others; returns the others first."""
    if not n_apart:
        return rows, rows[:0]
    from sklearn.model_selection import GroupShuffleSplit

    random_state = int(rng.integers(2**32))
    splitter = GroupShuffleSplit(n_splits=1, test_size=n_apart, random_state=random_state)
    kept, apart = next(splitter.split(rows, groups=groups[rows]))
    return rows[kept], rows[apart]
