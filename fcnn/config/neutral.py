"""Which hyperparameters mean the same: neutral values, keys without effect, synonyms.

A key at its neutral value says nothing. Configs from before such a key existed do not have it, and
are the same configs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from fcnn.config.declarations import (
    AtMost,
    Notation,
    Synonyms,
    UnusedWhen,
    list_notes,
    neutral_values,
)
from fcnn.config.schema import SECTIONS, Config, as_text

Note = TypeVar("Note")


def drop_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return params (`flatten_hyperparameters`) without what identifies nothing.

    These are keys at their neutral values, and those that say how something is written. Values
    that mean the same are one value.
    """
    params = _unify(rename_values(params))
    neutral = _neutral_params(params)
    notation = {key for key, _ in _notes_of(params, Notation)}
    return {
        key: value
        for key, value in params.items()
        if neutral.get(key) != value and key not in notation
    }


def add_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params of a run of any version with the neutral values of keys that they lack."""
    params = rename_values(params)
    return params | {
        key: value for key, value in _neutral_params(params).items() if key not in params
    }


def rename_values(params: Mapping[str, str]) -> dict[str, str]:
    """Return the params with the names that today's version has for the values of older ones."""
    return {key: _RENAMED.get((key, value), value) for key, value in params.items()}


_RENAMED = {("dataset.name", "csv"): "table"}
"""Today's values of keys, by key and former value."""


def _neutral_params(params: Mapping[str, str]) -> dict[str, str]:
    neutral: dict[str, str] = {}
    for section in SECTIONS[1:]:
        neutral |= _neutral_section(section, params.get(f"{section}.name"))
    return neutral


def _unify(params: Mapping[str, str]) -> dict[str, str]:
    """Return params with one value in the place of all that mean the same."""
    known = _neutral_params(params) | dict(params)
    unified = dict(params)
    for key, unused in _notes_of(params, UnusedWhen):
        if known.get(unused.key) in [as_text(value) for value in unused.values]:
            unified[key] = as_text(unused.as_if)
    for key, synonyms in _notes_of(params, Synonyms):
        if params.get(key) in [as_text(value) for value in synonyms.values]:
            unified[key] = as_text(synonyms.meaning)
    for key, at_most in _notes_of(params, AtMost):
        if key in params and at_most.key in params:
            unified[key] = min(params[key], params[at_most.key], key=int)
    return unified


def _notes_of(params: Mapping[str, str], note_type: type[Note]) -> Iterator[tuple[str, Note]]:
    """Yield the keys of these params with what of a type is declared beside them."""
    for section in SECTIONS[1:]:
        for key, note in _notes_of_section(section, params.get(f"{section}.name")):
            if isinstance(note, note_type):
                yield key, note


@cache
def _notes_of_section(section: str, name: str | None) -> tuple[tuple[str, Any], ...]:
    return tuple(pair for kind in _kinds_of(section, name) for pair in list_notes(kind, section))


@cache
def _neutral_section(section: str, name: str | None) -> dict[str, str]:
    """Return the neutral values of a section, where several kinds exist of the kind `name`."""
    return {
        key: as_text(value)
        for kind in _kinds_of(section, name)
        for key, value in neutral_values(kind, section).items()
    }


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
