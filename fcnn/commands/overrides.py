"""Overrides of commands that compose no config: `tracking.uri=...` and the like."""

import os
from collections.abc import Sequence

from fcnn.composition.arguments import check_password
from fcnn.config.locations import project_dir
from fcnn.errors import ConfigError

URI_KEY, PATH_KEY = "tracking.uri", "dataset.path"


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
