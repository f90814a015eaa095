"""`scripts/model.py` and `fcnn-model`: store the model of a recorded run in MLflow."""

import argparse

from fcnn.commands.overrides import PATH_KEY, URI_KEY, parse_overrides
from fcnn.config.command_line import exit_on_user_error
from fcnn.config.locations import command_name
from fcnn.status import show_status

DESCRIPTION = """Store the model of a recorded run in MLflow, made from the weights that it keeps.

{command} RUN_ID
{command} RUN_ID tracking.uri=http://127.0.0.1:5000
{command} RUN_ID dataset.path=tables/houses.csv
"""


def main() -> None:
    """Run the command line of this process: print how the model of a run is loaded.

    Raises:
        SystemExit: There is no such run, or its model cannot be made.
    """
    command = command_name("model")
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
            options.overrides, [URI_KEY, PATH_KEY], "the model of a run is what was trained; "
        )
        # MLflow takes seconds to import: not before the arguments are known to be good.
        with show_status("storing its model"):
            from fcnn.tracking.existing_store import check_exists
            from fcnn.tracking.reader import Reader
            from fcnn.training.models import ensure_model

            check_exists(overrides[URI_KEY])
            reader = Reader(overrides[URI_KEY])
            address = ensure_model(reader, options.run_id, overrides.get(PATH_KEY))
        print(f"mlflow.pyfunc.load_model({address!r}) loads the model of run {options.run_id}")
