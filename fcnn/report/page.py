"""The page and its Markdown twin: what the report says, in one file that needs no network."""

import base64
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader

from fcnn.report.figures import Picture
from fcnn.report.selection import Selection
from fcnn.tracking.provenance import command

PACKAGES = ("fcnn", "mlflow", "numpy", "scipy", "statsmodels", "matplotlib", "plotly")


@dataclass(frozen=True)
class Table:
    """A table to print: its heading, how to read it, and the rows with the columns' names as people read them."""

    heading: str
    note: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class Page:
    """All that page and Markdown say."""

    name: str
    description: str
    selection: Selection
    failures: Sequence[tuple[str, str, str]]
    interactive: str
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    summary: str

    def write(self, folder: Path) -> list[Path]:
        """Writes `index.html` and `report.md`; gives their paths."""
        environment = Environment(
            loader=PackageLoader("fcnn.report"),
            autoescape=lambda name: str(name).endswith("html.j2"),
            trim_blocks=True,
        )
        environment.filters["inlined"] = lambda name: base64.b64encode(
            (folder / f"{name}.png").read_bytes()
        ).decode()
        environment.filters["text"] = _text
        environment.filters["line"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
        files = []
        for template, file in (("page.html.j2", "index.html"), ("report.md.j2", "report.md")):
            files.append(folder / file)
            text = environment.get_template(template).render(
                page=self, command=command(), versions=_versions()
            )
            files[-1].write_text(text, encoding="utf-8")
        return files

    @property
    def counts(self) -> str:
        """How many runs of how many, and what became of the others, in words."""
        finished, diverged = len(self.selection.runs), self.selection.diverged
        text = f"{finished} of {self.selection.planned} runs finished"
        text += f", {diverged} diverged" if diverged else ""
        text = f"{text}; {self.selection.seeds_in_words}"
        if self.selection.mixed:
            text += f". Sweeps that differ in {', '.join(self.selection.mixed)} are shown together; a study.name of its own keeps one apart"
        return text


def _versions() -> str:
    return ", ".join(
        [
            f"Python {sys.version.split()[0]}",
            *(f"{package} {version(package)}" for package in PACKAGES),
        ]
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return "–"
        return "∞" if math.isinf(value) else f"{value:.3g}"
    return str(value)
