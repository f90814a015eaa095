"""Sums of squares of a factorial design, for its runs and for resamples of its seeds.

All that least squares needs are sums over the runs of each seed. A resample that draws a seed twice
counts its sums twice, so that thousands of resamples cost little more than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcnn.analysis.design import Design
from fcnn.params import SEED_KEY

_SINGULAR = 1e-9
"""Eigenvalues below this share of the largest belong to columns that depend on the others."""

Floats = NDArray[np.float64]


class Residual(NamedTuple):
    """What a model leaves unexplained: sums of squares and their degrees of freedom.

    Both have shape (n_resamples,).
    """

    squares: Floats
    degrees: Floats

    def __sub__(self, other: "Residual") -> "Residual":
        return Residual(self.squares - other.squares, self.degrees - other.degrees)


@dataclass(frozen=True)
class SeedSums:
    """Sums over the runs of each seed. A cell is a combination of data and factors' values.

    Attributes:
        counts: runs of each seed in each cell, shape (n_seeds, n_cells).
        sums: sums of their scores, which are centred, shape (n_seeds, n_cells).
        squares: sums of the squares of the scores of each seed, shape (n_seeds,).
        indicators: for `data` and each factor, whether a cell has a value, 0 or 1; shape
            (n_cells, n_values).
    """

    counts: Floats
    sums: Floats
    squares: Floats
    indicators: dict[str, Floats]

    @property
    def n_seeds(self) -> int:
        """Number of seeds."""
        return len(self.counts)

    @property
    def is_replicated(self) -> bool:
        """Whether each cell has several runs."""
        return bool((self.counts.sum(axis=0) > 1).all())

    @property
    def has_complete_blocks(self) -> bool:
        """Whether each seed has exactly one run in every cell."""
        return bool((self.counts == 1).all())

    def residual(self, weights: Floats, factors: Sequence[str]) -> Residual:
        """Fit the main effects of these factors within the same data, by least squares.

        Args:
            weights: how often each seed is counted, shape (n_resamples, n_seeds).
            factors: names of `indicators`, besides `data`.
        """
        columns = np.hstack([self.indicators[name] for name in ("data", *factors)])
        products = np.stack([columns.T @ (row[:, np.newaxis] * columns) for row in self.counts])
        matrices = np.tensordot(weights, products, axes=1)
        vectors = weights @ (self.sums @ columns)
        eigenvalues, eigenvectors = np.linalg.eigh(matrices)
        is_independent = eigenvalues > _SINGULAR * eigenvalues[:, -1:]
        projections = np.einsum("rpq,rp->rq", eigenvectors, vectors)
        explained = np.divide(
            projections**2, eigenvalues, out=np.zeros_like(projections), where=is_independent
        )
        return self._subtract(weights, explained.sum(axis=1), is_independent.sum(axis=1))

    def within_cells(self, weights: Floats) -> Residual:
        """Return what the means of the cells leave unexplained."""
        counts, sums = weights @ self.counts, weights @ self.sums
        explained = np.divide(sums**2, counts, out=np.zeros_like(sums), where=counts > 0)
        return self._subtract(weights, explained.sum(axis=1), (counts > 0).sum(axis=1))

    def between_seeds(self, weights: Floats) -> Residual:
        """Return what the seeds explain on the same data, where blocks are complete.

        A seed that is drawn twice is two seeds.
        """
        members = self.indicators["data"]
        sums, n_cells = self.sums @ members, members.sum(axis=0)
        n_seeds = weights.sum(axis=1)
        of_seeds = weights @ sums**2 - (weights @ sums) ** 2 / n_seeds[:, np.newaxis]
        return Residual((of_seeds / n_cells).sum(axis=1), (n_seeds - 1) * members.shape[1])

    def _subtract(self, weights: Floats, explained: Any, rank: Any) -> Residual:
        squares = np.maximum(0.0, weights @ self.squares - explained)
        return Residual(squares, (weights @ self.counts).sum(axis=1) - rank)


def sum_over_seeds(design: Design) -> SeedSums:
    """Sum the scores of a design's runs over each seed.

    Example:
        >>> sums = sum_over_seeds(design)
        >>> sums.residual(np.ones((1, sums.n_seeds)), list(design.factors)).squares
    """
    runs, keys = design.runs, ["data", *design.factors]
    cell_numbers = runs.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    seed_numbers = runs.groupby(SEED_KEY, sort=False).ngroup().to_numpy()
    scores = runs["settled"].to_numpy(dtype=float)
    scores = scores - scores.mean()
    counts = np.zeros((seed_numbers.max() + 1, cell_numbers.max() + 1))
    sums, squares = np.zeros_like(counts), np.zeros(len(counts))
    np.add.at(counts, (seed_numbers, cell_numbers), 1)
    np.add.at(sums, (seed_numbers, cell_numbers), scores)
    np.add.at(squares, seed_numbers, scores**2)
    cells = runs[keys].drop_duplicates()
    indicators = {key: pd.get_dummies(cells[key], dtype=float).to_numpy() for key in keys}
    return SeedSums(counts, sums, squares, indicators)
