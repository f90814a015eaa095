"""Checks of command lines, before Hydra composes anything of them."""

from collections.abc import Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, QuotedString
from hydra.errors import HydraException

from fcnn.config.data_seed import DATA_SEED_KEY, GRID_OF_DATA_SEEDS
from fcnn.config.locations import command_name, conf_dir
from fcnn.config.suggestions import suggest_choice
from fcnn.errors import ConfigError
from fcnn.tracking.redaction import redact
from fcnn.training.checks import check_installed

GROUPS = ("dataset", "library", "optimizer", "schedule", "study", "tracking")
GROUP_OF_KEY = {
    "optimizer.name": "optimizer",
    "schedule.name": "schedule",
    "hydra.launcher": "hydra/launcher",
    "hydra.sweeper": "hydra/sweeper",
}
"""Keys that are not set by themselves, and the groups that they are chosen from."""


def check_arguments(arguments: Sequence[str]) -> None:
    """Check what Hydra has no helpful message for.

    That is passwords, packages that are not installed, keys that a group sets, options of a group
    that are not names, several data seeds, and `rerun`, which is a script of its own.

    Raises:
        ConfigError: There is one of these.
    """
    for argument in arguments:
        key, _, value = argument.partition("=")
        check_password(argument)
        check_installed(argument)
        if "=" in argument and key in GROUPS and not _is_option(argument):
            options = sorted(file.stem for file in (conf_dir() / key).glob("*.yaml"))
            hint = suggest_choice(value, options)
            raise ConfigError(f"{argument}: should be one of {', '.join(options)}{hint}")
        if key in GROUP_OF_KEY:
            group = GROUP_OF_KEY[key]
            raise ConfigError(f"{argument}: {group}={value} chooses one, with its defaults")
        if key.lstrip("+") == DATA_SEED_KEY and is_sweep(argument):
            raise ConfigError(f"{argument}: {GRID_OF_DATA_SEEDS}")
        if key == "rerun":
            command = f"{command_name('rerun')} {value or 'RUN_ID'}"
            raise ConfigError(f"{argument}: {command} trains a run again")


def check_password(argument: str) -> None:
    """Check that an argument has no password: command lines are written down.

    Raises:
        ConfigError: It has one.
    """
    key, _, value = argument.partition("=")
    if "://" in value and redact(argument) != argument:
        raise ConfigError(
            f"{key}: what the command line says is written down; a password belongs in the "
            "environment, in MLFLOW_TRACKING_URI or in MLFLOW_TRACKING_USERNAME and "
            "MLFLOW_TRACKING_PASSWORD"
        )


def is_sweep(argument: str) -> bool:
    """Whether an override has several values, or a range of them; false of what is no override."""
    try:
        override = OverridesParser.create().parse_override(argument)
    except HydraException:
        return False
    return bool(override.is_sweep_override())


def _is_option(argument: str) -> bool:
    """Whether an override has names as its values; Hydra reads `1` or `null` as something else."""
    value: Any = OverridesParser.create().parse_override(argument).value()
    values = value.list if isinstance(value, ChoiceSweep) else [value]
    return all(isinstance(option, str | QuotedString) for option in values)
