"""How well a network does on points that it was not trained on, in NumPy alone."""

import numpy as np
from numpy.typing import NDArray

from fcnn.config.fields import Activation
from fcnn.data import Array, Data
from fcnn.network import Weights, compute_logits
from fcnn.targets import Task


def evaluate_test_sample(weights: Weights, data: Data, activation: Activation) -> dict[str, float]:
    """Compute the metrics of a trained network on the test sample, in double precision.

    Returns:
        `test_loss`, and for classes `test_accuracy`; nothing without a test sample.
    """
    if data.x_test is None or data.y_test is None:
        return {}
    logits = compute_logits(
        [values.astype(np.float64) for values in weights],
        data.x_test.astype(np.float64),
        activation,
    )
    metrics = compute_metrics(logits, data.y_test, data.task)
    return {f"test_{name}": value for name, value in metrics.items()}


def compute_metrics(logits: NDArray[np.floating], targets: Array, task: Task) -> dict[str, float]:
    """Compute loss and accuracy as the libraries do, which start from the same logits.

    Args:
        logits: What the last layer gives before its activation, shape (n, n_outputs).
        targets: Values, 0 or 1, or one-hot rows, shape (n, n_outputs).
        task: Decides the loss.

    Returns:
        `loss`, the mean squared error or the mean cross-entropy in nats, and for classes
        `accuracy`.
    """
    from scipy.special import (
        logsumexp,
    )  # SciPy takes a fifth of a second, before any config is checked

    y = targets.astype(np.float64)
    match task:
        case Task.REGRESSION:
            return {"loss": float(np.mean((y - logits) ** 2))}
        case Task.BINARY:
            losses = np.logaddexp(0, logits) - y * logits
            is_correct = (logits > 0) == (y > 0.5)
        case Task.MULTICLASS:
            losses = logsumexp(logits, axis=1) - (y * logits).sum(axis=1)
            is_correct = logits.argmax(axis=1) == y.argmax(axis=1)
    return {"loss": float(losses.mean()), "accuracy": float(is_correct.mean())}
