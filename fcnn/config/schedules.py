"""Schedules of the learning rate: their hyperparameters with allowed ranges, and their formulas.

Names, meanings and formulas are those of `keras.optimizers.schedules` where it has the schedule;
lengths are in epochs, which may be fractions. To add a schedule, write a class here and a file in
`conf/schedule/`.
"""

from dataclasses import dataclass as plain_dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.declarations import PerMember, UnusedWhen
from fcnn.config.fields import STRICT, Fraction, NonNegativeFloat, PositiveFloat, ShareUpToOne

Positive = Annotated[PositiveFloat, PerMember()]
NonNegative = Annotated[NonNegativeFloat, PerMember()]
Share = Annotated[Fraction, PerMember()]
Factor = Annotated[ShareUpToOne, PerMember()]
Rates = NDArray[np.float64]


@plain_dataclass(frozen=True)
class Course:
    """What the rates of a training depend on, beside its schedule.

    Attributes:
        t: Time since the warm-up at each update, in epochs, of any shape.
        length: Epochs from the warm-up to the end of the training.
        n_points: Number of training points.
    """

    t: Rates
    length: float
    n_points: int

    @property
    def share(self) -> Rates:
        """How much of the time is over, 0 to 1."""
        return np.minimum(self.t / self.length, 1)


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

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the rates once the warm-up is over, starting from `rate`; as `course.t`."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Constant(_Schedule):
    """The rate of the optimizer throughout; without warm-up a program apart from that of others."""

    name: Literal["constant"] = "constant"

    def rates(self, rate: float, course: Course) -> Rates:
        """Repeat the rate."""
        return np.full_like(course.t, rate)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Cosine(_Schedule):
    """Half a wave of a cosine, down to the share `alpha` (Loshchilov and Hutter 2017)."""

    name: Literal["cosine"]
    alpha: Share

    depends_on_epochs: ClassVar[bool] = True

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the wave, as `CosineDecay`."""
        wave = 0.5 * (1 + np.cos(np.pi * course.share))
        return rate * ((1 - self.alpha) * wave + self.alpha)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Exponential(_Schedule):
    """Times `decay_rate` in `decay_epochs`, smoothly, as `ExponentialDecay`."""

    name: Literal["exponential"]
    decay_rate: Factor
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (1.0,), as_if=1.0)]

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the powers."""
        return rate * self.decay_rate ** (course.t / self.decay_epochs)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Step(_Schedule):
    """Times `decay_rate` after each `decay_epochs`, as `ExponentialDecay(staircase=True)`."""

    name: Literal["step"]
    decay_rate: Factor
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (1.0,), as_if=1.0)]

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the powers of whole numbers of `decay_epochs`."""
        # Rounded, so that a multiple of the length is one in spite of rounding.
        return rate * self.decay_rate ** np.floor(np.round(course.t / self.decay_epochs, 9))


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Polynomial(_Schedule):
    """Down to `end_learning_rate` by a power of what remains, as `PolynomialDecay`."""

    name: Literal["polynomial"]
    end_learning_rate: NonNegative
    power: Positive

    depends_on_epochs: ClassVar[bool] = True

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the powers of what remains."""
        end = self.end_learning_rate
        return (rate - end) * (1 - course.share) ** self.power + end


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InverseTime(_Schedule):
    """Divided by 1 + `decay_rate` times t / `decay_epochs`, as `InverseTimeDecay`."""

    name: Literal["inverse_time"]
    decay_rate: NonNegative
    decay_epochs: Annotated[Positive, UnusedWhen("schedule.decay_rate", (0.0,), as_if=1.0)]

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the quotients."""
        return rate / (1 + self.decay_rate * course.t / self.decay_epochs)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class InverseScaling(_Schedule):
    """scikit-learn's `invscaling`: divided by the `power_t` of the points that were trained on.

    As in its `SGDOptimizer`, these are one more than the points of the epochs before.
    """

    name: Literal["inverse_scaling"]
    power_t: NonNegative

    def rates(self, rate: float, course: Course) -> Rates:
        """Compute the quotients, which are the same throughout an epoch."""
        return rate / (np.floor(np.round(course.t, 9)) * course.n_points + 1) ** self.power_t


SCHEDULES = Constant | Cosine | Exponential | Step | Polynomial | InverseTime | InverseScaling
Schedule = Annotated[SCHEDULES, Field(discriminator="name")]
