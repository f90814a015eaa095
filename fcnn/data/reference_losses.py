"""Losses that a network's is judged by: that of a constant prediction, and that of the noise."""

import numpy as np

from fcnn.config.schema import Dataset, SyntheticDataset
from fcnn.data.dataset import Data
from fcnn.targets import TARGET_FUNCTIONS, Task


def compute_constant_loss(data: Data) -> float:
    """Compute the validation loss of the best prediction that looks at no input.

    It is fitted to the training targets: their mean, which minimises the mean squared error, or
    the frequencies of the classes, which minimise the cross-entropy (Hastie, Tibshirani and
    Friedman 2009, section 2.4).

    Returns:
        The mean squared error over points and outputs, or the mean cross-entropy in nats. It is
        infinite where a class of the validation points has no training point.
    """
    # Before any config is checked, this import would take a fifth of a second.
    from scipy.special import xlogy

    y_val = data.y_val.astype(np.float64)
    constant = data.y.mean(axis=0, dtype=np.float64)
    if data.task is Task.REGRESSION:
        return float(np.mean((y_val - constant) ** 2))
    losses = -xlogy(y_val, constant)
    if data.task is Task.BINARY:
        losses -= xlogy(1 - y_val, 1 - constant)
    return float(losses.sum(axis=1).mean())


def compute_noise_floor(dataset: Dataset) -> float | None:
    """Compute the expected loss of the prediction that knows the target function and the noise.

    For values it is the variance of the noise. A label is kept with probability `1 - p` and
    becomes each of the other `k - 1` classes with probability `p / (k - 1)`, so that for classes
    it is the entropy of this distribution, `-(1 - p) log(1 - p) - p log(p / (k - 1))` (Cover and
    Thomas 2006, sections 2.1 and 2.10).

    Returns:
        A mean squared error, or a cross-entropy in nats; None of a table, whose noise nobody
        knows.
    """
    if not isinstance(dataset, SyntheticDataset):
        return None
    n_classes = TARGET_FUNCTIONS[dataset.name].n_classes
    if not n_classes:
        return dataset.noise**2
    from scipy.special import entr

    others = n_classes - 1
    return float(entr(1 - dataset.noise) + others * entr(dataset.noise / others))
