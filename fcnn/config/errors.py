"""How a command ends that cannot do what it is told: with one line."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

from hydra._internal.utils import get_args_parser
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException
from yaml import YAMLError

from fcnn.escaping import printable

FULL_ERROR = "HYDRA_FULL_ERROR"
TRACEBACKS = os.environ.get(FULL_ERROR) == "1"
"""Whether the user wants to see where errors of Hydra's and of the system come from."""
NAMES = ("dataset.path", "dataset.target", "dataset.features", "study.name", "study.description")
"""Keys whose values are words of users."""
STUDY_FILE = "A study's file begins with `# @package _global_`, and chooses with `- override /optimizer: sgd`."


class FcnnError(Exception):
    """Why a command, or one run of it, cannot do what it is told: a line of text an argument.

    The message is for the user, printable whatever names it quotes, and holds no credentials.
    """

    def __str__(self) -> str:
        return "\n".join(map(printable, self.args))


@contextmanager
def exit_on_user_error() -> Iterator[None]:
    """Turns what the user can mend into one line on stderr and exit code 1; a bug stays a traceback.

    Raises:
        SystemExit: with that line; of an ordinary exception Hydra would make a traceback, or in a callback but a warning.
    """
    before = os.environ.get(FULL_ERROR)
    os.environ[FULL_ERROR] = (
        "1"  # Hydra hands on what it finds wrong, instead of printing up to 23 lines of it
    )
    try:
        yield
    except FcnnError as error:
        raise SystemExit(str(error)) from None
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        if TRACEBACKS:
            raise
        raise SystemExit(printable(_line(error))) from None
    except OSError as error:
        if TRACEBACKS:
            raise
        reason = error.strerror or str(error) or type(error).__name__
        line = f"{error.filename}: {reason}" if error.filename else reason
        raise SystemExit(printable(line)) from None
    finally:
        if before is None:
            os.environ.pop(FULL_ERROR, None)
        else:
            os.environ[FULL_ERROR] = before


def _line(error: Exception) -> str:
    """One line of Hydra's many on what cannot be composed, without its advice to add keys that nothing reads."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" ^")]
    if isinstance(error, OverrideParseException):
        reason = next(line for line in lines if not line.startswith("Error parsing override"))
        if reason.startswith("missing EQUAL"):
            meant = f"{error.override}=VALUE" + (
                "" if "." in str(error.override) else f" or study={error.override}"
            )
            return f"{error.override}: has no value; did you mean {meant}?"
        key, _, value = str(error.override).partition("=")
        if key in NAMES:
            typed = _as_name(key, value) or quoted(key, "NAME")
            return f"{error.override}: cannot be read; a name like this stands in quotes: {typed}"
        return f"{error.override}: cannot be read ({reason}); --help shows how each kind is written"
    if isinstance(error, MissingConfigException) and error.options:
        missing = str(error.missing_cfg_file)
        group, _, option = (
            missing.partition("/") if missing.startswith("dataset/") else missing.rpartition("/")
        )
        tables = (
            "; a table is dataset=csv dataset.path=FILE, or dataset=sklearn dataset.table=NAME"
            if group == "dataset"
            else ""
        )
        return f"{group}={option}: should be one of {', '.join(error.options)}{tables}"
    cause = error.__cause__ if isinstance(error, HydraException) else error
    if isinstance(cause, ConfigAttributeError | ConfigKeyError) and isinstance(
        cause.parent_node, DictConfig
    ):
        return describe_unknown_key(cause.full_key or "", cause.parent_node)
    if isinstance(cause, OmegaConfBaseException):
        return ": ".join(filter(None, [cause.full_key, str(cause).splitlines()[0]]))
    ambiguous = "Ambiguous value for argument "
    if lines[0].startswith(ambiguous):
        override = lines[0].removeprefix(ambiguous)[1:-1]
        key, _, value = override.partition("=")
        name = f", one name with commas {quoted(key, value)}" if key in NAMES else ""
        return (
            f"{override}: several values; a grid of them takes -m, a list brackets and quotes{name}"
        )
    if isinstance(error, YAMLError):
        return f"{' '.join(lines)}; values with commas or brackets stand in quotes"
    line = " ".join(lines if lines[0].endswith(":") else lines[:1])
    return f"{line} {STUDY_FILE}" if re.search(r"@study\.|'study/\w+/", line) else line


def quoted(key: str, value: str) -> str:
    """What to type in a shell so that Hydra takes a value as it is, whatever is in it."""
    escaped = re.sub(r"(\\*)('|$)", lambda end: 2 * end[1] + (end[2] and r"\'"), value)
    override = f"{key}='{escaped}'"
    return shlex.quote(override) if re.search(r'[$`"\\!]', override) else f'"{override}"'


def _as_name(key: str, value: str) -> str:
    """What to type instead of a name, or a list of names, that Hydra cannot read; nothing where that would not do."""
    if key != "dataset.features":
        return "" if "," in value else quoted(key, value)  # which may be several names
    items = re.fullmatch(r"\[(.*)\]", value)
    names = [item.strip().strip("'\"") for item in (items[1] if items else value).split(",")]
    parts = [quoted("", name) for name in names]
    if any(name.count("[") != name.count("]") for name in names) or "'" in "".join(names):
        return ""
    if not all(part.startswith('"') for part in parts):
        return ""
    return f'"{key}=[{",".join(part[2:-1] for part in parts)}]"'


def check_flags(arguments: Sequence[str]) -> None:
    """Refuses flags that Hydra has not, for which it would print its usage.

    Raises:
        FcnnError: there is one.
    """
    _, unknown = get_args_parser().parse_known_args(arguments)
    for flag in unknown:
        if flag.startswith("-"):
            raise FcnnError(
                f"{flag}: there is no such flag; keys and studies are written without dashes, as study=activation_size"
            )


def describe_unknown_key(key: str, node: DictConfig) -> str:
    """Says that `node`, to which the last part of `key` should belong, has no such key, and which was probably meant."""
    *path, last = key.split(".")
    if path == ["study"] and last in (
        "study",
        "hydra",
        "model",
        "training",
        "optimizer",
        "dataset",
        "library",
        "tracking",
    ):
        return f"{key}: there is no such key. {STUDY_FILE}"
    there = [
        str(one) for one in node if one not in (last, "hydra") and not str(one).startswith("_")
    ]
    near = (
        []
        if path
        else [
            f"{name!s}.{last}"
            for name, keys in node.items_ex(resolve=False)
            if name != "hydra" and _has(keys, last)
        ]
    )
    near = near or [".".join([*path, one]) for one in get_close_matches(last, there, 1)]
    advice = (
        f"; did you mean {' or '.join(near)}?"
        if near
        else f"; there are {', '.join(there)}"
        if there and "/" not in key
        else ""
    )
    return f"{key}: there is no such key{advice}"


def _has(section: object, key: str) -> bool:
    """Whether a section of the config has this key; the `name` of an optimizer or a data set is chosen as an option of a group."""
    return isinstance(section, DictConfig) and key in section and key != "name"
