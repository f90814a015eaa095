"""Sections of configs as YAML; what the jobs of a sweep share is formatted once."""

from collections.abc import Mapping
from textwrap import indent
from typing import Any

from omegaconf import OmegaConf

MAX_WIDTH = 60
"""Characters of a line that stays whole in a section; YAML folds those of more than 80."""
_known_items: dict[tuple[str, str], str] = {}


def format_yaml(sections: Mapping[str, Any]) -> str:
    """Format plain values as `OmegaConf.to_yaml` does, which takes 5 ms for each config.

    Args:
        sections: By key; texts that look like interpolations have to be escaped.
    """
    return "".join(_format_section(key, value) for key, value in sections.items())


def _format_section(key: str, section: Any) -> str:
    """Format a section item by item, unless one of them is folded depending on its depth."""
    if not isinstance(section, dict) or not section:
        return _format_item(key, section)
    items = [_format_section(name, value) for name, value in section.items()]
    if not all(map(_is_independent, items, section.values())):
        return _format_item(key, section)
    return f"{key}:\n{indent(''.join(items), '  ')}"


def _format_item(key: str, value: Any) -> str:
    known = (key, repr(value))
    if known not in _known_items:
        _known_items[known] = OmegaConf.to_yaml({key: value})
    return _known_items[known]


def _is_independent(text: str, value: Any) -> bool:
    """Whether the text of an item is the same at any depth, but for its indentation."""
    lines = text.splitlines()
    is_short = all(len(line) <= MAX_WIDTH for line in lines)
    return is_short and (len(lines) == 1 or isinstance(value, dict | list))
