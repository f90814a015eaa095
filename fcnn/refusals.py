"""How a command ends that cannot do what it is told: with one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from hydra.errors import CompactHydraException, MissingConfigException, OverrideParseException
from omegaconf import OmegaConf


class CommandError(Exception):
    """Why a command, or one run of it, cannot do what it is told. The message is for the user and holds no credentials."""


@contextmanager
def refusing() -> Iterator[None]:
    """Ends the program where the block finds what cannot be done, or Hydra what it cannot compose; the message is written, the exit code 1.

    Raises:
        SystemExit: see above; an ordinary exception would be a traceback, or to a callback of Hydra's but a warning.
    """
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra hands on what it finds wrong, instead of printing up to 23 lines of it
    try:
        yield
    except CommandError as error:
        raise SystemExit(str(error)) from None
    except CompactHydraException as error:
        raise SystemExit(_line(error)) from None


def _line(error: CompactHydraException) -> str:
    """Hydra's words for what it cannot compose, in one line without advice to add what nothing reads."""
    if isinstance(error, OverrideParseException):
        return f"{error.override}: not KEY=VALUE; quotes go around lists and what has commas or spaces, --help shows each kind"
    if isinstance(error, MissingConfigException) and error.options:
        group, _, option = str(error.missing_cfg_file).rpartition("/")
        return f"{group}={option}: should be one of {', '.join(error.options)}"
    node = getattr(error.__cause__, "parent_node", None)
    if OmegaConf.is_dict(node):
        return _no_such_key(getattr(error.__cause__, "full_key", ""), node)
    first = str(error).splitlines()[0]
    if first.startswith("Ambiguous value for argument "):
        argument = first.split("'", 1)[1].rstrip("'")
        return f"{argument}: several values; -m makes a grid of them, quotes and brackets a list"
    return first


def _no_such_key(key: str, node: Any) -> str:
    """Says what was probably meant instead of a key that the config's `node` has not."""
    *path, last = key.split(".")
    there = [str(one) for one in node if one != "hydra" and not str(one).startswith("_")]
    sections = [(name, keys) for name, keys in node._get_root().items_ex(resolve=False) if name != "hydra" and OmegaConf.is_dict(keys)]
    near = [f"{name}.{last}" for name, keys in sections if last in keys]
    near = near or [".".join([*path, one]) for one in get_close_matches(last, there, 1)]
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(there)}" if there else "it is one value"
    return f"{key}: there is no such key; {advice}"
