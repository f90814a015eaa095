"""The architecture of a network and its initial weights, as keys of the config."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic.dataclasses import dataclass

from fcnn.activations import ACTIVATIONS
from fcnn.config.declarations import Only, Padded, PerMember, WhetherNot, restrict_values
from fcnn.config.fields import (
    STRICT,
    Activation,
    BiasInitializer,
    Fraction,
    Initializer,
    NonNegativeFloat,
    Normalization,
    PositiveInt,
)

NORMALIZATION_MOMENTUM = 0.99
"""Keras's default."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Model:
    """Architecture, regularisation and initial weights of the network.

    `l1` and `l2` are the penalties on kernels that are added to the loss, `dropout` is the share
    of hidden units that a step leaves out, `gaussian_noise` the standard deviation of what is
    added to hidden units. Hidden layers are normalised before their activation; with the
    statistics of a batch in training, and with moving averages of them in validation, of which
    each update keeps `normalization_momentum`.
    """

    hidden_units: Annotated[tuple[PositiveInt, ...], Field(min_length=1), Padded()]
    activation: Annotated[
        Activation,
        *restrict_values({name: each.libraries for name, each in ACTIVATIONS.items()}),
    ]
    kernel_initializer: Annotated[Initializer, PerMember()]
    bias_initializer: Annotated[BiasInitializer, PerMember()] = "zeros"
    normalization: Annotated[Normalization, Only("keras")] = "none"
    normalization_momentum: Annotated[Fraction, PerMember()] = NORMALIZATION_MOMENTUM
    l1: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only("keras")] = 0.0
    l2: Annotated[NonNegativeFloat, WhetherNot(off=0.0)] = 0.0
    dropout: Annotated[Fraction, WhetherNot(off=0.0), Only("keras")] = 0.0
    gaussian_noise: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only("keras")] = 0.0

    @field_validator("normalization_momentum")
    @classmethod
    def _average_batches_only(cls, momentum: float, info: ValidationInfo) -> float:
        """Set the neutral value where there are no averages, so that it tells no runs apart."""
        return momentum if info.data.get("normalization") == "batch" else NORMALIZATION_MOMENTUM
