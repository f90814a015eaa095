"""`scripts/predict.py` and `fcnn-predict`: predict the rows of a file with a recorded network."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from fcnn.commands.overrides import URI_KEY, parse_overrides
from fcnn.config.command_line import run_as_command
from fcnn.config.locations import command_name
from fcnn.errors import ConfigError

DESCRIPTION = """Predict the rows of a file with the network of a recorded run.

{command} RUN_ID new.csv               writes new.predicted.csv
{command} RUN_ID new.csv result.csv    writes result.csv
{command} RUN_ID new.csv tracking.uri=http://127.0.0.1:5000
"""


_SUFFIXES = re.compile(r"(\.(csv|tsv|txt|dat|data|parquet|pq|gz|bz2|xz|zst|zip))*$", re.IGNORECASE)
"""What names of tables end with; `sales.2024.csv.gz` is a table of `sales.2024`."""


def main() -> None:
    """Run the command line of this process: write the rows of a file with their predictions.

    Raises:
        SystemExit: There is no such run, or the file is not what its network takes.
    """
    command = command_name("predict")
    parser = argparse.ArgumentParser(
        description=DESCRIPTION.format(command=command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run_id", metavar="RUN_ID", help="id of a run on a table")
    parser.add_argument("path", metavar="FILE", help="csv, tsv or Parquet, in any notation")
    parser.add_argument(
        "others",
        metavar=f"RESULT {URI_KEY}=...",
        nargs="*",
        default=[],  # or argparse names it among what is required
        help="the file to write, and the address of the store",
    )
    options = parser.parse_args()
    with run_as_command():
        uri, result = _parse_others(options.path, options.others)
        # MLflow takes seconds to import: not before the arguments are known to be good.
        from fcnn.api.prediction_files import predict_file

        n_rows = predict_file(uri, options.run_id, options.path, result)
        print(f"{n_rows} rows with their predictions: {result}")


def _parse_others(path: str, others: Sequence[str]) -> tuple[str, Path]:
    """The address of the store, and the file to write.

    Raises:
        ConfigError: An argument is anything else, or holds a password.
    """
    overrides = []
    source = Path(path).expanduser()
    result = source.with_name(f"{_SUFFIXES.sub('', source.name)}.predicted.csv")
    for argument in others:
        key, _, value = argument.partition("=")
        if key == URI_KEY and value:
            overrides.append(argument)
        elif argument.endswith(".csv"):
            result = Path(argument).expanduser()
        else:
            raise ConfigError(f"{argument}: should be the csv file to write, or {URI_KEY}=ADDRESS")
    if result.resolve() == source.resolve():
        raise ConfigError(f"{result}: holds the rows to predict; another file has to take them")
    return parse_overrides(overrides)[URI_KEY], result
