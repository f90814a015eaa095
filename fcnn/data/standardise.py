"""The columns of a table on one scale, and the checks that this needs."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Scaling
from fcnn.data.dataset import Array
from fcnn.data.scale import Scale
from fcnn.errors import ConfigError

NOTED_DEVIATIONS = 100
"""Distance from the training rows, in standard deviations, beyond which a value is noted."""
MAX_DEVIATIONS = 1e18
"""Distance beyond which a value is refused: its square leaves single precision."""
MAX_EXACT_INTEGER = 2**53
"""Double precision holds whole numbers up to this size exactly."""
MAX_NAMES = 10
"""Names that a message lists before it counts the others."""


def scale_columns(
    table: str,
    values: NDArray[np.float64],
    names: Sequence[str],
    train: NDArray[np.int64],
    format_cell: Callable[[int, str], str],
    scaling: Scaling = "standard",
) -> tuple[Array, Scale, tuple[str, ...]]:
    """Scale columns by what their training rows hold.

    `standard` gives them mean 0 and variance 1, `minmax` brings them to 0 and 1. A column that is
    constant in the training rows has nothing to divide by: it becomes 0 there and is kept within 1
    of 0 elsewhere, because no weight was trained for its other values.

    Args:
        table: What notes call the table.
        values: Columns, shape (n_rows, n_columns).
        names: Names of the columns.
        train: Indices of the training rows.
        format_cell: Returns a cell as the file has it.
        scaling: How to scale.

    Returns:
        The scaled columns, their scale, and what a user should know about them.

    Raises:
        ConfigError: Single precision cannot hold a column.
    """
    is_constant = find_constant(values[train])
    is_lost = ~is_constant & _find_lost(values[train])
    scale = _make_scale(values, train, is_constant, scaling)
    scaled = (values - scale.mean) / scale.deviation
    notes = _constant_notes(table, names, is_constant, find_constant(values))
    is_flat = ~is_constant & _find_flat(values, scale)
    problems = {
        "beside which its differences are lost": is_lost,
        "beside which single precision cannot tell half of its values apart": is_flat,
    }
    for column, name in enumerate(names):
        reason = next((text for text, flags in problems.items() if flags[column]), "")
        row = int(np.abs((values if is_lost[column] else scaled)[:, column]).argmax())
        cell = f"{format_cell(row, name)} in row {row + 1}"
        notes += _judge_column(table, name, cell, abs(scaled[row, column]), reason, scaling)
    return np.asarray(scaled, dtype=np.float32), scale, tuple(notes)


def _judge_column(
    table: str, name: str, cell: str, distance: float, reason: str, scaling: Scaling
) -> list[str]:
    """Refuse a column that is too large for a reason or by its distance; else note the latter.

    Args:
        table: What notes call the table.
        name: Name of the column.
        cell: Its largest cell and row.
        distance: How large the cell is once it is scaled.
        reason: Why single precision cannot hold the column, if it cannot.
        scaling: How the column is scaled.
    """
    unit = "deviations from the training rows" if scaling == "standard" else "once scaled"
    where = f"{cell}, {reason or f'{distance:.4g} {unit}'}"
    if reason or distance > MAX_DEVIATIONS:
        raise ConfigError(f"dataset: column {name} is too large: {where}")
    is_far = scaling == "standard" and distance > NOTED_DEVIATIONS
    return [f"{table}: column {name} has {where}"] if is_far else []


def _make_scale(
    values: NDArray[np.float64],
    train: NDArray[np.int64],
    is_constant: NDArray[np.bool_],
    scaling: Scaling,
) -> Scale:
    trained = values[train]
    match scaling:
        case "standard":
            offset, spread = _compute_moments(trained)
        case "minmax":
            offset, spread = trained.min(axis=0), np.ptp(trained, axis=0)
        case "none":
            return Scale(np.zeros(values.shape[1]), np.ones(values.shape[1]))
    farthest = np.maximum(1, np.abs(values - offset).max(axis=0, initial=0))
    return Scale(offset, np.where(is_constant, farthest, spread))


def find_constant(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the columns that hold a single value.

    Whole numbers are taken as they are; values with fractions may have been computed, and differ
    by a few rounding errors of their magnitude.

    Args:
        values: Columns, shape (n, n_columns).

    Returns:
        Whether each column is constant, shape (n_columns,).
    """
    deviation = (values - values[0]).std(axis=0)
    is_whole = (values == np.round(values)).all(axis=0)
    tolerance = np.where(is_whole, 0, _rounding_error(np.abs(values).max(axis=0)))
    return np.asarray(deviation <= tolerance)


def _find_lost(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the columns whose differences were lost in reading whole numbers of their size."""
    size = np.abs(values).max(axis=0)
    deviation = (values - values[0]).std(axis=0)
    return np.asarray((size > MAX_EXACT_INTEGER) & (deviation <= _rounding_error(size)))


def _find_flat(values: NDArray[np.float64], scale: Scale) -> NDArray[np.bool_]:
    """Find the columns half of whose values are one in single precision, once scaled."""
    low, high = (np.quantile(values, [0.25, 0.75], axis=0) - scale.mean) / scale.deviation
    spread = (high - low) / np.maximum(1, np.minimum(np.abs(low), np.abs(high)))
    return np.asarray((spread > 0) & (spread < np.finfo(np.float32).eps))


def _rounding_error(size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far values of this size may be apart that were computed to be equal."""
    return 10 * np.finfo(np.float64).eps * size


def _compute_moments(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the standard deviation of columns (n, n_columns), each (n_columns,)."""
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    # A sum of n values may be off by n rounding errors: too much for columns that hardly vary.
    error = len(values) * np.finfo(np.float64).eps * np.abs(values).max(axis=0)
    offsets = values - values[0]
    is_inaccurate = offsets.std(axis=0) <= error
    return (
        np.where(is_inaccurate, values[0] + offsets.mean(axis=0), mean),
        np.where(is_inaccurate, offsets.std(axis=0), deviation),
    )


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
