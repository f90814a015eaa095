"""The optimizers: their hyperparameters with allowed ranges, and the libraries that have them.

Names and meanings are those of `keras.optimizers`. To add one of Keras's optimizers, write a class
here and a file in `conf/optimizer/`; what its docstring begins with is what
`docs/hyperparameters.md` says of it. Another library refuses it until its update rule is
implemented there and `Only` beside its name lists the library.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import Only, PerMember, UnusedWhen, WhetherNot
from fcnn.config.fields import (
    STRICT,
    Fraction,
    NonNegativeFloat,
    NonPositiveFloat,
    PositiveFloat,
    UnitInterval,
)
from fcnn.library_names import TENSOR_LIBRARIES

Rate = Annotated[PositiveFloat, PerMember()]
Strength = Annotated[NonNegativeFloat, PerMember()]
Average = Annotated[Fraction, PerMember()]
"""Share of a moving average that is kept at each update."""
Momentum = Annotated[Fraction, WhetherNot(off=0.0)]
Clip = Annotated[PositiveFloat | None, WhetherNot(off=None), Only("keras")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class _Optimizer:
    """What all optimizers have.

    `weight_decay` multiplies the parameters by `1 - weight_decay * learning_rate` at each update
    (Loshchilov and Hutter 2019), biases too unless `decay_biases` is false. `clipnorm` limits the
    norm of the gradient of each kernel and bias, `global_clipnorm` that of all, `clipvalue` each
    component.
    """

    name: str
    learning_rate: Rate
    weight_decay: Annotated[NonNegativeFloat, WhetherNot(off=0.0), Only(*TENSOR_LIBRARIES)] = 0.0
    decay_biases: Annotated[
        bool,
        Only(*TENSOR_LIBRARIES),
        UnusedWhen("optimizer.weight_decay", (0.0,), as_if=True),
    ] = True
    clipnorm: Clip = None
    clipvalue: Clip = None
    global_clipnorm: Clip = None

    def __post_init__(self) -> None:
        clips = [
            f"optimizer.{name}={getattr(self, name)}"
            for name in ("clipnorm", "clipvalue", "global_clipnorm")
            if getattr(self, name) is not None
        ]
        if len(clips) > 1:
            raise ValueError(f"{' and '.join(clips)}: at most one of them")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SGD(_Optimizer):
    """Stochastic gradient descent (Robbins and Monro 1951)."""

    name: Literal["sgd"]
    momentum: Momentum
    nesterov: Annotated[bool, UnusedWhen("optimizer.momentum", (0.0,), as_if=False)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adam(_Optimizer):
    """Steps scaled by averages of gradients and squares (Kingma and Ba 2015)."""

    name: Literal["adam"]
    beta_1: Average
    beta_2: Average
    epsilon: Rate
    amsgrad: Annotated[bool, Only(*TENSOR_LIBRARIES, values=(True,))]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class AdamW(_Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    name: Annotated[Literal["adamw"], Only(*TENSOR_LIBRARIES)]
    weight_decay: Strength
    beta_1: Average
    beta_2: Average
    epsilon: Rate
    amsgrad: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RMSprop(_Optimizer):
    """Steps scaled by an average of squared gradients (Hinton et al. 2012)."""

    name: Annotated[Literal["rmsprop"], Only(*TENSOR_LIBRARIES)]
    rho: Average
    momentum: Momentum
    epsilon: Rate
    centered: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adagrad(_Optimizer):
    """Steps scaled by the sum of squared gradients (Duchi et al. 2011)."""

    name: Annotated[Literal["adagrad"], Only(*TENSOR_LIBRARIES)]
    initial_accumulator_value: Strength
    epsilon: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adadelta(_Optimizer):
    """Steps scaled by averages of squared gradients and steps (Zeiler 2012)."""

    name: Annotated[Literal["adadelta"], Only("keras")]
    rho: Average
    epsilon: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adamax(_Optimizer):
    """Adam with the largest gradient in place of squares (Kingma and Ba 2015)."""

    name: Annotated[Literal["adamax"], Only("keras")]
    beta_1: Average
    beta_2: Average
    epsilon: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Nadam(_Optimizer):
    """Adam with Nesterov's momentum (Dozat 2016)."""

    name: Annotated[Literal["nadam"], Only("keras")]
    beta_1: Average
    beta_2: Average
    epsilon: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Lion(_Optimizer):
    """Steps of the sign of an average of gradients (Chen et al. 2023)."""

    name: Annotated[Literal["lion"], Only("keras")]
    beta_1: Annotated[UnitInterval, PerMember()]
    beta_2: Average


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ftrl(_Optimizer):
    """Follow the regularised leader (McMahan et al. 2013)."""

    name: Annotated[Literal["ftrl"], Only("keras")]
    learning_rate_power: Annotated[NonPositiveFloat, PerMember()]
    initial_accumulator_value: Strength
    l1_regularization_strength: Strength
    l2_regularization_strength: Strength
    l2_shrinkage_regularization_strength: Strength
    beta: Strength


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Lamb(_Optimizer):
    """Adam with steps in proportion to each layer's norm (You et al. 2020)."""

    name: Annotated[Literal["lamb"], Only("keras")]
    beta_1: Average
    beta_2: Average
    epsilon: Rate


OPTIMIZERS = SGD | Adam | AdamW | RMSprop | Adagrad | Adadelta | Adamax | Nadam | Lion | Ftrl | Lamb
Optimizer = Annotated[OPTIMIZERS, Field(discriminator="name")]
