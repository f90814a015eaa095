"""The compiled program that trains P networks of equal depth and padded widths at once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fcnn.config.schema import Config
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked import layout
from fcnn.libraries.stacked.blocks import Blocks
from fcnn.libraries.stacked.optimizers import StackedOptimizer
from fcnn.network import Weights
from fcnn.targets import Task


@dataclass(frozen=True)
class ProgramKey:
    """Everything that is compiled into a program.

    Attributes:
        n_members: Number P of stacked networks.
        widths: Padded widths of all layers.
        model, optimizer: What is structure of these sections of the config, and not a number of a
            member (`fcnn.config.declarations`).
        task: Task of the data set.
        n_points: Training points of each member.
        batch_size: Points per batch.
        point_specs: Tensor specs of the stacked points (`layout.stack_points`).
    """

    n_members: int
    widths: tuple[int, ...]
    model: Hashable
    optimizer: Hashable
    task: Task
    n_points: int
    batch_size: int
    point_specs: tuple[Any, ...]


class StackedNetworks:
    """A compiled program for P networks, which `reset` prepares for each training.

    All parameters of a member lie in one row of one variable, so the optimizer needs a few large
    operations instead of many small ones.

    Args:
        key: What the program is compiled for.
        config: A config with this key, of which only what is structure matters.
        metrics: Per-point metrics by name, the loss first.
    """

    def __init__(
        self, key: ProgramKey, config: Config, metrics: Mapping[str, Callable[[Any, Any], Any]]
    ) -> None:
        self.widths, self.n_members, self.n_points = key.widths, key.n_members, key.n_points
        self.metrics = tuple(metrics.values())
        self.activation = keras.activations.get(config.model.activation)
        self.blocks = Blocks(key.n_members, key.widths)
        self.parameters = keras.Variable(np.zeros(self.blocks.shape, dtype=np.float32))
        self.parameter_mask = tf.Variable(tf.zeros(self.blocks.shape))
        self.optimizer = StackedOptimizer(config.optimizer, self.parameters, self.blocks)
        n_batches = -(-key.n_points // key.batch_size)
        indices = tf.TensorSpec(
            (None, key.n_members, n_batches, layout.padded(key.batch_size)), tf.int32
        )
        self.train = tf.function(self._train, input_signature=[*key.point_specs, indices])

    def reset(self, configs: Sequence[Config], weights: Sequence[Weights]) -> None:
        """Set the weights and numbers of each member, and the optimizer's initial state."""
        ones = [[np.ones_like(values) for values in member] for member in weights]
        mask = self._pack(ones)
        self.parameters.assign(self._pack(weights))
        self.parameter_mask.assign(mask)
        self.optimizer.reset([config.optimizer for config in configs], mask)

    def unpack(self, sizes: Sequence[Sequence[int]]) -> list[Weights]:
        """Return the current weights of each member, whose layer sizes are `sizes`."""
        rows = self.parameters.numpy().reshape(self.n_members, -1)
        return [layout.unpack_weights(row, layers) for row, layers in zip(rows, sizes, strict=True)]

    def _pack(self, members: Sequence[Weights]) -> Any:
        rows = [layout.pack_weights(member, self.widths) for member in members]
        return np.stack(rows).reshape(self.blocks.shape)

    def _train(self, x: Any, y: Any, x_val: Any, y_val: Any, mask_val: Any, indices: Any) -> Any:
        """Train for the epochs of `indices` (epochs, P, batches, padded batch size).

        Returns:
            Means of the metrics over the points, shape (epochs, 2 * metrics, P): in training, then
            in validation.
        """
        self.optimizer.read_numbers()
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
        self.optimizer.apply(self.parameter_mask * tape.gradient(loss, parameters))
        return totals

    def _sum_metrics(self, parameters: Any, x: Any, y: Any, mask: Any) -> Any:
        """Sum each member's metrics over its points.

        Args:
            parameters: Parameters of the members, shape (P, vectors, lanes).
            x: Inputs, shape (P, padded, n_inputs); as for `y`, the first dimension is 1 where all
                members see the same points.
            y: Targets, shape (P, padded, n_outputs).
            mask: 1 for a point and 0 for padding, shape (P, padded) or (1, padded).

        Returns:
            Sums of shape (metrics, P).
        """
        *hidden, output = self.blocks.layer_arrays(parameters)
        for kernel, bias in hidden:
            x = self.activation(tf.matmul(x, kernel) + bias)
        kernel, bias = output
        x = tf.matmul(x, kernel) + bias
        y = tf.broadcast_to(y, x.shape)
        return tf.stack([tf.reduce_sum(mask * metric(y, x), axis=1) for metric in self.metrics])
