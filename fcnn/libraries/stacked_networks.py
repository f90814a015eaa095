"""The compiled program that trains P networks of equal depth and padded widths at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from fcnn.config.fields import Activation
from fcnn.config.optimizers import Optimizer
from fcnn.libraries import stacking
from fcnn.libraries.runtime import keras, tf
from fcnn.network import Weights
from fcnn.targets import Task


@dataclass(frozen=True)
class ProgramKey:
    """Everything that is compiled into a program.

    Attributes:
        n_members: Number P of stacked networks.
        widths: Padded widths of all layers.
        activation: Activation of the hidden layers.
        task: Task of the data set.
        optimizer: The optimizer, whose learning rate is not compiled and therefore the same in
            all keys.
        n_points: Training points of each member.
        batch_size: Points per batch.
        point_specs: Tensor specs of the stacked points (`stacking.stack_points`).
    """

    n_members: int
    widths: tuple[int, ...]
    activation: Activation
    task: Task
    optimizer: Optimizer
    n_points: int
    batch_size: int
    point_specs: tuple[Any, ...]


class StackedNetworks:
    """A compiled program for P networks, which `reset` prepares for each training.

    All parameters of a member are one row of one variable, so the optimizer needs a few large
    operations instead of many small ones.

    Args:
        key: What the program is compiled for.
        metrics: Per-point metrics by name, the loss first.
        make_optimizer: Builds the optimizer for a callable that returns the learning rates (P, 1).
    """

    def __init__(
        self,
        key: ProgramKey,
        metrics: Mapping[str, Callable[[Any, Any], Any]],
        make_optimizer: Callable[[Callable[[], Any]], keras.optimizers.Optimizer],
    ) -> None:
        self.n_members, self.widths = key.n_members, key.widths
        self.metrics = tuple(metrics.values())
        self.activation = keras.activations.get(key.activation)
        self.n_points = key.n_points
        # Kernel and bias of each layer, and the padding of the last bias.
        self.lengths = [
            *(length for n_in, n_out in pairwise(self.widths) for length in (n_in * n_out, n_out)),
            stacking.padded(self.widths[-1]) - self.widths[-1],
        ]
        shape = (self.n_members, sum(self.lengths))
        self.parameters = keras.Variable(np.zeros(shape, dtype=np.float32))
        self.parameter_mask = tf.Variable(tf.zeros(shape))
        self.learning_rates = tf.Variable(tf.zeros((self.n_members, 1)))
        self.optimizer = make_optimizer(lambda: self.learning_rates)
        self.optimizer.build([self.parameters])
        self.initial_optimizer_state = [variable.numpy() for variable in self.optimizer.variables]
        n_batches = -(-self.n_points // key.batch_size)
        indices = tf.TensorSpec(
            (None, self.n_members, n_batches, stacking.padded(key.batch_size)), tf.int32
        )
        self.train = tf.function(self._train, input_signature=[*key.point_specs, indices])

    def reset(self, weights: Sequence[Weights], learning_rates: Sequence[float]) -> None:
        """Set the weights and learning rate of each member, and the optimizer's initial state."""
        rows = [stacking.pack_weights(member, self.widths) for member in weights]
        ones = [[np.ones_like(values) for values in member] for member in weights]
        masks = [stacking.pack_weights(member, self.widths) for member in ones]
        self.parameters.assign(np.stack(rows))
        self.parameter_mask.assign(np.stack(masks))
        state = zip(self.optimizer.variables, self.initial_optimizer_state, strict=True)
        for variable, value in state:
            variable.assign(value)
        self.learning_rates.assign(np.asarray(learning_rates, dtype=np.float32)[:, np.newaxis])

    def _train(self, x: Any, y: Any, x_val: Any, y_val: Any, mask_val: Any, indices: Any) -> Any:
        """Train for the epochs of `indices` (epochs, P, batches, padded batch size).

        Returns:
            Means of the metrics over the points, shape (epochs, 2 * metrics, P): in training, then
            in validation.
        """
        epochs, padding_index = tf.shape(indices)[0], tf.shape(x)[0] - 1
        history = tf.TensorArray(tf.float32, size=epochs)
        for epoch in tf.range(epochs):
            totals = tf.zeros((len(self.metrics), self.n_members))
            for batch in tf.range(indices.shape[2]):
                points = indices[epoch, :, batch]
                mask = tf.cast(points < padding_index, tf.float32)
                totals += self._step(tf.gather(x, points), tf.gather(y, points), mask)
            val_totals = self._sum_metrics(self.parameters.value, x_val, y_val, mask_val)
            val_means = val_totals / tf.reduce_sum(mask_val)
            history = history.write(epoch, tf.concat([totals / self.n_points, val_means], axis=0))
        return history.stack()

    def _step(self, x: Any, y: Any, mask: Any) -> Any:
        """Update all members with one batch each, and return the sums of their metrics."""
        parameters = self.parameters.value
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            totals = self._sum_metrics(parameters, x, y, mask)
            # Averaged over points, but summed over members, whose gradients are independent.
            loss = tf.reduce_sum(totals[0]) / tf.reduce_sum(mask[0])
        # A unit that is padding may have an output, but must not get weights.
        gradients = self.parameter_mask * tape.gradient(loss, parameters)
        self.optimizer.apply([gradients], [self.parameters])
        return totals

    def _sum_metrics(self, parameters: Any, x: Any, y: Any, mask: Any) -> Any:
        """Sum each member's metrics over its points.

        Args:
            parameters: Rows of the members, shape (P, row length).
            x: Inputs, shape (P, padded, n_inputs); as for `y`, the first dimension is 1 where all
                members see the same points.
            y: Targets, shape (P, padded, n_outputs).
            mask: 1 for a point and 0 for padding, shape (P, padded) or (1, padded).

        Returns:
            Sums of shape (metrics, P).
        """
        *blocks, _ = tf.split(parameters, self.lengths, axis=1)
        layers = zip(blocks[0::2], blocks[1::2], pairwise(self.widths), strict=True)
        for layer, (kernel, bias, shape) in enumerate(layers, start=1):
            x = tf.matmul(x, tf.reshape(kernel, (self.n_members, *shape))) + bias[:, tf.newaxis]
            if layer < len(self.widths) - 1:
                x = self.activation(x)
        y = tf.broadcast_to(y, x.shape)
        return tf.stack([tf.reduce_sum(mask * metric(y, x), axis=1) for metric in self.metrics])
