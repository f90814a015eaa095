"""The compiled program that trains P networks of equal depth and padded widths at once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fcnn.config.schema import Config
from fcnn.data import Data
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked import layout
from fcnn.libraries.stacked.blocks import Blocks
from fcnn.libraries.stacked.layers import StackedLayers
from fcnn.libraries.stacked.losses import StackedLoss
from fcnn.libraries.stacked.optimizers import StackedOptimizer
from fcnn.libraries.stacked.penalties import Penalties
from fcnn.libraries.stacked.stopping import StackedStopping
from fcnn.libraries.stopping import Ending
from fcnn.network import Weights
from fcnn.targets import Task


@dataclass(frozen=True)
class ProgramKey:
    """Everything that is compiled into a program.

    Attributes:
        n_members: Number P of stacked networks.
        widths: Padded widths of all layers.
        model, optimizer, stopping: What is structure of these sections of the config, and not a
            number of a member (`fcnn.config.declarations`).
        loss: The same of the loss (`losses.loss_structure`).
        task: Task of the data set.
        n_points: Training points of each member.
        batch_size: Points per batch.
        has_schedule: Whether learning rates differ from step to step.
        point_specs: Tensor specs of the stacked points (`layout.stack_points`).
    """

    n_members: int
    widths: tuple[int, ...]
    model: Hashable
    optimizer: Hashable
    stopping: Hashable
    loss: Hashable
    task: Task
    n_points: int
    batch_size: int
    has_schedule: bool
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
        self.n_members, self.n_points = key.n_members, key.n_points
        self.loss = StackedLoss(config.training, key.task, key.n_members, key.widths[-1])
        self.other_metrics = tuple(metrics.values())[1:]
        self.normalization = config.model.normalization
        self.blocks = Blocks(key.n_members, key.widths, self.normalization != "none")
        self.layers = StackedLayers(config.model, self.blocks)
        self.penalties = Penalties(config.model, self.blocks)
        self.parameters = keras.Variable(np.zeros(self.blocks.shape, dtype=np.float32))
        self.parameter_mask = tf.Variable(tf.zeros(self.blocks.shape))
        self.optimizer = StackedOptimizer(config.optimizer, self.parameters, self.blocks)
        self.score_row = list(metrics).index("score") if "score" in metrics else 0
        self.stopping = None
        if config.training.early_stopping.patience is not None:
            variables = [self.parameters.value, *self.layers.averages]
            self.stopping = StackedStopping(key.n_members, variables)
        n_batches = -(-key.n_points // key.batch_size)
        indices = tf.TensorSpec(
            (None, key.n_members, n_batches, layout.padded(key.batch_size)), tf.int32
        )
        rates = tf.TensorSpec((None, n_batches if key.has_schedule else 0, key.n_members))
        self.has_schedule = key.has_schedule
        # AutoGraph would rewrite the source of all that `_train` calls, which takes a second in
        # each process, and needs a disk that is not full.
        self.train = tf.function(
            self._train, input_signature=[*key.point_specs, indices, rates], autograph=False
        )

    def reset(
        self, configs: Sequence[Config], weights: Sequence[Weights], data: Sequence[Data]
    ) -> None:
        """Set the weights and numbers of each member, and the initial state.

        Args:
            configs: The config of each member.
            weights: The initial kernels and biases of each member.
            data: The data set of each member.
        """
        sizes = [(len(member[0]), *map(len, member[1::2])) for member in weights]
        shapes = [self.blocks.array_shapes(layers) for layers in sizes]
        mask = self.blocks.pack([list(map(np.ones, member)) for member in shapes])
        if self.normalization == "batch":
            mask *= self.blocks.normalized_bias_mask
        self.parameters.assign(self.blocks.pack(self._add_scales(weights, shapes)))
        self.parameter_mask.assign(mask)
        models = [config.model for config in configs]
        self.layers.reset(models, [config.training.seed for config in configs], sizes)
        self.penalties.reset(models)
        self.loss.reset([config.training for config in configs], data)
        self.optimizer.reset([config.optimizer for config in configs], mask)
        if self.stopping:
            self.stopping.reset([config.training.early_stopping for config in configs])

    def _add_scales(
        self, weights: Sequence[Weights], shapes: Sequence[Sequence[tuple[int, ...]]]
    ) -> list[Weights]:
        """Add what scales (1) and shifts (0) normalised layers to the weights of each member."""
        n_dense = self.blocks.n_layer_arrays
        return [
            [*member, *(np.full(shape, n % 2 == 0, np.float32) for n, shape in enumerate(rest))]
            for member, rest in zip(weights, (own[n_dense:] for own in shapes), strict=True)
        ]

    def unpack(self, sizes: Sequence[Sequence[int]]) -> list[Weights]:
        """Return the weights of each member, whose layer sizes are `sizes`.

        They are the current ones, or those that early stopping keeps. Batch normalization is
        folded into kernels and biases.
        """
        variables = [self.parameters.value, *self.layers.averages]
        if self.stopping:
            variables = self.stopping.kept
        parameters, *averages = (variable.numpy() for variable in variables)
        return [
            self.layers.fold(arrays, [values[member] for values in averages])
            for member, arrays in enumerate(self.blocks.unpack(parameters, sizes))
        ]

    def endings(self) -> list[Ending | None]:
        """Return where early stopping has each member."""
        if self.stopping is None:
            return [None] * self.n_members
        epochs = zip(
            self.stopping.kept_epochs.numpy(), self.stopping.end_epochs.numpy(), strict=True
        )
        return [Ending(int(kept), int(end)) for kept, end in epochs]

    def _train(self, *tensors: Any) -> Any:
        """Train for some epochs.

        Args:
            tensors: The points, as `layout.stack_points` returns them; the indices of those of
                each batch, shape (epochs, P, batches, padded batch size); and the learning rate
                of each step, shape (epochs, batches, P), or without a schedule (epochs, 0, P),
                and each member has its own for all steps.

        Returns:
            Means of the metrics over the points, shape (epochs, 2 * metrics, P): in training, then
            in validation.
        """
        x, y, x_val, y_val, mask_val, indices, rates = tensors
        self.optimizer.read_numbers()
        epochs, padding_index = tf.shape(indices)[0], tf.shape(x)[0] - 1

        def train_epoch(epoch: Any, history: Any) -> tuple[Any, Any]:
            def train_batch(batch: Any, totals: Any) -> tuple[Any, Any]:
                points = indices[epoch, :, batch]
                mask = tf.cast(points < padding_index, tf.float32)
                if self.has_schedule:
                    self.optimizer.set_rates(rates[epoch, batch])
                sums = self._step(tf.gather(x, points), tf.gather(y, points), mask)
                return batch + 1, totals + sums

            zeros = tf.zeros((1 + len(self.other_metrics), self.n_members))
            _, totals = tf.while_loop(
                lambda batch, _: batch < indices.shape[2], train_batch, (0, zeros)
            )
            val_means = self._validate(x_val, y_val, mask_val)
            if self.stopping:
                self.stopping.update(val_means[self.score_row])
            means = tf.concat([totals / self.n_points, val_means], axis=0)
            return epoch + 1, history.write(epoch, means)

        history = tf.TensorArray(tf.float32, size=epochs)
        _, history = tf.while_loop(lambda epoch, _: epoch < epochs, train_epoch, (0, history))
        return history.stack()

    def _step(self, x: Any, y: Any, mask: Any) -> Any:
        """Update all members with one batch each.

        Args:
            x: Inputs, shape (P, padded, n_inputs).
            y: Targets, shape (P, padded, n_outputs).
            mask: 1 for a point and 0 for padding, shape (P, padded).

        Returns:
            Sums of the metrics before the update, shape (metrics, P).
        """
        parameters = self.parameters.value
        n_points = tf.reduce_sum(mask[0])
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            result = self.layers.compute(parameters, x, mask, self.optimizer.step)
            totals = self._sum_metrics(result.outputs, y, mask, is_training=True)
            if self.penalties:
                totals = _add_to_loss(totals, n_points * self.penalties.sum(parameters))
            # Averaged over points, but summed over members, whose gradients are independent.
            loss = tf.reduce_sum(totals[0]) / n_points
        # A unit that is padding may have an output, but must not get weights.
        self.optimizer.apply(self.parameter_mask * tape.gradient(loss, parameters))
        for variable, value in result.updates:
            variable.assign(value)
        return totals

    def _validate(self, x: Any, y: Any, mask: Any) -> Any:
        """Return the means of the metrics over the validation points, shape (metrics, P).

        Args:
            x: Inputs, shape (P, padded, n_inputs); as for `y`, the first dimension is 1 where all
                members see the same points.
            y: Targets, shape (P, padded, n_outputs).
            mask: 1 for a point and 0 for padding, shape (1, padded).
        """
        parameters = self.parameters.value
        outputs = self.layers.compute(parameters, x, mask).outputs
        means = self._sum_metrics(outputs, y, mask, is_training=False) / tf.reduce_sum(mask)
        return _add_to_loss(means, self.penalties.sum(parameters)) if self.penalties else means

    def _sum_metrics(self, outputs: Any, y: Any, mask: Any, *, is_training: bool) -> Any:
        """Sum each member's metrics over its points, shape (metrics, P)."""
        y = tf.broadcast_to(y, outputs.shape)
        losses = self.loss.compute(y, outputs, is_training=is_training)
        values = [losses, *(metric(y, outputs) for metric in self.other_metrics)]
        return tf.stack([tf.reduce_sum(mask * points, axis=1) for points in values])


def _add_to_loss(metrics: Any, penalties: Any) -> Any:
    """Add penalties (P,) to the first row of metrics (metrics, P), the loss."""
    return tf.concat([metrics[:1] + penalties, metrics[1:]], axis=0)
