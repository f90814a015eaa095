"""Turns a composed config into the typed one, or says in one line what is wrong with it."""

import re
from typing import TypeVar

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from fcnn.config import Config, ConfigError
from fcnn.config.choices import NO_NAME
from fcnn.config.refusals import no_such_key, quoted

_ADAPTER = TypeAdapter(Config)
T = TypeVar("T")


def ours(cfg: DictConfig) -> DictConfig:
    """The config without Hydra's own node."""
    return OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "hydra"])


def parse_kept(source: str) -> Config:
    """Checks the composed YAML that a run keeps; see `validated`."""
    composed = OmegaConf.create(source)
    assert isinstance(composed, DictConfig)
    return parse(composed)


def parse(cfg: DictConfig) -> Config:
    """Checks the composed config of a run; see `validated`."""
    return validated(cfg, _ADAPTER)


def validated(cfg: DictConfig, adapter: TypeAdapter[T]) -> T:
    """Checks a composed config and makes a dataclass of it; Hydra's own node, if it is there, is none of ours.

    Raises:
        ConfigError: a value is missing, of the wrong type or out of range, or a key is unknown.
    """
    try:
        cfg = ours(cfg)
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
            return no_such_key(
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
