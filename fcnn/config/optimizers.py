"""The optimizers: their hyperparameters with allowed ranges, and the libraries that support them.

Names and meanings are those of `keras.optimizers`. To add one of Keras's optimizers, write a class
here and a file in `conf/optimizer/`. Another library refuses it until its update rule is
implemented there and `libraries` lists the library.
"""

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.fields import STRICT, Fraction, LibraryName, NonNegativeFloat, PositiveFloat

ALL_LIBRARIES = frozenset(get_args(LibraryName))


class _Optimizer:
    libraries: ClassVar[frozenset[LibraryName]] = frozenset({"keras"})


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SGD(_Optimizer):
    """Stochastic gradient descent, hyperparameters as in `keras.optimizers.SGD`."""

    libraries = ALL_LIBRARIES
    name: Literal["sgd"]
    learning_rate: PositiveFloat
    momentum: Fraction
    nesterov: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adam(_Optimizer):
    """Adam, hyperparameters as in `keras.optimizers.Adam`."""

    libraries = ALL_LIBRARIES
    name: Literal["adam"]
    learning_rate: PositiveFloat
    beta_1: Fraction
    beta_2: Fraction
    epsilon: PositiveFloat
    amsgrad: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RMSprop(_Optimizer):
    """RMSprop, hyperparameters as in `keras.optimizers.RMSprop`."""

    libraries = ALL_LIBRARIES - {"sklearn"}
    name: Literal["rmsprop"]
    learning_rate: PositiveFloat
    rho: Fraction
    momentum: Fraction
    epsilon: PositiveFloat
    centered: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adagrad(_Optimizer):
    """Adagrad, hyperparameters as in `keras.optimizers.Adagrad`."""

    libraries = ALL_LIBRARIES - {"sklearn"}
    name: Literal["adagrad"]
    learning_rate: PositiveFloat
    initial_accumulator_value: NonNegativeFloat
    epsilon: PositiveFloat


OPTIMIZERS = SGD | Adam | RMSprop | Adagrad
Optimizer = Annotated[OPTIMIZERS, Field(discriminator="name")]


def check_support(optimizer: Optimizer, library: LibraryName) -> None:
    """Refuse an optimizer, or an option of it, that the library does not support.

    Raises:
        ValueError: With what the library supports.
    """
    if library not in optimizer.libraries:
        supported = [kind for kind in get_args(OPTIMIZERS) if library in kind.libraries]
        *names, last = (kind.__name__.lower() for kind in supported)
        raise ValueError(
            f"optimizer.name={optimizer.name}: library={library} has {', '.join(names)} "
            f"and {last} only"
        )
    if library == "sklearn" and isinstance(optimizer, Adam) and optimizer.amsgrad:
        raise ValueError("optimizer.amsgrad=True: library=sklearn has no amsgrad")
