"""Arguments of commands that compose no config: a run, `tracking.uri=...` and the like."""

import argparse
import os
from collections.abc import Sequence

from fcnn.composition.arguments import check_password
from fcnn.config.locations import command_name, project_dir
from fcnn.errors import ConfigError
from fcnn.params import PATH_KEY

URI_KEY = "tracking.uri"


def parse_overrides(
    arguments: Sequence[str], keys: Sequence[str] = (URI_KEY,), reason: str = ""
) -> dict[str, str]:
    """Return the values of overrides by key; the address of the store is always there.

    By default it is that of the train command, and `MLFLOW_TRACKING_URI` wins over that.

    Args:
        arguments: What the command line says, as `KEY=VALUE`.
        keys: The keys that are allowed.
        reason: Why there are no others.

    Raises:
        ConfigError: An argument is anything else, or holds a password.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{project_dir()}/mlflow.db"
    overrides = {URI_KEY: uri}
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key not in keys or not value:
            raise ConfigError(
                f"{argument}: {reason}nothing but {' and '.join(keys)} goes with this command"
            )
        check_password(argument)
        overrides[key] = value
    return overrides


def parse_run_arguments(script: str, description: str, reason: str) -> tuple[str, dict[str, str]]:
    """Parse the command line of this process, which names a recorded run.

    Args:
        script: Name of the script, as `command_name` takes it.
        description: What it does, with its command as `{command}`.
        reason: Why there are no overrides but of the store and the table.

    Returns:
        The id of the run, and the overrides as of `parse_overrides`.

    Raises:
        ConfigError: An override is none of these, or holds a password.
    """
    parser = argparse.ArgumentParser(
        description=description.format(command=command_name(script)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run_id", metavar="RUN_ID", help="id of a run in MLflow")
    parser.add_argument(
        "overrides",
        metavar="KEY=VALUE",
        nargs="*",
        default=[],  # or argparse names it among what is required
        help=f"{URI_KEY}: address of the store; by default MLFLOW_TRACKING_URI, or that of the "
        f"train command. {PATH_KEY}: where its csv file is now",
    )
    options = parser.parse_args()
    return options.run_id, parse_overrides(options.overrides, [URI_KEY, PATH_KEY], reason)
