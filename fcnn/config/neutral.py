"""Hyperparameters at their neutral values, which say nothing.

Configs from before such a key existed do not have it, and are the same configs.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from fcnn.config.declarations import neutral_values
from fcnn.config.schema import SECTIONS, Config, as_text


def drop_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return params (`flatten_hyperparameters`) without those at their neutral values."""
    neutral = _neutral_params(params)
    return {key: value for key, value in params.items() if neutral.get(key) != value}


def add_neutral(params: Mapping[str, str]) -> dict[str, str]:
    """Return params with the neutral values of the keys that they lack."""
    return dict(params) | {
        key: value for key, value in _neutral_params(params).items() if key not in params
    }


def _neutral_params(params: Mapping[str, str]) -> dict[str, str]:
    neutral: dict[str, str] = {}
    for section in SECTIONS[1:]:
        neutral |= _neutral_section(section, params.get(f"{section}.name"))
    return neutral


@cache
def _neutral_section(section: str, name: str | None) -> dict[str, str]:
    """Return the neutral values of a section, where several kinds exist of the kind `name`."""
    hint = get_type_hints(Config, include_extras=True)[section]
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    kinds = get_args(plain) or (plain,)
    if len(kinds) > 1:
        default = next(field.default for field in fields(Config) if field.name == section)
        kinds = tuple(
            kind
            for kind in kinds
            if name in _names_of(kind) or (name is None and isinstance(default, kind))
        )
    return {
        key: as_text(value)
        for kind in kinds[:1]
        for key, value in neutral_values(kind, section).items()
    }


def _names_of(kind: type) -> tuple[str, ...]:
    """Return the names by which a kind of a section is chosen."""
    hint = get_type_hints(kind)["name"]
    return get_args(hint) if get_origin(hint) is Literal else ()
