"""Python values as the override lines that Hydra reads, and the seeds of a study."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any, SupportsIndex

from fcnn.composition.arguments import is_sweep
from fcnn.composition.distributions import rewrite_distribution
from fcnn.config.quoting import quote_text
from fcnn.config.sections import escape_interpolations
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.params import SEED_KEY

# What Hydra reads as this very text: not a number, not a keyword, no character of its grammar.
_PLAIN_TEXT = re.compile(
    r"(?!(?:true|false|null|nan|inf|infinity)$)[a-z_][\w./-]*", re.ASCII | re.IGNORECASE
)


def format_grid(axes: Mapping[str, Any], seeds: int | Sequence[int]) -> list[str]:
    """The lines that span a grid on the command line.

    Args:
        axes: Config key -> what `format_axis` takes.
        seeds: How many seeds, from 0, or the seeds themselves.

    Returns:
        One line per axis, the seeds last: `["model.activation=relu,tanh", "training.seed=0,1"]`.

    Raises:
        ConfigError: There are no axes but something else, an axis has no values, a value has no
            spelling in a config, or the seeds are given twice.
    """
    if not isinstance(axes, Mapping):
        raise ConfigError(f"axes={axes!r}: should be a dictionary, {{KEY: [VALUE, VALUE]}}")
    if SEED_KEY in axes:
        raise ConfigError(f"{SEED_KEY}: the seeds of a study are set by seeds=, not by an axis")
    lines = [format_axis(key, values) for key, values in axes.items()]
    return [*lines, format_axis(SEED_KEY, list_seeds(seeds))]


def format_axis(key: str, values: Any) -> str:
    """The line of one axis: `model.hidden_units=[4],[8]`.

    Args:
        key: The config key.
        values: A list, a distribution of Optuna's, or several values or a range as on the command
            line: `interval(0.1,1)`.

    Raises:
        ConfigError: `values` is none of these, is empty, or holds something that is no config
            value.
    """
    values = rewrite_distribution(values)
    if isinstance(values, str) and is_sweep(f"{key}={values}"):
        return f"{key}={values}"
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        shown = printable(repr(values))
        is_line = isinstance(values, str) and "," in values
        example = "['relu', 'tanh'] or [[4], [8]]" if is_line else f"[{shown}]"
        raise ConfigError(f"{key}={shown}: should be a list of values, as {example}")
    texts = [format_value(key, value) for value in values]
    if not texts:
        raise ConfigError(f"{key}: the grid is empty: this axis has no values")
    return f"{key}={','.join(texts)}"


def list_seeds(seeds: int | Sequence[int]) -> list[int]:
    """The seeds of a study: `10` stands for 0 to 9, a list for itself.

    Raises:
        ConfigError: There are none, or they are something else.
    """
    if isinstance(seeds, Iterable) and not isinstance(seeds, str | bytes):
        return list(seeds)
    if isinstance(seeds, bool) or not isinstance(seeds, SupportsIndex) or index(seeds) < 1:
        raise ConfigError(f"seeds={seeds!r}: should be at least 1, or a list of seeds")
    return list(range(index(seeds)))


def format_value(key: str, value: Any) -> str:
    """A Python value as Hydra reads it back: `[16, 16]` as `[16,16]`, `"a,b"` as `'a,b'`.

    Raises:
        ConfigError: The value is none of a number, text, boolean, None, or a list of these.
    """
    if hasattr(value, "tolist"):  # an array or a number of NumPy
        value = value.tolist()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _format_text(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(format_value(key, item) for item in value)}]"
    raise ConfigError(
        f"{key}={printable(repr(value))}: should be a number, a text, a boolean, None "
        "or a list of these"
    )


def _format_text(text: str) -> str:
    if _PLAIN_TEXT.fullmatch(text):
        return text
    return quote_text(escape_interpolations(text))
