"""The learning rate of every update, computed in advance for any library."""

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseScaling,
    InverseTime,
    Polynomial,
    Schedule,
    Step,
)
from fcnn.config.schema import Config

Rates = NDArray[np.float64]


def learning_rates(config: Config, n_points: int, epochs: range) -> NDArray[np.float32]:
    """Compute the learning rate of each update.

    Args:
        config: Its optimizer has the rate that its schedule starts from.
        n_points: Number of training points.
        epochs: Numbers of the epochs, from 1.

    Returns:
        Rates, shape (epochs, batches).
    """
    n_batches = -(-n_points // config.training.batch_size)
    first = (epochs.start - 1) * n_batches
    steps = np.arange(first, first + len(epochs) * n_batches, dtype=np.float64)
    rate, schedule = config.optimizer.learning_rate, config.schedule
    t = steps / n_batches
    is_warmup = t < schedule.warmup_epochs
    after = np.where(is_warmup, 0.0, t - schedule.warmup_epochs)
    length = config.training.epochs - schedule.warmup_epochs
    rates = _decay(schedule, rate, after, length, n_points)
    if schedule.warmup_epochs:
        rates = np.where(is_warmup, rate * t / schedule.warmup_epochs, rates)
    return rates.astype(np.float32).reshape(len(epochs), n_batches)


def _decay(schedule: Schedule, rate: float, t: Rates, length: float, n_points: int) -> Rates:
    """Compute the rates once the warm-up is over.

    The formulas are those of `keras.optimizers.schedules`, and of `SGDOptimizer` in scikit-learn,
    which divides by a power of one more than the points of the epochs before.

    Args:
        schedule: The schedule.
        rate: The rate that it starts from.
        t: Time since the warm-up in epochs, of any shape.
        length: Epochs from the warm-up to the end of the training.
        n_points: Number of training points.
    """
    match schedule:
        case Constant():
            return np.full_like(t, rate)
        case Cosine(alpha=alpha):
            wave = 0.5 * (1 + np.cos(np.pi * np.minimum(t / length, 1)))
            return rate * ((1 - alpha) * wave + alpha)
        case Exponential():
            return rate * schedule.decay_rate ** (t / schedule.decay_epochs)
        case Step():
            # Rounded, so that a multiple of the length is one in spite of rounding.
            return rate * schedule.decay_rate ** np.floor(np.round(t / schedule.decay_epochs, 9))
        case Polynomial(end_learning_rate=end):
            remaining = 1 - np.minimum(t / length, 1)
            return (rate - end) * remaining**schedule.power + end
        case InverseTime():
            return rate / (1 + schedule.decay_rate * t / schedule.decay_epochs)
        case InverseScaling():
            return rate / (np.floor(np.round(t, 9)) * n_points + 1) ** schedule.power_t
