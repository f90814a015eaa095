"""The losses of stacked networks: Keras's own, with numbers of each member."""

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any

import numpy as np

from fcnn.config.training import Training
from fcnn.data import Array, Data, balanced_class_weights
from fcnn.libraries.runtime import keras, tf
from fcnn.targets import Task

PLAIN_LOSSES = {
    Task.REGRESSION: keras.losses.mean_squared_error,
    Task.BINARY: partial(keras.losses.binary_crossentropy, from_logits=True),
    Task.MULTICLASS: partial(keras.losses.categorical_crossentropy, from_logits=True),
}
"""Per-point losses that are comparable whatever is minimised."""
_LOSSES_OF_VALUES = {
    "mae": keras.losses.mean_absolute_error,
    "log_cosh": keras.losses.log_cosh,
}


def loss_structure(training: Training) -> Hashable:
    """Return what of a loss is part of the compiled program."""
    return (training.loss, training.label_smoothing != 0, training.class_weight)


class StackedLoss:
    """The loss that is minimised, per point of each member.

    Args:
        training: That of a member of the program, of which only what is structure matters.
        task: Task of the data set.
        n_members: Number P of stacked networks.
        n_outputs: Number of outputs.
    """

    def __init__(self, training: Training, task: Task, n_members: int, n_outputs: int) -> None:
        self.task, self.n_outputs = task, n_outputs
        self.kind = training.loss
        self.has_smoothing = training.label_smoothing != 0
        self.has_weights = training.class_weight is not None
        n_classes = max(n_outputs, 2)
        self.delta, self.kept, self.spread = (
            tf.Variable(tf.zeros((n_members, 1, 1))) for _ in range(3)
        )
        self.class_weights = tf.Variable(tf.zeros((n_members, 1, n_classes)))

    def reset(self, settings: Sequence[Training], data: Sequence[Data]) -> None:
        """Set the numbers of each member, and the weights of the classes of its data."""
        smoothing = np.array([training.label_smoothing for training in settings])
        self.delta.assign(_column([training.delta for training in settings]))
        self.kept.assign(_column(1 - smoothing))
        self.spread.assign(_column(smoothing / max(self.n_outputs, 2)))
        if self.has_weights:
            weights = {member: balanced_class_weights(member) for member in dict.fromkeys(data)}
            stacked = np.stack([weights[member] for member in data])
            self.class_weights.assign(stacked[:, np.newaxis].astype(np.float32))

    def compute(self, y: Any, outputs: Any, *, is_training: bool) -> Any:
        """Return the loss of each point, shape (P, rows).

        Args:
            y: Targets, shape (P, rows, n_outputs).
            outputs: Outputs before the output activation, of the same shape.
            is_training: Whether classes have their weights; in validation they have none, as in
                `keras.Model.fit`.
        """
        targets = y * self.kept + self.spread if self.has_smoothing else y
        losses = self._compute_losses(targets, outputs)
        return losses * self._point_weights(y) if self.has_weights and is_training else losses

    def _compute_losses(self, y: Any, outputs: Any) -> Any:
        if self.kind == "huber":
            return keras.losses.huber(y, outputs, self.delta)
        return _LOSSES_OF_VALUES.get(self.kind, PLAIN_LOSSES[self.task])(y, outputs)

    def _point_weights(self, y: Any) -> Any:
        """Return the weight of each point's class, shape (P, rows)."""
        if self.task is Task.BINARY:
            others, second = tf.unstack(self.class_weights, axis=2)
            return tf.where(y[..., 0] > 0.5, second, others)
        return tf.reduce_sum(y * self.class_weights, axis=2)


def _column(values: Sequence[float] | np.ndarray[Any, Any]) -> Array:
    """Return one number for each member, shape (P, 1, 1)."""
    return np.asarray(values, np.float32)[:, np.newaxis, np.newaxis]
