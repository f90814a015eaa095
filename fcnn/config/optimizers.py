"""The optimizers: their hyperparameters, as Keras calls them and with what they may be, and the libraries that have them.

Keras trains with whatever has the name of one of its own optimizers, so a new one is a class here and a file in
`conf/optimizer/`. Other libraries refuse it until `libraries` names them, which need its update rule first.
"""

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.fields import STRICT, Fraction, LibraryName, NonNegativeFloat, PositiveFloat

EVERY = frozenset(get_args(LibraryName))


class _Optimizer:
    libraries: ClassVar[frozenset[LibraryName]] = frozenset({"keras"})


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SGD(_Optimizer):
    """Stochastic gradient descent, hyperparameters as in `keras.optimizers.SGD`."""

    libraries = EVERY
    name: Literal["sgd"]
    learning_rate: PositiveFloat
    momentum: Fraction
    nesterov: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adam(_Optimizer):
    """Adam, hyperparameters as in `keras.optimizers.Adam`."""

    libraries = EVERY
    name: Literal["adam"]
    learning_rate: PositiveFloat
    beta_1: Fraction
    beta_2: Fraction
    epsilon: PositiveFloat
    amsgrad: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RMSprop(_Optimizer):
    """RMSprop, hyperparameters as in `keras.optimizers.RMSprop`."""

    libraries = EVERY - {"sklearn"}
    name: Literal["rmsprop"]
    learning_rate: PositiveFloat
    rho: Fraction
    momentum: Fraction
    epsilon: PositiveFloat
    centered: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adagrad(_Optimizer):
    """Adagrad, hyperparameters as in `keras.optimizers.Adagrad`."""

    libraries = EVERY - {"sklearn"}
    name: Literal["adagrad"]
    learning_rate: PositiveFloat
    initial_accumulator_value: NonNegativeFloat
    epsilon: PositiveFloat


OPTIMIZERS = SGD | Adam | RMSprop | Adagrad
Optimizer = Annotated[OPTIMIZERS, Field(discriminator="name")]


def check(optimizer: Optimizer, library: LibraryName) -> None:
    """Refuses an optimizer, or an option of it, that a library has not.

    Raises:
        ValueError: with what the library has.
    """
    if library not in optimizer.libraries:
        *names, last = (
            one.__name__.lower() for one in get_args(OPTIMIZERS) if library in one.libraries
        )
        raise ValueError(
            f"optimizer.name={optimizer.name}: library={library} has {', '.join(names)} and {last} only"
        )
    if library == "sklearn" and isinstance(optimizer, Adam) and optimizer.amsgrad:
        raise ValueError("optimizer.amsgrad=True: library=sklearn has no amsgrad")
