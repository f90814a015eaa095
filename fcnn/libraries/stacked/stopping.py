"""Early stopping of stacked networks, each by its own rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcnn.config.training import EarlyStopping
from fcnn.libraries.runtime import tf


class StackedStopping:
    """Keeps the best weights of each member, and finds the epoch that ends its training.

    A member that has ended is computed as long as the others are, to no effect.

    Args:
        n_members: Number P of stacked networks.
        variables: What is kept of the best epoch, all of shape (P, ...).
    """

    def __init__(self, n_members: int, variables: Sequence[Any]) -> None:
        self.variables = variables
        self.kept = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
        self.epoch = tf.Variable(0)
        self.patience, self.wait, self.kept_epochs, self.end_epochs = (
            tf.Variable(tf.zeros((n_members,), tf.int32)) for _ in range(4)
        )
        self.min_delta, self.best = (tf.Variable(tf.zeros((n_members,))) for _ in range(2))

    def reset(self, settings: Sequence[EarlyStopping]) -> None:
        """Set the rule of each member, and forget what was trained."""
        self.epoch.assign(0)
        for counter in (self.wait, self.kept_epochs, self.end_epochs):
            counter.assign(tf.zeros_like(counter))
        self.best.assign(tf.fill(self.best.shape, np.inf))
        self.patience.assign([rule.patience for rule in settings])
        self.min_delta.assign([rule.min_delta for rule in settings])

    def update(self, scores: Any) -> None:
        """Take in the validation losses of an epoch, shape (P,)."""
        epoch = self.epoch.assign_add(1)
        is_training = self.end_epochs == 0
        is_lower = tf.logical_and(is_training, scores + self.min_delta < self.best)
        # Keras keeps the weights of the first epoch, whatever its loss.
        is_kept = tf.logical_or(is_lower, tf.fill(is_lower.shape, epoch == 1))
        self.best.assign(tf.where(is_lower, scores, self.best))
        self.kept_epochs.assign(tf.where(is_kept, epoch, self.kept_epochs))
        for variable, kept in zip(self.variables, self.kept, strict=True):
            rows = tf.reshape(is_kept, (-1, *[1] * (len(kept.shape) - 1)))
            kept.assign(tf.where(rows, variable, kept))
        wait = self.wait.assign(tf.where(is_lower, 0, self.wait + 1))
        ends = tf.logical_and(is_training, tf.logical_and(wait >= self.patience, epoch > 1))
        self.end_epochs.assign(tf.where(ends, epoch, self.end_epochs))
