"""The learning rate of every update, computed in advance for any library."""

import numpy as np
from numpy.typing import NDArray

from fcnn.config.schedules import Course
from fcnn.config.schema import Config


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
    rates = schedule.rates(rate, Course(after, length, n_points))
    if schedule.warmup_epochs:
        rates = np.where(is_warmup, rate * t / schedule.warmup_epochs, rates)
    return rates.astype(np.float32).reshape(len(epochs), n_batches)
