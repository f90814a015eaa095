"""`scripts/rerun.py` and `fcnn-rerun`: train a recorded run again, and compare the curves."""

from fcnn.commands.overrides import URI_KEY, parse_run_arguments
from fcnn.config.command_line import run_as_command
from fcnn.params import PATH_KEY
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
    with run_as_command():
        run_id, overrides = parse_run_arguments(
            "rerun", DESCRIPTION, "a run is trained again as it was; "
        )
        # MLflow takes seconds to import: not before the arguments are known to be good.
        with show_status("training it again"):
            from fcnn.training.rerun import rerun

            outcome = rerun(overrides[URI_KEY], run_id, overrides.get(PATH_KEY))
        print(outcome)
