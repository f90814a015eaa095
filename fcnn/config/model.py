"""The architecture of a network and its initial weights, as keys of the config."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.activations import ACTIVATIONS
from fcnn.config.declarations import (
    Only,
    Padded,
    PerMember,
    UnusedWhen,
    WhetherNot,
    restrict_values,
)
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
    added to hidden units. Hidden layers are normalised before their activation: over the units of
    a layer, or over a batch in training and by moving averages in validation, of which each update
    keeps `normalization_momentum`.
    """

    hidden_units: Annotated[tuple[PositiveInt, ...], Field(min_length=1), Padded()]
    activation: Annotated[
        Activation,
        *restrict_values({name: each.libraries for name, each in ACTIVATIONS.items()}),
    ]
    kernel_initializer: Annotated[Initializer, PerMember()]
    bias_initializer: Annotated[BiasInitializer, PerMember()] = "zeros"
    normalization: Annotated[Normalization, Only("keras")] = "none"
    normalization_momentum: Annotated[
        Fraction,
        PerMember(),
        UnusedWhen("model.normalization", ("none", "layer"), as_if=NORMALIZATION_MOMENTUM),
    ] = NORMALIZATION_MOMENTUM
    l1: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only("keras")] = 0.0
    l2: Annotated[NonNegativeFloat, WhetherNot(off=0.0)] = 0.0
    dropout: Annotated[Fraction, WhetherNot(off=0.0), Only("keras")] = 0.0
    gaussian_noise: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only("keras")] = 0.0
