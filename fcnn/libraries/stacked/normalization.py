"""Batch and layer normalization of stacked networks, as `keras.layers` compute them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcnn.config.model import Model
from fcnn.data import Array
from fcnn.libraries.runtime import tf
from fcnn.network import NORMALIZATION_EPSILON, Weights


class LayerNormalization:
    """Each point of each member normalised over its own units (Ba et al. 2016).

    Args:
        n_members: Number P of stacked networks.
        width: Padded number of units.
    """

    def __init__(self, n_members: int, width: int) -> None:
        self.unit_mask = tf.Variable(tf.zeros((n_members, 1, width)))
        self.averages: list[Any] = []

    def reset(self, models: Sequence[Model], n_units: Sequence[int]) -> None:
        """Say how many units of each member are no padding."""
        places = np.arange(self.unit_mask.shape[2])
        masks = [(places < units).astype(np.float32)[np.newaxis] for units in n_units]
        self.unit_mask.assign(np.stack(masks))

    def normalize(self, x: Any, mask: Any, training: bool) -> tuple[Any, list[tuple[Any, Any]]]:
        """Normalise activities (P, rows, width); returns no updates."""
        count = tf.reduce_sum(self.unit_mask, axis=2, keepdims=True)
        mean = tf.reduce_sum(self.unit_mask * x, axis=2, keepdims=True) / count
        squares = self.unit_mask * tf.square(x - mean)
        variance = tf.reduce_sum(squares, axis=2, keepdims=True) / count
        return (x - mean) / tf.sqrt(variance + NORMALIZATION_EPSILON), []

    def fold(self, arrays: Weights, scale: Weights, averages: Sequence[Array]) -> Weights:
        """Return kernel, bias, and what the normalised activities are scaled and shifted by."""
        return [*arrays, *scale]


class BatchNormalization:
    """Each unit of each member normalised over the points of a batch (Ioffe and Szegedy 2015).

    In validation, over the moving averages of the batches so far.
    """

    def __init__(self, n_members: int, width: int) -> None:
        self.mean = tf.Variable(tf.zeros((n_members, 1, width)))
        self.variance = tf.Variable(tf.ones((n_members, 1, width)))
        self.averages = [self.mean, self.variance]
        self.kept, self.taken = (tf.Variable(tf.zeros((n_members, 1, 1))) for _ in range(2))

    def reset(self, models: Sequence[Model], n_units: Sequence[int]) -> None:
        """Set the moving averages to their initial values, and how fast they follow."""
        momenta = np.array([model.normalization_momentum for model in models])
        for variable, shares in ((self.kept, momenta), (self.taken, 1 - momenta)):
            variable.assign(shares[:, np.newaxis, np.newaxis].astype(np.float32))
        self.mean.assign(tf.zeros_like(self.mean))
        self.variance.assign(tf.ones_like(self.variance))

    def normalize(self, x: Any, mask: Any, training: bool) -> tuple[Any, list[tuple[Any, Any]]]:
        """Normalise activities (P, rows, width).

        Args:
            x: The activities.
            mask: 1 for a point and 0 for padding, shape (P, rows).
            training: Whether by the batch, or by the moving averages.

        Returns:
            The normalised activities, and the new values of variables, which are assigned once
            the gradients are computed.
        """
        if not training:
            return (x - self.mean) / tf.sqrt(self.variance + NORMALIZATION_EPSILON), []
        rows = mask[..., tf.newaxis]
        count = tf.reduce_sum(mask[0])
        mean = tf.reduce_sum(rows * x, axis=1, keepdims=True) / count
        variance = tf.reduce_sum(rows * tf.square(x - mean), axis=1, keepdims=True) / count
        updates = [
            (variable, variable * self.kept + value * self.taken)
            for variable, value in ((self.mean, mean), (self.variance, variance))
        ]
        return (x - mean) / tf.sqrt(variance + NORMALIZATION_EPSILON), updates

    def fold(self, arrays: Weights, scale: Weights, averages: Sequence[Array]) -> Weights:
        """Return the kernel and bias of the layer that computes the same without normalization."""
        (kernel, bias), (gamma, beta) = arrays, scale
        mean, variance = (values[0, : len(bias)].astype(np.float64) for values in averages)
        factor = gamma / np.sqrt(variance + NORMALIZATION_EPSILON)
        folded = (kernel * factor, beta + (bias - mean) * factor)
        return [values.astype(np.float32) for values in folded]


NORMALIZATIONS: dict[str, type[LayerNormalization] | type[BatchNormalization]] = {
    "batch": BatchNormalization,
    "layer": LayerNormalization,
}
