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
from markupsafe import Markup

from fcnn.analysis.selection import Selection
from fcnn.escaping import markdown, markdown_code
from fcnn.plots.figures import Picture
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
    interactive: str | None
    undrawn: Sequence[str]
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    summary: str

    def write(self, folder: Path) -> list[Path]:
        """Writes `index.html` and `report.md`; gives their paths."""
        loader = PackageLoader("fcnn.report")
        page = Environment(loader=loader, autoescape=True, trim_blocks=True)
        page.filters["inlined"] = lambda name: base64.b64encode(
            (folder / f"{name}.png").read_bytes()
        ).decode()
        # Escapes every value of a template as Jinja itself does for HTML, but for what is marked as safe.
        report = Environment(
            loader=loader,
            autoescape=False,
            finalize=lambda value: value if isinstance(value, Markup) else markdown(value),
            trim_blocks=True,
        )
        report.filters["code"] = lambda text: Markup(markdown_code(text))
        files = []
        for environment, template, file in (
            (page, "page.html.j2", "index.html"),
            (report, "report.md.j2", "report.md"),
        ):
            environment.filters["text"] = _text
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
        if len(self.selection.data) > 1:
            text += (
                ". Losses on different data are not compared: there are "
                f"{len(self.selection.data)} sets of data, which "
                f"differ in {self.selection.data_axes_in_words}, and ranking, comparisons, "
                "importance and colours are within each"
            )
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
