"""What is compared between runs: the validation loss, or the accuracy on classes."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Measure:
    """A settled value by which runs are ranked and compared.

    Runs have it as a score, of which less is better: the logarithm to base 10 of the loss, or the
    negative accuracy.

    Attributes:
        name: its name in configs.
        noun: what it is called in sentences.
        column: the column of `Selection.shown` that has it.
        lowest: what the best value is called: the lowest loss, the highest accuracy.
        is_logarithmic: whether differences of scores are logarithms of factors.
    """

    name: str
    noun: str
    column: str
    lowest: str
    is_logarithmic: bool

    def value(self, score: float) -> float:
        """Return the loss or the accuracy of a score."""
        return float(10**score) if self.is_logarithmic else -score

    def limits(self, low: float, high: float) -> tuple[float, float]:
        """Return the interval of a value from that of its score, or an effect's, ascending."""
        if self.is_logarithmic:
            return self.value(low), self.value(high)
        return self.value(high), self.value(low)

    @property
    def effect(self) -> str:
        """What a difference between two scores is called."""
        return "factor" if self.is_logarithmic else "difference"

    @property
    def no_effect(self) -> float:
        """The effect of values that do not differ."""
        return 1.0 if self.is_logarithmic else 0.0


def format_number(value: float, boundary: float | None = None) -> str:
    """Format a value with three digits, or as many as show on which side of a boundary it is.

    An interval of 1.004 to 1.02 excludes a factor of 1, which "1 to 1.02" would not.
    """
    text = f"{value:.3g}"
    for n_digits in range(4, 10):
        if boundary is None or np.sign(float(text) - boundary) == np.sign(value - boundary):
            break
        text = f"{value:.{n_digits}g}"
    return text


LOSS = Measure("loss", "validation loss", "settled", "lowest", is_logarithmic=True)
ACCURACY = Measure(
    "accuracy", "validation accuracy", "settled_accuracy", "highest", is_logarithmic=False
)
MEASURES = {measure.name: measure for measure in (LOSS, ACCURACY)}
