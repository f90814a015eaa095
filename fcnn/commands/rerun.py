"""`scripts/rerun.py` and `fcnn-rerun`: train a recorded run again, and compare the curves."""

import argparse

from fcnn.commands.overrides import PATH_KEY, URI_KEY, parse_overrides
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.locations import command_name
from fcnn.status import show_status

DESCRIPTION = """Train a recorded run again and compare the curves; nothing is recorded.

{command} RUN_ID
{command} RUN_ID tracking.uri=http://127.0.0.1:5000
{command} RUN_ID dataset.path=tables/houses.csv
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
        "overrides",
        metavar="KEY=VALUE",
        nargs="*",
        help=f"{URI_KEY}: address of the store; by default MLFLOW_TRACKING_URI, or that of the "
        f"train command. {PATH_KEY}: where its csv file is now",
    )
    options = parser.parse_args()
    with exit_on_user_error():
        overrides = parse_overrides(
            options.overrides, [URI_KEY, PATH_KEY], "a run is trained again as it was; "
        )
        # MLflow takes seconds to import: not before the arguments are known to be good.
        with show_status("training it again"):
            from fcnn.training.rerun import rerun

            outcome = rerun(overrides[URI_KEY], options.run_id, overrides.get(PATH_KEY))
        print(outcome)
