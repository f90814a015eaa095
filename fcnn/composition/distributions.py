"""What the axis of a search is to Optuna, and the values of it that are checked before any work.

An axis is written as that of a grid. Choices are searched as the texts that a grid has, so that a
trial is the very config of a grid. Numbers have a range, of integers where the key is one.
"""

import math
import sys
from dataclasses import dataclass
from typing import Any, Literal

from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep

from fcnn.errors import ConfigError

Kind = Literal["choices", "integers", "interval"]


@dataclass(frozen=True)
class SearchedAxis:
    """The axis of a search.

    Attributes:
        line: The override, for messages.
        kind: `interval` has the numbers between two, integers or not as its key has them.
        samples: The texts of all choices, or of the smallest and the largest number.
        step: Between integers.
        is_logarithmic: Whether numbers of equal ratios are equally far apart.
    """

    line: str
    kind: Kind
    samples: list[str]
    step: int = 1
    is_logarithmic: bool = False

    def make_distribution(self, value: Any) -> Any:
        """Make Optuna's distribution.

        Args:
            value: What a checked config has of one of the samples; an interval has its type.

        Raises:
            ConfigError: An interval of what is no number.
        """
        from optuna.distributions import (
            CategoricalDistribution,
            FloatDistribution,
            IntDistribution,
        )

        if self.kind == "choices":
            return CategoricalDistribution(self.samples)
        low, high = map(float, self.samples)
        if self.kind == "interval" and isinstance(value, float):
            return FloatDistribution(low, high, log=self.is_logarithmic)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigError(f"{self.line}: its values are no numbers; list them")
        return IntDistribution(int(low), int(high), log=self.is_logarithmic, step=self.step)


def read_axis(override: Override) -> SearchedAxis:
    """Read the axis of a search: an interval, a range of integers, or choices.

    Raises:
        ConfigError: It has no values, or is no range that can be searched.
    """
    line, sweep = str(override.input_line), override.value()
    if isinstance(sweep, IntervalSweep):
        return _make_interval(line, sweep)
    texts = list(override.sweep_string_iterator())
    if not texts:
        raise ConfigError(f"{line}: the axis has no values")
    if isinstance(sweep, RangeSweep) and "log" in sweep.tags:
        raise ConfigError(f"{line}: a logarithmic axis is written tag(log,interval(1,64))")
    if isinstance(sweep, RangeSweep) and all(text.lstrip("-").isdigit() for text in texts):
        numbers = sorted(map(int, texts))
        step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
        return SearchedAxis(line, "integers", [str(numbers[0]), str(numbers[-1])], step)
    return SearchedAxis(line, "choices", texts)


def _make_interval(line: str, sweep: IntervalSweep) -> SearchedAxis:
    """Make the axis of an interval; that of `int(interval(1,64))` has integers for any key.

    Raises:
        ConfigError: There are no numbers in it.
    """
    assert sweep.start is not None
    assert sweep.end is not None
    is_logarithmic = "log" in sweep.tags
    if not (math.isfinite(sweep.start) and math.isfinite(sweep.end)):
        raise ConfigError(f"{line}: the bounds of a range should be finite")
    if sweep.start >= sweep.end:
        raise ConfigError(f"{line}: the first bound of a range should be below the second")
    if is_logarithmic and sweep.start <= 0:
        raise ConfigError(f"{line}: a logarithmic range should begin above 0")
    # Hydra makes all bounds decimal, unless they are cast.
    is_integer = isinstance(sweep.start, int) and isinstance(sweep.end, int)
    kind: Kind = "integers" if is_integer else "interval"
    samples = [_format_bound(sweep.start), _format_bound(sweep.end)]
    return SearchedAxis(line, kind, samples, is_logarithmic=is_logarithmic)


def _format_bound(number: float) -> str:
    """Format a bound so that a key of integers takes it, too, if it is an integer."""
    return f"{number:.0f}" if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def rewrite_distribution(values: Any) -> Any:
    """Rewrite a distribution of Optuna's as an axis: as on the command line, or a list of values.

    Anything else comes back as it is.
    """
    if "optuna" not in sys.modules:  # nobody can have made one
        return values
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    match values:
        case CategoricalDistribution():
            return list(values.choices)
        case FloatDistribution(step=None):
            interval = f"interval({values.low!r},{values.high!r})"
            return f"tag(log,{interval})" if values.log else interval
        case FloatDistribution():
            n_steps = round((values.high - values.low) / values.step)
            numbers = (values.low + step * values.step for step in range(n_steps + 1))
            return [float(f"{number:.12g}") for number in numbers]
        case IntDistribution(log=True):
            return f"tag(log,int(interval({values.low},{values.high})))"
        case IntDistribution():
            return f"range({values.low},{values.high + 1},{values.step})"
    return values
