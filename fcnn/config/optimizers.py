"""The optimizers: their hyperparameters with allowed ranges, and the libraries that have them.

Names and meanings are those of `keras.optimizers`. To add one of Keras's optimizers, write a class
here and a file in `conf/optimizer/`. Another library refuses it until its update rule is
implemented there and `Only` beside its name lists the library.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import Only, PerMember
from fcnn.config.fields import STRICT, Fraction, NonNegativeFloat, PositiveFloat

Rate = Annotated[PositiveFloat, PerMember()]
TENSOR_LIBRARIES = ("keras", "tensorflow", "torch")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SGD:
    """Stochastic gradient descent, hyperparameters as in `keras.optimizers.SGD`."""

    name: Literal["sgd"]
    learning_rate: Rate
    momentum: Fraction
    nesterov: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adam:
    """Adam, hyperparameters as in `keras.optimizers.Adam`."""

    name: Literal["adam"]
    learning_rate: Rate
    beta_1: Fraction
    beta_2: Fraction
    epsilon: PositiveFloat
    amsgrad: Annotated[bool, Only(*TENSOR_LIBRARIES, values=(True,))]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RMSprop:
    """RMSprop, hyperparameters as in `keras.optimizers.RMSprop`."""

    name: Annotated[Literal["rmsprop"], Only(*TENSOR_LIBRARIES)]
    learning_rate: Rate
    rho: Fraction
    momentum: Fraction
    epsilon: PositiveFloat
    centered: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adagrad:
    """Adagrad, hyperparameters as in `keras.optimizers.Adagrad`."""

    name: Annotated[Literal["adagrad"], Only(*TENSOR_LIBRARIES)]
    learning_rate: Rate
    initial_accumulator_value: NonNegativeFloat
    epsilon: PositiveFloat


OPTIMIZERS = SGD | Adam | RMSprop | Adagrad
Optimizer = Annotated[OPTIMIZERS, Field(discriminator="name")]
