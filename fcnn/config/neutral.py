"""Keys at their neutral values: a run that has such a key is the run that does not have it."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from fcnn.config.fields import Neutral, Notation
from fcnn.config.schema import SECTIONS, Config


class _Options(NamedTuple):
    """What a section of the config may be: its names, if it has any, and its neutral values."""

    section: str
    names: tuple[str, ...]
    neutral: dict[str, str]


def neutral_values(params: Mapping[str, str]) -> dict[str, str]:
    """Return the keys that a config with these params has or could have, at their neutral values.

    Args:
        params: Hyperparameters by key, as `fcnn.config.schema.flatten_hyperparameters` returns
            them; of a run of an older version, without the keys that it did not have.
    """
    values: dict[str, str] = {}
    for options in _list_options():
        if not options.names or params.get(f"{options.section}.name") in options.names:
            values |= options.neutral
    return values


def drop_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params without the keys that are at their neutral values or are mere notation."""
    neutral = neutral_values(params)
    return {
        key: value
        for key, value in rename_values(params).items()
        if neutral.get(key) != value and key not in _notation_keys()
    }


def add_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params of a run of any version with the keys that it did not have."""
    neutral = neutral_values(params)
    missing = {key: value for key, value in neutral.items() if key not in params}
    return rename_values(params) | missing


def rename_values(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params with the names that today's version has for the values of older ones."""
    return {key: _RENAMED.get((key, value), value) for key, value in params.items()}


_RENAMED = {("dataset.name", "csv"): "table"}
"""Today's values of keys, by key and former value."""


@cache
def _notation_keys() -> frozenset[str]:
    """The keys that say how something is written."""
    sections = get_type_hints(Config, include_extras=True)
    return frozenset(
        f"{section}.{name}"
        for section in SECTIONS
        for options in _list_classes(sections[section])
        for name, annotation in get_type_hints(options, include_extras=True).items()
        if any(isinstance(part, Notation) for part in getattr(annotation, "__metadata__", ()))
    )


@cache
def _list_options() -> tuple[_Options, ...]:
    """Read the declarations of all sections, each of which may be one of several classes."""
    sections = get_type_hints(Config, include_extras=True)
    return tuple(
        _Options(section, get_args(_unwrap(fields["name"])) if "name" in fields else (), neutral)
        for section in SECTIONS
        for options in _list_classes(sections[section])
        for fields in [get_type_hints(options, include_extras=True)]
        for neutral in [dict(_find_neutral(section, fields))]
    )


def _list_classes(annotation: Any) -> list[type]:
    """The dataclasses of a section's annotation; none of a section that is a value."""
    annotation = _unwrap(annotation)
    candidates = [_unwrap(option) for option in get_args(annotation) or (annotation,)]
    return [option for option in candidates if isinstance(option, type) and is_dataclass(option)]


def _find_neutral(section: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, annotation in fields.items():
        for metadata in getattr(annotation, "__metadata__", ()):
            if isinstance(metadata, Neutral):
                yield f"{section}.{name}", str(metadata.value)


def _unwrap(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
