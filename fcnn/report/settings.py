"""What a report is told on the command line, checked; the defaults stand in `scripts/report.yaml`."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from fcnn.config.choices import STRICT, Positive, StudyName


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Shown:
    """A run whose surface and network are drawn, and the validation loss to which epochs are counted."""

    run: str | None
    target: Positive | None


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
