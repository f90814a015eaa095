"""How a network is trained, as keys of the config."""

from typing import Annotated

from pydantic.dataclasses import dataclass

from fcnn.config.declarations import PerMember
from fcnn.config.fields import STRICT, PointCount, PositiveInt, Seed


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Training:
    """Length of the training, size of its batches, and its seed.

    The seed is that of initial weights and batch order, not of the data.
    """

    epochs: PositiveInt
    batch_size: PositiveInt
    seed: Annotated[Seed, PerMember()]
    validation_points: PointCount
