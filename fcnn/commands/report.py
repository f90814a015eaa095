"""`scripts/report.py` and `fcnn-report`: write the report of a study."""

import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import hydra
from omegaconf import DictConfig
from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from fcnn.config.command_line import check_flags, exit_on_user_error
from fcnn.config.fields import STRICT, PositiveFloat, StudyName
from fcnn.config.locations import command_name
from fcnn.config.parsing import validate_config
from fcnn.errors import ConfigError, StoreError
from fcnn.escaping import printable
from fcnn.tracking.store import check, exists


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReportSettings:
    """A run to draw, the loss to which epochs are counted, and what runs are compared by."""

    run: str | None
    target: PositiveFloat | None
    measure: Literal["loss", "accuracy"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreSettings:
    """Where the runs are recorded."""

    uri: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Settings:
    """The keys of `report.yaml`."""

    study: StudyName | None
    output: Annotated[str, Field(min_length=1)]
    report: ReportSettings
    tracking: StoreSettings


@hydra.main(version_base="1.3", config_path=str(Path(__file__).parent), config_name="report")
@exit_on_user_error()
def report(cfg: DictConfig) -> None:
    """Write the report of a study, or list the studies in the store.

    Raises:
        FcnnError: this cannot be done.
    """
    settings = validate_config(cfg, TypeAdapter(Settings))
    uri, study = settings.tracking.uri, settings.study
    check(uri)
    if not exists(uri):
        raise StoreError(f"tracking.uri: there is no store yet; {command_name('train')} creates it")
    if study is None:
        print_studies(uri)
    else:
        write_report(uri, study, settings)


def print_studies(uri: str) -> None:
    """Print the studies in the store, with how many of their runs have which status."""
    from fcnn.tracking.reader import Reader

    statuses = ["FINISHED", "FAILED", "KILLED", "RUNNING"]
    rows = [
        (study, counts.total(), *(counts[status] for status in statuses))
        for study, counts in Reader(uri).studies().items()
    ]
    headings = ["study", "runs", "finished", "failed", "interrupted", "running"]
    _print_table(headings, rows, box=None)


def write_report(uri: str, study: str, settings: Settings) -> None:
    """Write the report of a study, and print its headline and the paths of its files.

    Raises:
        ConfigError: there is no such study or run, or the folder cannot be written.
    """
    from fcnn.analysis.measure import MEASURES
    from fcnn.report.build import build

    folder = Path(settings.output) / study
    chosen = settings.report
    try:
        written = build(uri, study, folder, chosen.run, chosen.target, MEASURES[chosen.measure])
    except OSError as error:
        raise ConfigError(
            f"output={settings.output}: cannot be written: {error.strerror}"
        ) from None
    if written.headline:
        print(printable(written.headline), end="\n\n")
    if written.claims is not None:
        columns = ["sentence", "verdict", "figures", "seeds"]
        _print_table(columns, written.claims[columns].itertuples(index=False), show_lines=True)
    print(*written.files, sep="\n")


def _print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], **style: Any) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(**style)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # As `Text`, because a name may look like Rich's markup.
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def main() -> None:
    """Run the command line of this process; an interrupt ends it silently."""
    try:
        with exit_on_user_error():
            check_flags(sys.argv[1:])
            report()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
