"""Which hyperparameters mean the same: neutral values, keys without effect, synonyms.

A key at its neutral value says nothing. Configs from before such a key existed do not have it, and
are the same configs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from fcnn.config.declarations import (
    AtMost,
    Notation,
    Synonyms,
    UnusedWhen,
    list_notes,
    neutral_values,
)
from fcnn.config.schema import SECTIONS, Config, as_text


@dataclass(frozen=True)
class _Meanings:
    """What is declared about the keys of a config, as texts.

    Attributes:
        neutral: Neutral values by key.
        notation: Keys that say how something is written.
        unused: Keys without effect, each with the key and the values that make it so, and with the
            value that then takes its place.
        synonyms: Keys with values that mean what another value means, and that value.
        limits: Keys of numbers, each with the key of the number that they are at most.
    """

    neutral: dict[str, str]
    notation: frozenset[str]
    unused: tuple[tuple[str, str, frozenset[str], str], ...]
    synonyms: tuple[tuple[str, frozenset[str], str], ...]
    limits: tuple[tuple[str, str], ...]


def drop_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return params (`flatten_hyperparameters`) without what identifies nothing.

    These are keys at their neutral values, and those that say how something is written. Values
    that mean the same are one value.
    """
    params = rename_values(params)
    meanings = _find_meanings(params)
    return {
        key: value
        for key, value in _unify(params, meanings).items()
        if meanings.neutral.get(key) != value and key not in meanings.notation
    }


def add_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params of a run of any version with the neutral values of keys that they lack."""
    params = rename_values(params)
    return params | {
        key: value for key, value in _find_meanings(params).neutral.items() if key not in params
    }


def rename_values(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params with the names that today's version has for the values of older ones."""
    return {key: _RENAMED.get((key, value), value) for key, value in params.items()}


_RENAMED = {("dataset.name", "csv"): "table"}
"""Today's values of keys, by key and former value."""


def _unify(params: Mapping[str, str], meanings: _Meanings) -> dict[str, str]:
    """Return params with one value in the place of all that mean the same."""
    known = meanings.neutral | dict(params)
    unified = dict(params)
    for key, other, values, as_if in meanings.unused:
        if known.get(other) in values:
            unified[key] = as_if
    for key, values, meaning in meanings.synonyms:
        if params.get(key) in values:
            unified[key] = meaning
    for key, limit in meanings.limits:
        if key in params and limit in params:
            unified[key] = min(params[key], params[limit], key=int)
    return unified


def _find_meanings(params: Mapping[str, str]) -> _Meanings:
    """Find what is declared about the keys of params, whose names are those of today."""
    return _collect_meanings(tuple(params.get(f"{section}.name") for section in SECTIONS[1:]))


@cache
def _collect_meanings(names: tuple[str | None, ...]) -> _Meanings:
    kinds = [
        (section, kind)
        for section, name in zip(SECTIONS[1:], names, strict=True)
        for kind in _kinds_of(section, name)
    ]
    notes = [pair for section, kind in kinds for pair in list_notes(kind, section)]
    return _Meanings(
        neutral={
            key: as_text(value)
            for section, kind in kinds
            for key, value in neutral_values(kind, section).items()
        },
        notation=frozenset(key for key, note in notes if isinstance(note, Notation)),
        unused=tuple(
            (key, note.key, frozenset(map(as_text, note.values)), as_text(note.as_if))
            for key, note in notes
            if isinstance(note, UnusedWhen)
        ),
        synonyms=tuple(
            (key, frozenset(map(as_text, note.values)), as_text(note.meaning))
            for key, note in notes
            if isinstance(note, Synonyms)
        ),
        limits=tuple((key, note.key) for key, note in notes if isinstance(note, AtMost)),
    )


@cache
def _kinds_of(section: str, name: str | None) -> tuple[type, ...]:
    """Return the dataclass of a section, where several exist the one of `name`; or none."""
    hint = get_type_hints(Config, include_extras=True)[section]
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    kinds: tuple[type, ...] = get_args(plain) or (plain,)
    if len(kinds) > 1:
        default = next(field.default for field in fields(Config) if field.name == section)
        kinds = tuple(
            kind
            for kind in kinds
            if name in _names_of(kind) or (name is None and isinstance(default, kind))
        )
    return kinds[:1]


def _names_of(kind: type) -> tuple[str, ...]:
    """Return the names by which a kind of a section is chosen."""
    hint = get_type_hints(kind)["name"]
    return get_args(hint) if get_origin(hint) is Literal else ()
