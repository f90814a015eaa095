"""Divergence of a training: where a loss stops being finite. No MLflow here."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fcnn.errors import DivergedError


def count_finite_epochs(metrics: Mapping[str, NDArray[np.float32]]) -> int:
    """Count the epochs before the first one with a value that is not finite.

    Args:
        metrics: One array of shape (epochs,) per metric.
    """
    is_finite = np.all([np.isfinite(values) for values in metrics.values()], axis=0)
    return len(is_finite) if is_finite.all() else int(np.argmin(is_finite))


def check_finite(first_epoch: int, metrics: Mapping[str, NDArray[np.float32]]) -> None:
    """Check consecutive epochs, the first of which is `first_epoch` (counted from 1).

    Args:
        first_epoch: Epoch of the first value.
        metrics: One array of shape (epochs,) per metric.

    Raises:
        DivergedError: A value is not finite.
    """
    n_finite = count_finite_epochs(metrics)
    if n_finite < len(metrics["loss"]):
        raise DivergedError(first_epoch + n_finite)
