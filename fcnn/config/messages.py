"""One line for the user about an override, a key or a file that Hydra refuses."""

import re

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException
from yaml import YAMLError

from fcnn.config.quoting import quote_override
from fcnn.config.schema import Config
from fcnn.config.suggestions import is_own_key, suggest_choice, suggest_keys, suggest_options

FREE_TEXT_KEYS = (
    "dataset.path",
    "dataset.target",
    "dataset.features",
    "dataset.group",
    "study.name",
    "study.description",
)
"""Keys whose values are texts of the user's own."""
REPORT_TEXT_KEYS = ("study", "output", "register")
"""The same of the report command."""
TOP_LEVEL_KEYS = ("hydra", *Config.__dataclass_fields__)
STUDY_FILE = (
    "A study's file begins with `# @package _global_`, "
    "and chooses with `- override /optimizer: sgd`"
)
TABLE_HINT = "; a table is dataset=table dataset.path=FILE, or dataset=sklearn dataset.table=NAME"
SEVERAL_VALUES = re.compile(
    r"Ambiguous value for argument '(.*)'|Sweep parameters '(.*)' requires --multirun"
)


def summarize(error: Exception) -> str:
    """Return one line for an error that Hydra reports in many.

    Hydra's advice to add unknown keys with `+` is left out: nothing would read them.
    """
    if isinstance(error, OverrideParseException):
        return _describe_unreadable_override(error)
    if isinstance(error, MissingConfigException) and error.options:
        return _describe_missing_option(error)
    cause = error.__cause__ if isinstance(error, HydraException) else error
    if isinstance(cause, ConfigAttributeError | ConfigKeyError):
        section = cause.parent_node
        if isinstance(section, DictConfig):
            return describe_unknown_key(cause.full_key or "", section)
    if isinstance(cause, OmegaConfBaseException):
        return ": ".join(filter(None, [cause.full_key, str(cause).splitlines()[0]]))
    lines = _split_lines(error)
    if several := SEVERAL_VALUES.fullmatch(lines[0]):
        return _describe_several_values(several[1] or several[2])
    if isinstance(error, YAMLError):
        return f"{' '.join(lines)}; values with commas or brackets need quotes"
    line = " ".join(lines if lines[0].endswith(":") else lines[:1])
    return f"{line} {STUDY_FILE}" if re.search(r"@study\.|'study/\w+/", line) else line


def _split_lines(error: Exception) -> list[str]:
    """Return the lines of a message that hold more than blanks and carets."""
    return [line.strip() for line in str(error).splitlines() if line.strip(" ^")]


def _describe_unreadable_override(error: OverrideParseException) -> str:
    override = str(error.override)
    key, equals, value = override.partition("=")
    if not equals:
        return _describe_missing_value(override)
    lines = _split_lines(error)
    reason = next(line for line in lines if not line.startswith("Error parsing override"))
    if key in (*FREE_TEXT_KEYS, *REPORT_TEXT_KEYS):
        correction = _quote_names(key, value) or quote_override(key, "NAME")
        return f"{override}: cannot be read; a name like this needs quotes: {correction}"
    return f"{override}: cannot be read ({reason}); --help shows how each kind is written"


def _describe_missing_value(word: str) -> str:
    """Say what a word may be: a key, a study, or what follows a blank in a value."""
    if word.partition(".")[0] in TOP_LEVEL_KEYS:
        return f"{word}: has no value; did you mean {word}=VALUE?"
    if re.fullmatch(r"[\w-]+", word):
        return f"{word}: has no value; did you mean study={word}?"
    return f"{word}: should be KEY=VALUE; a name with blanks needs quotes: \"KEY='A NAME'\""


def _describe_missing_option(error: MissingConfigException) -> str:
    """Say which options a group has; the name of a data set may be a path with slashes."""
    path = str(error.missing_cfg_file)
    if path.startswith("dataset/"):
        group, _, option = path.partition("/")
    else:
        group, _, option = path.rpartition("/")
    options = error.options or []
    hint = suggest_choice(option, options) or (TABLE_HINT if group == "dataset" else "")
    return f"{group}={option}: should be one of {', '.join(options)}{hint}"


def _describe_several_values(override: str) -> str:
    key, _, value = override.partition("=")
    name = f", for one name with commas {quote_override(key, value)}"
    return (
        f"{override}: several values; for a grid add -m, for a list use brackets and quotes"
        f"{name if key in FREE_TEXT_KEYS else ''}"
    )


def _quote_names(key: str, value: str) -> str:
    """Return what to type instead of a name, or a list of names, that Hydra cannot read.

    Returns:
        The override for a shell, empty where quoting would not give what was meant.
    """
    if key != "dataset.features":
        return "" if "," in value else quote_override(key, value)
    brackets = re.fullmatch(r"\[(.*)\]", value)
    items = (brackets[1] if brackets else value).split(",")
    names = [item.strip().strip("'\"") for item in items]
    has_split_name = any(name.count("[") != name.count("]") for name in names)
    if has_split_name or "'" in "".join(names):
        return ""
    overrides = [quote_override("", name) for name in names]
    if not all(override.startswith('"') for override in overrides):
        return ""
    quoted_names = [override.removeprefix('"=').removesuffix('"') for override in overrides]
    return f'"{key}=[{",".join(quoted_names)}]"'


def describe_unknown_key(key: str, section: DictConfig) -> str:
    """Say that a section of the config has no such key, and which one was probably meant.

    Args:
        key: The whole key, with dots.
        section: The section that its last part should belong to.
    """
    *path, name = key.split(".")
    message = f"{key}: there is no such key"
    if path == ["study"] and name in TOP_LEVEL_KEYS:
        return f"{message}. {STUDY_FILE}"
    if suggestions := suggest_keys(key, section):
        return f"{message}; did you mean {' or '.join(suggestions)}?"
    siblings = [str(sibling) for sibling in section if is_own_key(sibling, name)]
    if not siblings or "/" in key:
        return message
    options = suggest_options(key)
    hint = (
        f"; {' and '.join(options)} {'have' if len(options) > 1 else 'has'} it" if options else ""
    )
    return f"{message}; choose from {', '.join(siblings)}{hint}"
