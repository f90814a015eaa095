"""How a network is trained, as keys of the config."""

from typing import Annotated

from pydantic.dataclasses import dataclass

from fcnn.config.declarations import AtMost, Only, PerMember, Synonyms, UnusedWhen, WhetherNot
from fcnn.config.fields import (
    PLAIN_LOSSES,
    STRICT,
    ClassWeight,
    Fraction,
    Loss,
    NonNegativeFloat,
    PointCount,
    PositiveFloat,
    PositiveInt,
    Seed,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EarlyStopping:
    """When a training ends before its last epoch, as `keras.callbacks.EarlyStopping` decides.

    It ends once `patience` epochs in a row have not made the lowest validation loss (`score`, where
    there is one) lower by more than `min_delta`. The weights of the lowest are kept. A patience of
    None switches it off.
    """

    patience: Annotated[PositiveInt | None, WhetherNot(off=None)] = None
    min_delta: Annotated[
        NonNegativeFloat,
        PerMember(),
        UnusedWhen("training.early_stopping.patience", (None,), as_if=0.0),
    ] = 0.0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Training:
    """What is minimised, for how long, in batches of which size, and from which seed.

    `delta` is where `huber` turns from a parabola into straight lines. `label_smoothing` takes this
    share of the probability of a class and gives it to all in equal parts (Szegedy et al. 2016).
    `class_weight` balances the classes of the training points. The seed is that of initial weights
    and batch order; by default the data follow it.
    """

    epochs: PositiveInt
    batch_size: Annotated[PositiveInt, AtMost("dataset.n_points")]
    seed: Annotated[Seed, PerMember()]
    validation_points: Annotated[
        PointCount, UnusedWhen("dataset.name", ("table", "sklearn"), as_if=500)
    ]
    loss: Annotated[
        Loss,
        Only("keras", values=("mae", "huber", "log_cosh")),
        Synonyms(("mse", "cross_entropy"), meaning="auto"),  # whichever fits the task
    ] = "auto"
    delta: Annotated[PositiveFloat, PerMember()] = 1.0
    label_smoothing: Annotated[Fraction, WhetherNot(off=0.0), Only("keras")] = 0.0
    class_weight: Annotated[ClassWeight | None, Only("keras")] = None
    early_stopping: EarlyStopping = EarlyStopping()

    def __post_init__(self) -> None:
        if self.delta != 1 and self.loss != "huber":
            raise ValueError(f"training.delta={self.delta}: is for training.loss=huber")

    @property
    def minimises_score(self) -> bool:
        """Whether the loss is the mean squared error or cross-entropy that runs are compared by."""
        is_plain = self.loss in PLAIN_LOSSES and not self.label_smoothing
        return is_plain and self.class_weight is None
