"""Draws the report of a study; `python scripts/report.py --help` says how."""

import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import hydra
from omegaconf import DictConfig
from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from fcnn.config.errors import check_flags, exit_on_user_error
from fcnn.config.fields import STRICT, PositiveFloat, StudyName
from fcnn.config.parsing import validate_config
from fcnn.config.schema import ConfigError
from fcnn.escaping import printable
from fcnn.tracking.store import StoreError, check, exists


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Shown:
    """A run whose surface and network are drawn, and the validation loss to which epochs are counted."""

    run: str | None
    target: PositiveFloat | None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Store:
    """Where the runs are recorded."""

    uri: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Settings:
    """Of which study, from which store and into which folder a report is."""

    study: StudyName | None
    findings: bool
    output: Annotated[str, Field(min_length=1)]
    report: Shown
    tracking: Store


@hydra.main(version_base="1.3", config_path=".", config_name="report")
@exit_on_user_error()
def main(cfg: DictConfig) -> None:
    """Writes the report and says where it is; without a study it lists those that there are, or judges the original's sentences."""
    settings = validate_config(cfg, TypeAdapter(Settings))
    uri, name = settings.tracking.uri, settings.study
    if settings.findings and name is not None:
        raise ConfigError(
            f"study={name}: findings are of the original's studies; findings=true goes without a study"
        )
    check(uri)
    if not exists(uri):
        raise StoreError("tracking.uri: there is no store yet; scripts/train.py makes one")
    if settings.findings:
        from fcnn.analysis.claims import claims

        _print(
            ["sentence", "verdict", "figures", "seeds"],
            claims(uri).itertuples(index=False),
            show_lines=True,
        )
    elif name is None:
        from fcnn.tracking.reader import Reader

        counts = Reader(uri).studies().items()
        rows = [
            (study, one.total(), one["FINISHED"], one["FAILED"], one["KILLED"], one["RUNNING"])
            for study, one in counts
        ]
        _print(["study", "runs", "finished", "failed", "interrupted", "running"], rows, box=None)
    else:
        from fcnn.report.build import build

        try:
            files = build(
                uri, name, Path(settings.output) / name, settings.report.run, settings.report.target
            )
        except OSError as error:
            raise ConfigError(
                f"output={settings.output}: cannot be written: {error.strerror}"
            ) from None
        print(*files, sep="\n")


def _print(headings: Sequence[str], rows: Iterable[Sequence[object]], **style: Any) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(**style)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            *(Text(printable(cell)) for cell in row)
        )  # a name may look like Rich's markup
    Console().print(table)


if __name__ == "__main__":
    try:
        with exit_on_user_error():
            check_flags(sys.argv[1:])
            main()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
