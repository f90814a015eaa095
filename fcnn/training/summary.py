"""What a run is sorted by in MLflow's UI: numbers that it has once."""

import math

import numpy as np
from numpy.typing import NDArray

from fcnn.settling import CLASSES_CUT, SETTLED_SHARE, SMALLEST_LOSS
from fcnn.training.history import Metrics, TrainingHistory


def summarize_run(
    history: TrainingHistory, n_parameters: int, constant_loss: float | None
) -> dict[str, float]:
    """Summarize the curves of a run that has come to its end, as reports do.

    Args:
        history: The run's metrics, with the epoch that early stopping kept or at which it diverged.
        n_parameters: Weights and biases of the network.
        constant_loss: Validation loss of the constant prediction, at which losses are cut (for
            classes at `CLASSES_CUT` times it), and which counts for a run that diverged. None if
            nobody knows it.

    Returns:
        `settled_val_loss`, the geometric mean of the validation loss over the last tenth of the
        epochs, or the validation loss at the epoch that early stopping kept; `best_epoch`, that of
        the smallest validation loss; and `parameters`. A run that diverged has no best epoch. The
        loss of a run with a score is its score.
    """
    metrics = history.metrics
    summary = {"parameters": float(n_parameters)}
    cut = math.inf
    if constant_loss is not None and math.isfinite(constant_loss):
        cut = max(constant_loss * (CLASSES_CUT if "val_accuracy" in metrics else 1), SMALLEST_LOSS)
    if history.diverged_epoch is None:
        summary["best_epoch"] = float(np.argmin(_comparable_losses(metrics)) + 1)
        if history.ending:
            summary["best_epoch"] = float(history.ending.kept_epoch)
        cut = min(_settle(history, metrics), cut)
    if math.isfinite(cut):
        summary["settled_val_loss"] = cut
    return summary


def _comparable_losses(metrics: Metrics) -> NDArray[np.float32]:
    """The validation losses, or the scores of a run whose losses no other run's compare with."""
    return metrics.get("val_score", metrics["val_loss"])


def _settle(history: TrainingHistory, metrics: Metrics) -> float:
    """The loss that a run has settled at, before it is cut."""
    losses = np.maximum(_comparable_losses(metrics).astype(np.float64), SMALLEST_LOSS)
    if history.ending:
        # Early stopping keeps the weights of one epoch, and so its loss alone.
        return float(losses[history.ending.kept_epoch - 1])
    n_settled = math.ceil(SETTLED_SHARE * len(losses))
    return float(np.exp(np.log(losses[-n_settled:]).mean()))
