"""Schedules of the learning rate: their hyperparameters with allowed ranges.

Names and meanings are those of `keras.optimizers.schedules` where it has the schedule; lengths are
in epochs, which may be fractions. To add a schedule, write a class here, a file in
`conf/schedule/`, and its formula in `fcnn.learning_rates`.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import PerMember, UnusedWhen
from fcnn.config.fields import STRICT, Fraction, NonNegativeFloat, PositiveFloat, ShareUpToOne

Positive = Annotated[PositiveFloat, PerMember()]
NonNegative = Annotated[NonNegativeFloat, PerMember()]
Share = Annotated[Fraction, PerMember()]
Factor = Annotated[ShareUpToOne, PerMember()]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class _Schedule:
    """What all schedules have.

    In the first `warmup_epochs` the rate rises in a straight line from 0 to
    `optimizer.learning_rate`; what the schedule says follows (Goyal et al. 2017, section 2.2).
    """

    name: str
    warmup_epochs: NonNegative = 0.0

    depends_on_epochs: ClassVar[bool] = False
    """Whether the rates of an epoch depend on `training.epochs`, in which the schedule ends."""

    @property
    def is_scheduled(self) -> bool:
        """Whether learning rates differ from update to update."""
        return self.name != "constant" or self.warmup_epochs > 0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Constant(_Schedule):
    """The rate of the optimizer throughout."""

    name: Literal["constant"] = "constant"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Cosine(_Schedule):
    """Half a wave of a cosine, down to the share `alpha` (Loshchilov and Hutter 2017)."""

    name: Literal["cosine"]
    alpha: Share

    depends_on_epochs: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Exponential(_Schedule):
    """Times `decay_rate` in `decay_epochs`, smoothly, as `ExponentialDecay`."""

    name: Literal["exponential"]
    decay_rate: Factor
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (1.0,), as_if=1.0)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Step(_Schedule):
    """Times `decay_rate` after each `decay_epochs`, as `ExponentialDecay(staircase=True)`."""

    name: Literal["step"]
    decay_rate: Factor
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (1.0,), as_if=1.0)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Polynomial(_Schedule):
    """Down to `end_learning_rate` by a power of what remains, as `PolynomialDecay`."""

    name: Literal["polynomial"]
    end_learning_rate: NonNegative
    power: Positive

    depends_on_epochs: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InverseTime(_Schedule):
    """Divided by 1 + `decay_rate` times t / `decay_epochs`, as `InverseTimeDecay`."""

    name: Literal["inverse_time"]
    decay_rate: NonNegative
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (0.0,), as_if=1.0)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InverseScaling(_Schedule):
    """scikit-learn's `invscaling`: divided by the `power_t` of the points that were trained on."""

    name: Literal["inverse_scaling"]
    power_t: NonNegative


SCHEDULES = Constant | Cosine | Exponential | Step | Polynomial | InverseTime | InverseScaling
Schedule = Annotated[SCHEDULES, Field(discriminator="name")]
