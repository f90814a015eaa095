"""What a run is sorted by in MLflow's UI: numbers that it has once."""

import math

import numpy as np

from fcnn.training.history import Metrics

SETTLED_SHARE = 0.1
"""Of the epochs, at the end, whose validation losses are averaged."""


def summarize_run(metrics: Metrics, n_parameters: int) -> dict[str, float]:
    """Summarize the curves of a finished run.

    Args:
        metrics: One array of shape (epochs,) per metric, from epoch 1 on.
        n_parameters: Weights and biases of the network.

    Returns:
        `settled_val_loss`, the geometric mean of the validation loss over the last tenth of the
        epochs; `best_epoch`, that of the smallest validation loss; and `parameters`. Curves that
        are not finite have the last only.
    """
    losses = metrics["val_loss"].astype(np.float64)
    if not np.isfinite(losses).all():
        return {"parameters": float(n_parameters)}
    n_settled = math.ceil(SETTLED_SHARE * len(losses))
    # A loss of exactly 0 would make the mean 0, whatever the others are.
    settled = np.maximum(losses[-n_settled:], np.finfo(np.float32).tiny)
    return {
        "settled_val_loss": float(np.exp(np.log(settled).mean())),
        "best_epoch": float(np.argmin(losses) + 1),
        "parameters": float(n_parameters),
    }
