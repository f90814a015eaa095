"""Divergence of a training: where a loss stops being finite. No MLflow here."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def count_finite_epochs(metrics: Mapping[str, NDArray[np.float32]]) -> int:
    """Count the epochs before the first one with a value that is not finite.

    Args:
        metrics: One array of shape (epochs,) per metric.
    """
    is_finite = np.all([np.isfinite(values) for values in metrics.values()], axis=0)
    return len(is_finite) if is_finite.all() else int(np.argmin(is_finite))


def find_divergence(first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> int | None:
    """Return the first epoch with a value that is not finite; None if all are.

    Args:
        first_epoch: Epoch of the first value, counted from 1.
        metrics: One array of shape (epochs,) per metric.
    """
    n_finite = count_finite_epochs(metrics)
    return first_epoch + n_finite if n_finite < len(metrics["loss"]) else None


def describe_divergence(epoch: int) -> str:
    """Say that a training diverged at this epoch."""
    return f"diverged at epoch {epoch}: the loss is not finite"
