"""`scripts/model.py` and `fcnn-model`: store the model of a recorded run in MLflow."""

from fcnn.commands.overrides import URI_KEY, parse_run_arguments
from fcnn.config.command_line import run_as_command
from fcnn.params import PATH_KEY
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
    with run_as_command():
        run_id, overrides = parse_run_arguments(
            "model", DESCRIPTION, "the model of a run is what was trained; "
        )
        # MLflow takes seconds to import: not before the arguments are known to be good.
        with show_status("storing its model"):
            from fcnn.tracking.existing_store import check_exists
            from fcnn.tracking.reader import Reader
            from fcnn.training.models import ensure_model

            check_exists(overrides[URI_KEY])
            reader = Reader(overrides[URI_KEY])
            address = ensure_model(reader, run_id, overrides.get(PATH_KEY))
        print(f"mlflow.pyfunc.load_model({address!r}) loads the model of run {run_id}")
