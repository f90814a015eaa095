"""The forward pass of stacked networks: dense layers, and what acts on them in training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fcnn.config.model import Model
from fcnn.data import Array
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked.blocks import Blocks
from fcnn.libraries.stacked.noise import member_keys, random_bits, standard_normal
from fcnn.libraries.stacked.normalization import NORMALIZATIONS
from fcnn.network import Weights


@dataclass(frozen=True)
class Pass:
    """What a forward pass gives.

    Attributes:
        outputs: Outputs before the output activation, shape (P, rows, n_outputs).
        updates: Variables and their new values, to assign once the gradients are computed.
    """

    outputs: Any
    updates: list[tuple[Any, Any]]


class StackedLayers:
    """The layers of P networks: dense, normalization, activation, dropout, noise, and so on.

    Args:
        model: A model of the program, of which only what is structure matters.
        blocks: Where the layers lie in the parameters.
    """

    def __init__(self, model: Model, blocks: Blocks) -> None:
        self.blocks = blocks
        n_members = blocks.n_members
        self.activation = keras.activations.get(model.activation)
        hidden_widths = [width for _, width in blocks.layers[:-1]]
        kind = NORMALIZATIONS.get(model.normalization)
        self.normalizations = [kind(n_members, width) for width in hidden_widths] if kind else []
        self.has_dropout, self.has_noise = model.dropout > 0, model.gaussian_noise > 0
        self.keys = tf.Variable(tf.zeros((n_members,), tf.uint32))
        # A unit is kept where its 32 random bits are not below this.
        self.kept_from = tf.Variable(tf.zeros((n_members, 1, 1), tf.uint32))
        self.scale = tf.Variable(tf.zeros((n_members, 1, 1)))
        self.noise = tf.Variable(tf.zeros((n_members, 1, 1)))

    def reset(
        self, models: Sequence[Model], seeds: Sequence[int], sizes: Sequence[Sequence[int]]
    ) -> None:
        """Set the numbers of each member.

        Args:
            models: The model of each member.
            seeds: The seed of each member.
            sizes: The layer sizes of each member.
        """
        rates = np.array([model.dropout for model in models])[:, np.newaxis, np.newaxis]
        noise = np.array([model.gaussian_noise for model in models], np.float32)
        self.keys.assign(member_keys(seeds))
        self.kept_from.assign(np.minimum(np.round(rates * 2**32), 2**32 - 1).astype(np.uint32))
        self.scale.assign((1 / (1 - rates)).astype(np.float32))
        self.noise.assign(noise[:, np.newaxis, np.newaxis])
        for layer, normalization in enumerate(self.normalizations, start=1):
            normalization.reset(models, [member[layer] for member in sizes])

    @property
    def averages(self) -> list[Any]:
        """The moving averages of batch normalization, two variables for each hidden layer."""
        return [average for layer in self.normalizations for average in layer.averages]

    def fold(self, arrays: Sequence[Array], averages: Sequence[Array]) -> Weights:
        """Return the weights of a member as `fcnn.network` has them.

        Args:
            arrays: Its arrays, as `Blocks.unpack` returns them.
            averages: The values of its moving averages.
        """
        layers = list(zip(arrays[0::2], arrays[1::2], strict=True))
        dense, scales = layers[: len(self.blocks.layers)], layers[len(self.blocks.layers) :]
        weights: Weights = []
        for layer, (kernel, bias) in enumerate(dense):
            if layer >= len(self.normalizations):
                weights += [kernel, bias]
                continue
            own = averages[2 * layer : 2 * layer + 2]
            weights += self.normalizations[layer].fold([kernel, bias], [*scales[layer]], own)
        return weights

    def compute(self, parameters: Any, x: Any, mask: Any, step: Any = None) -> Pass:
        """Compute the outputs of all members.

        Args:
            parameters: Parameters, shape (P, vectors, lanes).
            x: Inputs, shape (P, rows, n_inputs), or (1, rows, n_inputs).
            mask: 1 for a point and 0 for padding, shape (P, rows) or (1, rows).
            step: Updates before this one in training, None in validation.
        """
        *hidden, output = self.blocks.layer_arrays(parameters)
        scales = self.blocks.scale_arrays(parameters)
        updates: list[tuple[Any, Any]] = []
        for layer, (kernel, bias) in enumerate(hidden):
            x = tf.matmul(x, kernel) + bias
            if self.normalizations:
                normalization, (gamma, beta) = self.normalizations[layer], scales[layer]
                x, changed = normalization.normalize(x, mask, step is not None)
                x, updates = x * gamma + beta, [*updates, *changed]
            x = self.activation(x)
            if step is not None:
                x = self._disturb(x, step, layer)
        kernel, bias = output
        return Pass(tf.matmul(x, kernel) + bias, updates)

    def _disturb(self, x: Any, step: Any, layer: int) -> Any:
        """Drop units (Srivastava et al. 2014) and add noise to those of a hidden layer."""
        if not (self.has_dropout or self.has_noise):
            return x
        bits = random_bits(self.keys, step, layer, x.shape[1], x.shape[2])
        if self.has_dropout:
            x = tf.where(bits >= self.kept_from, x * self.scale, 0.0)
        if self.has_noise:
            x += self.noise * standard_normal(bits)
        return x
