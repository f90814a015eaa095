"""`scripts/rerun.py` and `fcnn-rerun`: train a recorded run again, and compare the curves."""

import argparse
import os
from collections.abc import Sequence

from fcnn.config.command_line import exit_on_user_error
from fcnn.config.locations import command_name, project_dir
from fcnn.errors import ConfigError

URI_KEY = "tracking.uri"
DESCRIPTION = """Train a recorded run again and compare the curves; nothing is recorded.

{command} RUN_ID
{command} RUN_ID tracking.uri=http://127.0.0.1:5000
"""


def main() -> None:
    """Run the command line of this process: print whether a run comes out with the same bits.

    Raises:
        SystemExit: There is no such run, or it cannot be trained again.
    """
    command = command_name("rerun")
    parser = argparse.ArgumentParser(
        description=DESCRIPTION.format(command=command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run_id", metavar="RUN_ID", help="id of a run in MLflow")
    parser.add_argument(
        "uri",
        metavar=f"{URI_KEY}=...",
        nargs="*",
        help="address of the store; by default MLFLOW_TRACKING_URI, or that of the train command",
    )
    options = parser.parse_args()
    with exit_on_user_error():
        uri = _parse_uri(options.run_id, options.uri)
        # MLflow takes seconds to import: not before the arguments are known to be good.
        from fcnn.training.rerun import rerun

        print(rerun(uri, options.run_id))


def _parse_uri(run_id: str, overrides: Sequence[str]) -> str:
    """The address of the store.

    Raises:
        ConfigError: An argument is anything else, or holds a password.
    """
    from fcnn.composition.arguments import check_password

    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{project_dir()}/mlflow.db"
    for override in overrides:
        key, _, value = override.partition("=")
        if key != URI_KEY or not value:
            raise ConfigError(
                f"{override}: a run is trained again as it was; nothing but {URI_KEY} goes with "
                f"{run_id}"
            )
        check_password(override)
        uri = value
    return uri
