"""Turns a composed config into the typed one, or says in one line what is wrong with it."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from yaml import YAMLError

from fcnn.config.errors import describe_unknown_key, quoted
from fcnn.config.fields import NO_NAME
from fcnn.config.schema import SECTIONS, Config, ConfigError, Tracking

_ADAPTER = TypeAdapter(Config)
T = TypeVar("T")
_INTERPOLATION = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
"""What OmegaConf resolves; after an odd number of backslashes it is text."""


def without_hydra(cfg: DictConfig) -> DictConfig:
    """The config without Hydra's own node."""
    return OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "hydra"])


def to_keep(cfg: DictConfig) -> str:
    """The YAML that a run keeps of its composed config: resolved, and without `tracking`.

    Where a run is recorded is its reader's own affair, and an address may hold a password.
    """
    sections = cast(dict[str, Any], OmegaConf.to_container(without_hydra(cfg), resolve=True))
    sections.pop("tracking", None)
    return OmegaConf.to_yaml(OmegaConf.create(_escaped(sections)))


def parse_yaml(source: str, tracking: Tracking) -> Config:
    """Checks the YAML that a run keeps, with `tracking` in place of its own; see `validated`.

    Nothing is resolved: an interpolation would show what is in the environment of whoever reads
    the config, which others may have written.

    Raises:
        ConfigError: it is no config, holds an interpolation, or cannot be run.
    """
    sections = _kept_sections(source)
    sections.pop("tracking", None)
    sections.pop("rerun", None)  # a key of older versions
    for key, text in _texts(sections):
        if _INTERPOLATION.search(text):
            raise ConfigError(f"{key}={text}: an interpolation, which no kept config may have")
    sections["tracking"] = _escaped(dataclasses.asdict(tracking))
    return parse(OmegaConf.create(sections))


def kept_parent(source: str) -> str | None:
    """The parent run that the YAML of version 0.1.0 names, which kept `tracking` too."""
    tracking = _kept_sections(source).get("tracking")
    parent = tracking.get("parent_run_id") if isinstance(tracking, dict) else None
    return parent if isinstance(parent, str) and parent.isalnum() else None


def _kept_sections(source: str) -> dict[str, Any]:
    try:
        sections = OmegaConf.to_container(OmegaConf.create(source))
    except (YAMLError, OmegaConfBaseException, AssertionError, ValueError, RecursionError):
        sections = None
    if not isinstance(sections, dict) or not {*SECTIONS, "tracking"} & set(sections):
        raise ConfigError("what is kept as its config is none, it has no sections")
    return cast(dict[str, Any], sections)


def _texts(value: Any, *path: str) -> Iterator[tuple[str, str]]:
    """All texts in a section, with their keys."""
    if isinstance(value, str):
        yield ".".join(path), value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _texts(item, *path, str(key))


def _escaped(value: Any) -> Any:
    """The same values, in which what looks like an interpolation is text."""
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", r"\1\1\\${", value)
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value


def parse(cfg: DictConfig) -> Config:
    """Checks the composed config of a run; see `validated`."""
    return validate_config(cfg, _ADAPTER)


def validate_config(cfg: DictConfig, adapter: TypeAdapter[T]) -> T:
    """Checks a composed config and makes a dataclass of it; Hydra's own node, if it is there, is none of ours.

    Raises:
        ConfigError: a value is missing, of the wrong type or out of range, or a key is unknown.
    """
    try:
        cfg = without_hydra(cfg)
        missing = sorted(OmegaConf.missing_keys(cfg))
        if missing:
            raise ConfigError("; ".join(f"{key}: is missing" for key in missing))
        return adapter.validate_python(OmegaConf.to_container(cfg, resolve=True))
    except OmegaConfBaseException as error:
        raise ConfigError(str(error).splitlines()[0]) from None
    except ValidationError as error:
        # A bad item makes its list too short as well: the first complaint about a key is the one to read.
        lines = {_location(one)[:2]: _line(one, cfg) for one in reversed(error.errors())}
        raise ConfigError("; ".join(reversed(lines.values()))) from None


def _location(error: ErrorDetails) -> tuple[str, ...]:
    """The key in its parts; of which kind an optimizer or a data set is, is part of pydantic's location but not of ours."""
    first, others = error["loc"][:1], error["loc"][1:]
    return tuple(
        str(part)
        for part in (*first, *(others[1:] if first in (("optimizer",), ("dataset",)) else others))
    )


def _line(error: ErrorDetails, cfg: DictConfig) -> str:
    """One pydantic error as `key=value: what is allowed`."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    key, value = ".".join(_location(error)[:2]), error["input"]
    context = error.get("ctx", {})
    match error["type"]:
        case "union_tag_invalid":
            return f"{key}.name={context['tag']}: should be one of {context['expected_tags']}"
        case "union_tag_not_found":
            return f"{key}.name: is missing"
        case "missing":
            return f"{key}: is missing"
        case "unexpected_keyword_argument":
            return describe_unknown_key(
                key, OmegaConf.select(cfg, _location(error)[0]) if "." in key else cfg
            )
        case kind if kind == NO_NAME:
            read = "null" if value is None else str(value).lower()
            if len(_location(error)) < 3:
                return f"{key}={read}: is read as no name; in quotes it is: {quoted(key, read)}"
            return f"{key}: {read} in its list is read as no name; in quotes it is: '{read}'"
        case "tuple_type":
            return f"{key}={value}: should be a list, in brackets: '{key}=[{value if isinstance(value, int) else '...'}]'"
        case "dataclass_type":
            return f"{key}={value}: is no value but a section, whose keys are set one by one, as {key}.KEY=VALUE"
        case "too_short":
            return f"{key}={list(value)}: should have at least {context['min_length']} item"
        case _ if isinstance(value, list) and value and len(_location(error)) < 3:
            return f"{key}={value}: should be one value; the values of a grid have no brackets: {key}={','.join(map(str, value))}"
        case _:
            allowed = re.sub("^(Input|String) should", "should", error["msg"]).replace(
                "tuple", "list"
            )
            return (
                f"{key}={value}: {allowed}"
                if len(_location(error)) < 3
                else f"{key}: {value} in its list {allowed}"
            )
