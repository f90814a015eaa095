"""`scripts/report.py` and `fcnn-report`: write the report of a study."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import hydra
from omegaconf import DictConfig
from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from fcnn.config.command_line import arrange_arguments, exit_on_user_error, run_as_command
from fcnn.config.fields import STRICT, Name, PositiveFloat, StudyName
from fcnn.config.locations import command_name
from fcnn.config.parsing import validate_config
from fcnn.errors import ConfigError
from fcnn.escaping import printable
from fcnn.printing import print_table
from fcnn.status import show_status
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.names import STATUSES

if TYPE_CHECKING:
    from fcnn.report.build import Report
    from fcnn.tracking.reader import Reader


def _check_model_name(name: str) -> str:
    """Refuse what MLflow refuses, before any work."""
    if not name.strip() or name in (".", "..") or set("/:\\") & set(name):
        raise ValueError(f"register={name}: should be a name without '/' and ':'")
    return name


ModelName = Annotated[Name, AfterValidator(_check_model_name)]
"""A name in MLflow's model registry."""


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
    register: ModelName | None
    report: ReportSettings
    tracking: StoreSettings


@hydra.main(version_base="1.3", config_path=str(Path(__file__).parent), config_name="report")
@exit_on_user_error()
def report(cfg: DictConfig) -> None:
    """Write the report of a study, or list the studies in the store.

    Raises:
        FcnnError: This cannot be done.
    """
    settings = validate_config(cfg, TypeAdapter(Settings))
    uri, study = settings.tracking.uri, settings.study
    check_exists(uri, command_name("train"))
    if study is None:
        if settings.register:
            raise ConfigError(f"register={settings.register}: needs study=NAME, whose winner it is")
        print_studies(uri)
    else:
        write_report(uri, study, settings)


def print_studies(uri: str) -> None:
    """Print the studies in the store, with how many of their configs have which status.

    That is what reports show: runs that other studies have trained count, repeated attempts do not.
    """
    from fcnn.tracking.reader import Reader

    rows = [
        (study, counts.total(), *(counts[status] for status in STATUSES.values()))
        for study, counts in Reader(uri).studies().items()
    ]
    print_table(["study", "configs", *STATUSES], rows, box=None)


def write_report(uri: str, study: str, settings: Settings) -> None:
    """Write the report of a study, and print its files, what it has shown, and links to it.

    Raises:
        ConfigError: There is no such study or run, or the folder cannot be written.
    """
    from fcnn.tracking.reader import Reader

    with show_status("drawing the report"):
        written, lines = _build_report(uri, study, settings)
    print(*lines, sep="\n")
    if settings.register:
        print(_register(Reader(uri), written.best_run_id, settings.register))


def _build_report(uri: str, study: str, settings: Settings) -> tuple["Report", list[str]]:
    """Write a report, and return it with the lines to print."""
    from fcnn.analysis.measure import MEASURES
    from fcnn.report.build import build
    from fcnn.report.closing import format_links, format_summary
    from fcnn.tracking.reader import Reader

    folder = Path(settings.output) / study
    chosen = settings.report
    try:
        written = build(uri, study, folder, chosen.run, chosen.target, MEASURES[chosen.measure])
    except OSError as error:
        raise ConfigError(
            f"output={settings.output}: cannot be written: {error.strerror}"
        ) from None
    files = [*map(str, written.files), ""]
    summary = format_summary(written.summary, with_figures=True)
    return written, files + summary + format_links(Reader(uri), study, written.files)


def _register(reader: "Reader", run_id: str, name: str) -> str:
    """Register the winner, and return how to load it."""
    from fcnn.tracking.registry import register_champion
    from fcnn.training.models import ensure_model

    registered = register_champion(reader, run_id, ensure_model(reader, run_id), name)
    return printable(
        f"run {run_id} is version {registered.version} of {name}; "
        f"mlflow.pyfunc.load_model({registered.uri!r}) loads it"
    )


def main() -> None:
    """Run the command line of this process."""
    with run_as_command():
        sys.argv[1:] = arrange_arguments(sys.argv[1:])
        report()
