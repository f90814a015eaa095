"""Synthetic data sets: points sampled uniformly from a square, with a target function and noise."""

import numpy as np

from fcnn.config.schema import SyntheticDataset
from fcnn.data.dataset import Array, Data, encode_classes
from fcnn.targets import TARGET_FUNCTIONS

LOW, HIGH = -2.0, 2.0
"""Both inputs are uniform on [LOW, HIGH]."""


def sample_dataset(dataset: SyntheticDataset, validation_points: int) -> Data:
    """Sample a synthetic data set, with as many test points as validation points.

    Training, validation and test points have a generator each.
    """
    target = TARGET_FUNCTIONS[dataset.name]
    seeds = np.random.SeedSequence(dataset.seed).spawn(3)
    train_rng, val_rng, test_rng = (np.random.default_rng(seed) for seed in seeds)
    x, y = _sample_points(dataset, dataset.n_points, train_rng)
    x_val, y_val = _sample_points(dataset, validation_points, val_rng)
    x_test, y_test = _sample_points(dataset, validation_points, test_rng)
    classes = tuple(str(index) for index in range(target.n_classes))
    return Data(x, y, x_val, y_val, classes, x_test=x_test, y_test=y_test)


def _sample_points(
    dataset: SyntheticDataset, n: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    target = TARGET_FUNCTIONS[dataset.name]
    x = rng.uniform(LOW, HIGH, size=(n, 2))
    y = target(x)
    if target.n_classes:
        # A flipped label becomes any of the other classes with equal probability.
        is_flipped = rng.random(n) < dataset.noise
        offsets = rng.integers(1, target.n_classes, size=n)
        y = np.where(is_flipped, (y + offsets) % target.n_classes, y)
        return x.astype(np.float32), encode_classes(y.astype(np.int64), target.n_classes)
    y = y + dataset.noise * rng.standard_normal(n)
    return x.astype(np.float32), y[:, np.newaxis].astype(np.float32)
