"""Keras's optimizers on a stack of networks, each with numbers of its own."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from fcnn.config.declarations import PerMember, WhetherNot, declarations_of
from fcnn.config.optimizers import Optimizer
from fcnn.data import Array
from fcnn.libraries.runtime import keras, tf
from fcnn.libraries.stacked.blocks import Blocks
from fcnn.libraries.stacked.numbers import MemberNumber

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
_INITIAL_VALUE = "initial_accumulator_value"
_NOT_SET_ON_KERAS = ("name", "decay_biases", *CLIPS)


class BlockLamb(keras.optimizers.Lamb):
    """Lamb whose variable holds all layers of all members, which have norms of their own."""

    blocks: Blocks

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update the parameters; the formulas are those of `keras.optimizers.Lamb`."""
        step = tf.cast(self.iterations + 1, variable.dtype)
        mean, square = self._momentums[0], self._velocities[0]
        mean.assign_add((gradient - mean) * (1 - self.beta_1))
        square.assign_add((tf.square(gradient) - square) * (1 - self.beta_2))
        unbiased = mean / (1.0 - tf.pow(tf.convert_to_tensor(self.beta_1), step))
        variance = square / (1.0 - tf.pow(tf.convert_to_tensor(self.beta_2), step))
        update = unbiased / (tf.sqrt(variance) + tf.convert_to_tensor(self.epsilon))
        norms = self.blocks.norms(variable), self.blocks.norms(update)
        is_defined = tf.logical_and(norms[0] > 0, norms[1] > 0)
        ratio = tf.where(is_defined, norms[0] / norms[1], 1.0)
        variable.assign_sub(self.blocks.spread(ratio) * learning_rate * update)


class StackedOptimizer:
    """A stock Keras optimizer for the parameters of P members, whose numbers are tensors.

    Args:
        config: An optimizer of the program; the numbers of members are set by `reset`.
        parameters: The variable of all parameters, shape (P, vectors, lanes).
        blocks: Where the layers lie in it.
    """

    def __init__(self, config: Optimizer, parameters: Any, blocks: Blocks) -> None:
        self.blocks, self.parameters = blocks, parameters
        n_members, n_vectors, _ = parameters.shape
        values = asdict(config)
        self.clip = next((name for name in CLIPS if values[name] is not None), None)
        self.decays_biases = config.decay_biases
        self.learning_rates = MemberNumber(n_members)
        self.optimizer = _build(config, lambda: tf.convert_to_tensor(self.learning_rates))
        self.optimizer.blocks = blocks
        self.optimizer.build([parameters])
        # Of one replica, a sum over replicas changes nothing, but TensorFlow registers its gradient
        # for ever, and with that the program and all of its variables.
        self.optimizer._all_reduce_sum_gradients = lambda gradients_and_variables: (
            gradients_and_variables
        )
        self.limits = MemberNumber(n_members)
        self.numbers: dict[str, MemberNumber] = {}
        for name in _varying_numbers(config):
            is_full = name == "weight_decay" and not self.decays_biases
            self.numbers[name] = MemberNumber(n_members, n_vectors if is_full else 1)
            setattr(self.optimizer, name, self.numbers[name])
        if isinstance(self.optimizer, keras.optimizers.Nadam):
            # Keras multiplies the momenta of all steps so far into a scalar.
            self.optimizer._u_product = keras.Variable(np.ones((n_members, 1, 16), np.float32))
        self.initial_state = [variable.numpy() for variable in self.optimizer.variables]

    def reset(self, configs: Sequence[Optimizer], parameter_mask: Array) -> None:
        """Set the numbers of each member and the initial state.

        Args:
            configs: The optimizer of each member.
            parameter_mask: 1 for a parameter and 0 for padding, shape (P, vectors, lanes).
        """
        for variable, value in zip(self.optimizer.variables, self.initial_state, strict=True):
            variable.assign(value)
        self.learning_rates.assign([config.learning_rate for config in configs])
        if self.clip:
            self.limits.assign([getattr(config, self.clip) for config in configs])
        for name, number in self.numbers.items():
            values = np.array([getattr(config, name) for config in configs])
            if name == "weight_decay" and not self.decays_biases:
                values = values[:, np.newaxis, np.newaxis] * self.blocks.kernel_mask
            number.assign(values)
        if hasattr(configs[0], _INITIAL_VALUE):
            starts = np.array([getattr(config, _INITIAL_VALUE) for config in configs])
            # Ftrl divides by a power of it; the gradient of padding, which is always 0, must not.
            filled = np.where(parameter_mask > 0, starts[:, np.newaxis, np.newaxis], 1.0)
            self.optimizer._accumulators[0].assign(filled.astype(np.float32))

    def read_numbers(self) -> None:
        """Read the numbers of the members where a program begins."""
        for number in (self.learning_rates, self.limits, *self.numbers.values()):
            number.read()

    def set_rates(self, rates: Any) -> None:
        """Set the learning rates (P,) of the next update, in the program."""
        self.learning_rates.use(rates)

    @property
    def step(self) -> Any:
        """Number of updates so far, a scalar."""
        return tf.convert_to_tensor(self.optimizer.iterations)

    def apply(self, gradients: Any) -> None:
        """Update the parameters by gradients of their shape."""
        self.optimizer.apply([self._clipped(gradients)], [self.parameters])

    def _clipped(self, gradients: Any) -> Any:
        """Clip gradients as Keras does: by value, by the norm of a layer's array, or of all."""
        if self.clip is None:
            return gradients
        limits = tf.convert_to_tensor(self.limits)
        if self.clip == "clipvalue":
            return tf.clip_by_value(gradients, -limits, limits)
        if self.clip == "clipnorm":
            norms, limits = self.blocks.norms(gradients), limits[:, 0, :1]
            return gradients * self.blocks.spread(limits / tf.maximum(norms, limits))
        squares = self.blocks.squared_norms(gradients)
        norm = tf.sqrt(tf.add_n(tf.unstack(squares, axis=1)))[:, tf.newaxis, tf.newaxis]
        # Not finite where the norm is not, as in Keras.
        return gradients * (limits / tf.maximum(norm, limits) + (norm - norm))


def _build(config: Optimizer, get_learning_rates: Any) -> Any:
    """Build Keras's optimizer with the numbers of one member."""
    settings = {
        name: value for name, value in asdict(config).items() if name not in _NOT_SET_ON_KERAS
    }
    settings["learning_rate"] = get_learning_rates
    if "weight_decay" not in _varying_numbers(config):
        settings["weight_decay"] = None
    name = type(config).__name__
    return (BlockLamb if name == "Lamb" else getattr(keras.optimizers, name))(**settings)


def _varying_numbers(config: Optimizer) -> list[str]:
    """Return the attributes of the optimizer that are tensors of the program."""
    handled = ("learning_rate", _INITIAL_VALUE, *CLIPS)
    kind: Any = type(config)
    return [
        declaration.name
        for declaration in declarations_of(kind)
        if isinstance(declaration.role, PerMember) and declaration.name not in handled
        if not (
            isinstance(declaration.role, WhetherNot)
            and getattr(config, declaration.name) == declaration.role.off
        )
    ]
