"""How a network is trained, as keys of the config."""

from typing import Annotated

from pydantic.dataclasses import dataclass

from fcnn.config.declarations import PerMember, WhetherNot
from fcnn.config.fields import STRICT, NonNegativeFloat, PointCount, PositiveInt, Seed


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EarlyStopping:
    """When a training ends before its last epoch, as `keras.callbacks.EarlyStopping` decides.

    It ends once `patience` epochs in a row have not made the lowest validation loss (`score`, where
    there is one) lower by more than `min_delta`. The weights of the lowest are kept. A patience of
    None switches it off.
    """

    patience: Annotated[PositiveInt | None, WhetherNot(off=None)] = None
    min_delta: Annotated[NonNegativeFloat, PerMember()] = 0.0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Training:
    """Length of the training, size of its batches, and its seed.

    The seed is that of initial weights and batch order; by default the data follow it.
    """

    epochs: PositiveInt
    batch_size: PositiveInt
    seed: Annotated[Seed, PerMember()]
    validation_points: PointCount
    early_stopping: EarlyStopping = EarlyStopping()
