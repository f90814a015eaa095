"""The penalties on the kernels of each member that Keras's regularizers add to its loss."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcnn.config.model import Model
from fcnn.libraries.runtime import tf
from fcnn.libraries.stacked.blocks import Blocks


class Penalties:
    """`l1` times the sum of absolute weights plus `l2` times that of their squares.

    Args:
        model: A model of the program, of which only what is structure matters.
        blocks: Where the kernels lie in the parameters.
    """

    def __init__(self, model: Model, blocks: Blocks) -> None:
        self.blocks = blocks
        self.terms = [
            (name, function, tf.Variable(tf.zeros((blocks.n_members,))))
            for name, function in (("l1", tf.abs), ("l2", tf.square))
            if getattr(model, name) != 0
        ]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def reset(self, models: Sequence[Model]) -> None:
        """Set the strengths of each member."""
        for name, _, strengths in self.terms:
            strengths.assign(np.array([getattr(model, name) for model in models], np.float32))

    def sum(self, parameters: Any) -> Any:
        """Return the penalty of each member, shape (P,)."""
        return tf.add_n(
            [
                strengths * self.blocks.sum_kernels(function(parameters))
                for _, function, strengths in self.terms
            ]
        )
