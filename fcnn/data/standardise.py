"""The columns of a table brought to mean 0 and variance 1, and the checks that this needs."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fcnn.data.dataset import Array, Scale
from fcnn.errors import ConfigError

NOTED_DEVIATIONS = 1e4
"""Distance from the training rows, in standard deviations, beyond which a value is noted."""
MAX_DEVIATIONS = 1e18
"""Distance beyond which a value is refused: its square leaves single precision."""
MAX_NAMES = 10
"""Names that a message lists before it counts the others."""


def standardise_columns(
    table: str,
    values: NDArray[np.float64],
    names: Sequence[str],
    train: NDArray[np.int64],
    format_cell: Callable[[int, str], str],
) -> tuple[Array, Scale, tuple[str, ...]]:
    """Give columns mean 0 and variance 1 over the training rows.

    A column that is constant in the training rows has no deviation to divide by. It is kept
    within 1 of its mean: no weight was trained for its other values, which would otherwise
    dominate the validation loss.

    Args:
        table: What notes call the table.
        values: Columns, shape (n_rows, n_columns).
        names: Names of the columns.
        train: Indices of the training rows.
        format_cell: Returns a cell as the file has it.

    Returns:
        The standardised columns, their scale, and what a user should know about them.

    Raises:
        ConfigError: Single precision cannot hold a column.
    """
    mean, deviation = values[train].mean(axis=0), values[train].std(axis=0)
    is_constant = find_constant(values[train])
    farthest = np.abs(values - mean).max(axis=0)
    scale = Scale(mean, np.where(is_constant, np.maximum(1, farthest), deviation))
    scaled = (values - scale.mean) / scale.deviation
    notes = _constant_notes(table, names, is_constant, find_constant(values))
    lower, upper = np.quantile(values, [0.25, 0.75], axis=0)
    for column, name in enumerate(names):
        row = int(np.abs(scaled[:, column]).argmax())
        distance = abs(scaled[row, column])
        spread = (upper - lower)[column] / scale.deviation[column]
        is_flat = 0 < spread < np.finfo(np.float32).eps and not is_constant[column]
        if distance <= NOTED_DEVIATIONS and not is_flat:
            continue
        cell = f"{format_cell(row, name)} in row {row + 1}"
        reason = f"{distance:.1g} deviations from the training rows"
        if is_flat:
            reason = "beside which single precision cannot tell half of its values apart"
        if distance > MAX_DEVIATIONS or is_flat:
            raise ConfigError(f"dataset: column {name} is too large: {cell}, {reason}")
        notes.append(f"{table}: column {name} has {cell}, {reason}")
    return np.asarray(scaled, dtype=np.float32), scale, tuple(notes)


def find_constant(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the columns that vary by no more than a few rounding errors of their magnitude.

    Args:
        values: Columns, shape (n, n_columns).

    Returns:
        Whether each column is constant, shape (n_columns,).
    """
    deviation = (values - values[0]).std(axis=0)
    return np.asarray(deviation <= 10 * np.finfo(np.float64).eps * np.abs(values).max(axis=0))


def join_names(names: Sequence[str]) -> str:
    """List at most `MAX_NAMES` names and count the others."""
    listed = ", ".join(names[:MAX_NAMES])
    omitted = len(names) - MAX_NAMES
    return f"{listed} and {omitted} more" if omitted > 0 else listed


def _constant_notes(
    table: str,
    names: Sequence[str],
    constant_in_training: NDArray[np.bool_],
    constant_in_all: NDArray[np.bool_],
) -> list[str]:
    everywhere = constant_in_training & constant_in_all
    training_only = constant_in_training & ~constant_in_all
    notes = []
    for columns, where in ((everywhere, ""), (training_only, " in the training rows")):
        if columns.any():
            listed = join_names(
                [name for name, chosen in zip(names, columns, strict=True) if chosen]
            )
            subject = f"column {listed} is" if columns.sum() == 1 else f"columns {listed} are"
            notes.append(f"{table}: {subject} constant{where}, and of no use to a network")
    return notes
