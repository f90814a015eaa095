"""The architecture of a network and its initial weights, as keys of the config."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import Padded, PerMember
from fcnn.config.fields import STRICT, Activation, Initializer, PositiveInt


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Model:
    """Architecture and initial weights of the network."""

    hidden_units: Annotated[tuple[PositiveInt, ...], Field(min_length=1), Padded()]
    activation: Activation
    kernel_initializer: Annotated[Initializer, PerMember()]
