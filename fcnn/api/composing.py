"""What a study trains: its grid, or a search."""

from collections.abc import Mapping, Sequence
from typing import Any

from fcnn.composition.composing import (
    ComposedGrid,
    ComposedSearch,
    compose_grid,
    compose_search,
)
from fcnn.errors import ConfigError
from fcnn.training.checks import check_installed

ComposedStudy = ComposedGrid | ComposedSearch


def compose_study(
    lines: Sequence[str], search: int | None, claims: Sequence[Mapping[str, Any]] | None = None
) -> ComposedStudy:
    """Compose a grid, or a search of so many trials; see `fcnn.composition.composing`.

    Raises:
        ConfigError: A config cannot be trained, or what a search needs is missing.
    """
    if search is None:
        return compose_grid(lines, claims)
    if isinstance(search, bool) or not isinstance(search, int) or search < 1:
        raise ConfigError(f"search={search!r}: should be a number of trials, at least 1")
    check_installed("hydra/sweeper=optuna", f"search={search}")
    return compose_search(lines, search, claims)
