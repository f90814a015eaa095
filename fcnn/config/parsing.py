"""Turns a composed config into the typed one, or says in one line what is wrong with it."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, TypeVar, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from yaml import YAMLError

from fcnn.config.claims import Claim, parse_claims
from fcnn.config.data_seed import DATA_SEED_KEY, FOLLOWS_SEED, GRID_OF_DATA_SEEDS, follows_seed
from fcnn.config.fields import NOT_A_NAME
from fcnn.config.messages import describe_unknown_key
from fcnn.config.quoting import quote_override
from fcnn.config.schema import SECTIONS, Config, Tracking
from fcnn.config.sections import escape_interpolations, without_hydra
from fcnn.config.suggestions import suggest_choice, suggest_values
from fcnn.errors import ConfigError

_ADAPTER = TypeAdapter(Config)
T = TypeVar("T")
_INTERPOLATION = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
"""What OmegaConf resolves; after an odd number of backslashes it is text."""


def parse(cfg: DictConfig) -> Config:
    """Return the typed config of a run; see `validate_config`."""
    return validate_config(cfg, _ADAPTER)


def validate_config(cfg: DictConfig, adapter: TypeAdapter[T]) -> T:
    """Resolve a composed config and validate it; Hydra's own node is left out.

    Args:
        cfg: The config as Hydra composed it.
        adapter: The dataclass that it should become.

    Raises:
        ConfigError: A value is missing, of the wrong type or out of range, or a key is unknown.
    """
    try:
        cfg = without_hydra(cfg)
        missing = sorted(OmegaConf.missing_keys(cfg))
        if missing:
            raise ConfigError("; ".join(f"{key}: is missing" for key in missing))
        return adapter.validate_python(OmegaConf.to_container(cfg, resolve=True))
    except OmegaConfBaseException as error:
        if error.full_key == DATA_SEED_KEY and follows_seed(cfg):
            raise ConfigError(f"{FOLLOWS_SEED}: is missing") from None
        raise ConfigError(str(error).splitlines()[0]) from None
    except ValidationError as error:
        # A wrong item also makes its list too short: only the first error of a key is reported.
        errors = [details for details in error.errors() if not _is_inherited(details, cfg)]
        lines = {_locate(details)[:2]: _describe(details, cfg) for details in errors[::-1]}
        raise ConfigError("; ".join(reversed(lines.values()))) from None


def validate_sections(sections: Mapping[str, Any]) -> Config | None:
    """Return the typed config of sections that are resolved, None if something is wrong.

    `parse` says what, of the same config as Hydra composes it.
    """
    try:
        return _ADAPTER.validate_python(sections)
    except ValidationError:
        return None


def read_claims(cfg: DictConfig) -> tuple[Claim, ...]:
    """Return the claims of a composed config of a sweep.

    Raises:
        ConfigError: One of them is wrong.
    """
    try:
        claims = OmegaConf.select(cfg, "study.claims", throw_on_missing=True)
        if OmegaConf.is_config(claims):
            claims = OmegaConf.to_container(claims, resolve=True)
        return parse_claims(claims)
    except OmegaConfBaseException as error:
        raise ConfigError(str(error).splitlines()[0]) from None


def parse_yaml(text: str, tracking: Tracking) -> Config:
    """Return the typed config of YAML that was recorded with a run; see `validate_config`.

    Interpolations are refused rather than resolved: whoever wrote the YAML could read the
    environment of whoever parses it.

    Args:
        text: The YAML.
        tracking: Where the run is recorded; replaces `tracking` of the YAML.

    Raises:
        ConfigError: It is not a config, contains an interpolation, or cannot be run.
    """
    sections = _read_sections(text)
    sections.pop("tracking", None)
    sections.pop("rerun", None)  # a key of version 0.1.0
    for key, value in _iterate_texts(sections):
        if _INTERPOLATION.search(value):
            raise ConfigError(
                f"{key}={value}: an interpolation, which a recorded config may not contain"
            )
    sections["tracking"] = escape_interpolations(dataclasses.asdict(tracking))
    return parse(OmegaConf.create(sections))


def find_parent_run_id(text: str) -> str | None:
    """Return the parent run in YAML recorded by version 0.1.0, which included `tracking`."""
    tracking = _read_sections(text).get("tracking")
    parent = tracking.get("parent_run_id") if isinstance(tracking, dict) else None
    return parent if isinstance(parent, str) and parent.isalnum() else None


def _read_sections(text: str) -> dict[str, Any]:
    try:
        sections = OmegaConf.to_container(OmegaConf.create(text))
    except (YAMLError, OmegaConfBaseException, AssertionError, ValueError, RecursionError):
        sections = None
    if not isinstance(sections, dict) or not {*SECTIONS, "tracking"} & set(sections):
        raise ConfigError("its recorded config is not a config: it has no sections")
    return cast(dict[str, Any], sections)


def _iterate_texts(value: Any, *path: str) -> Iterator[tuple[str, str]]:
    """Yield the key and value of every text in a section."""
    if isinstance(value, str):
        yield ".".join(path), value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _iterate_texts(item, *path, str(key))


def _locate(error: ErrorDetails) -> tuple[str, ...]:
    """Return the parts of the key that an error is about.

    Pydantic puts the kind of an optimizer, data set or schedule between section and key.
    """
    location = [str(part) for part in error["loc"]]
    if location[:1] in (["optimizer"], ["dataset"], ["schedule"]):
        del location[1:2]
    return tuple(location)


def _is_inherited(error: ErrorDetails, cfg: DictConfig) -> bool:
    """Whether `dataset.seed` is wrong because `training.seed`, which it follows, is."""
    return _locate(error) == ("dataset", "seed") and follows_seed(cfg)


def _describe(error: ErrorDetails, cfg: DictConfig) -> str:
    """Return one line about an error of pydantic's: `key=value: what is allowed`."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    section, *rest = _locate(error)
    # What follows a number is in a list.
    names = list(takewhile(lambda part: not part.isdigit(), rest))
    key = ".".join([section, *names])
    context = error.get("ctx", {})
    match error["type"]:
        case "union_tag_invalid":
            return f"{key}.name={context['tag']}: should be one of {context['expected_tags']}"
        case "union_tag_not_found":
            return f"{key}.name: is missing"
        case "missing":
            return f"{key}: is missing"
        case "unexpected_keyword_argument":
            parent = ".".join([section, *names[:-1]])
            return describe_unknown_key(key, OmegaConf.select(cfg, parent) if rest else cfg)
        case _:
            return _describe_value(error, key, in_list=len(rest) > len(names))


def _describe_value(error: ErrorDetails, key: str, *, in_list: bool) -> str:
    """Return one line about a value that has the wrong type or is out of range."""
    value, context = error["input"], error.get("ctx", {})
    match error["type"]:
        case kind if kind == NOT_A_NAME:
            written = "null" if value is None else str(value).lower()
            if in_list:
                return f"{key}: {written} in its list is not read as a name; quote it: '{written}'"
            correction = quote_override(key, written)
            return f"{key}={written}: is not read as a name; quote it: {correction}"
        case "tuple_type":
            item = value if isinstance(value, int) else "..."
            return f"{key}={value}: should be a list, in brackets: '{key}=[{item}]'"
        case "dataclass_type":
            return f"{key}={value}: is a section, whose keys are set one by one: {key}.KEY=VALUE"
        case "too_short":
            return f"{key}={list(value)}: should have at least {context['min_length']} item"
        case _ if isinstance(value, list) and key == DATA_SEED_KEY:
            return f"{key}={value}: {GRID_OF_DATA_SEEDS}"
        case _ if isinstance(value, list) and value and not in_list:
            grid = ",".join(map(str, value))
            return (
                f"{key}={value}: should be one value; "
                f"the values of a grid have no brackets: {key}={grid}"
            )
    allowed = re.sub("^(Input|String) should", "should", error["msg"]).replace("tuple", "list")
    if in_list:
        return f"{key}: {value} in its list {allowed}"
    hint = suggest_values(key, value)
    if error["type"] == "literal_error" and isinstance(value, str):
        hint = suggest_choice(value, re.findall("'(.*?)'", context["expected"]))
    return f"{key}={value}: {allowed}{hint}"
