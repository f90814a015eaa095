"""The page and its Markdown twin: what the report says, in a file that needs no network."""

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from fcnn.analysis.comparable import describe_scores
from fcnn.analysis.data_rule import describe_data_samples, describe_left_out
from fcnn.analysis.failures import Failure, describe_resuming
from fcnn.analysis.stopped import describe_stopped
from fcnn.analysis.validation_sample import describe_validation_sample
from fcnn.escaping import markdown, markdown_code, unbroken
from fcnn.plots.drawing import CURVES, DATA, RESULTS, WINNER, Drawing, Picture
from fcnn.plots.plotly_library import plotly_script
from fcnn.plots.report_data import ReportData
from fcnn.plots.thinning import describe_thinning
from fcnn.report.columns import present_columns
from fcnn.report.tables import Table
from fcnn.report.winner import Winner, describe_winner
from fcnn.tracking.provenance import command

PARTS = {
    "effects": (0, CURVES),
    "curves": (CURVES, RESULTS),
    "results": (RESULTS, WINNER),
    "winner": (WINNER, DATA),
    "data": (DATA, sys.maxsize),
}
"""The parts of the page, with the `ORDER` of their figures."""
PACKAGES = ("fcnn", "mlflow", "numpy", "scipy", "matplotlib", "plotly")
"""Packages whose versions the page names."""


@dataclass(frozen=True)
class Page:
    """What page and Markdown say.

    Attributes:
        data: the study.
        failures: runs that failed or were interrupted.
        drawing: the figures with the content of their files, and the interactive plots.
        tables: the tables to print.
        conclusion: what the tables come to.
        claims: the table of what the study was expected to show, if it states anything.
        winner_tables: the tables about the run that it looks into.
    """

    data: ReportData
    failures: Sequence[Failure]
    drawing: Drawing
    tables: Sequence[Table]
    conclusion: str
    claims: Table | None = None
    winner_tables: Sequence[Table] = ()

    def encode(self) -> dict[str, bytes]:
        """Return `index.html` and `report.md` by name."""
        return {
            name: environment.get_template(template)
            .render(page=self, command=command(), versions=_format_versions())
            .encode()
            for environment, template, name in (
                (_html_environment(), "page.html.j2", "index.html"),
                (_markdown_environment(), "report.md.j2", "report.md"),
            )
        }

    def find_pictures(self, part: str) -> list[Picture]:
        """Return the figures of a part of the page, in order.

        Args:
            part: `effects`, `curves`, `results`, `winner` or `data`.
        """
        start, stop = PARTS[part]
        return [picture for picture in self.drawing.pictures if start <= picture.order < stop]

    @property
    def script(self) -> str:
        """The library that draws the interactive plots."""
        return plotly_script()

    @property
    def thinning(self) -> str:
        """How many epochs the interactive curves have, empty if all."""
        return describe_thinning(self.data.curves["epoch"].nunique())

    @property
    def winner(self) -> Winner | None:
        """The run that the page looks into, None without runs to load."""
        return describe_winner(self.data) if self.data.run else None

    @property
    def resuming(self) -> str:
        """How to train what was interrupted, empty if nothing was."""
        sweeps = {failure.sweep for failure in self.failures if failure.is_interrupted}
        if not sweeps:
            return ""
        plan = self.data.plan
        # The command is that of the latest sweep, and no other's.
        command = plan.command if plan and sweeps == {plan.latest_sweep} else ""
        return f"Interrupted runs: {describe_resuming(command)}"

    @property
    def counts(self) -> str:
        """How many runs finished or diverged, on which data, and what is not compared."""
        selection = self.data.selection
        text = f"{len(selection.finished)} of {selection.n_planned} runs finished"
        if selection.n_diverged:
            text += f", {selection.n_diverged} diverged"
        samples = describe_data_samples(selection.shown, selection.data_rule, len(selection.seeds))
        text += f"; {selection.seeds_label}, {samples}"
        n_data = len(selection.data_labels)
        if n_data > 1:
            text += (
                f". Losses on different data are not compared: there are {n_data} sets of data, "
                f"which differ in {selection.data_axes_label}, and ranking, comparisons, "
                "importance and colours are within each"
            )
        left_out = describe_left_out(selection.left_out, selection.data_rule)
        if left_out:
            text += f". {left_out}"
        if fitted := describe_validation_sample(selection.shown):
            text += f". {fitted}"
        if scores := describe_scores(selection.shown):
            text += f". {scores}"
        if stopped := describe_stopped(selection.shown):
            text += f". {stopped}"
        if selection.differs_from_latest_sweep:
            axes = ", ".join(selection.differs_from_latest_sweep)
            text += (
                f". Sweeps that differ in {axes} are shown together; to keep a grid separate, give "
                "it its own study.name"
            )
        return text


def _html_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("fcnn.report"), autoescape=True, trim_blocks=True
    )
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    environment.filters["columns"] = present_columns
    environment.filters["unbroken"] = unbroken
    return environment


def _markdown_environment() -> Environment:
    """Escape every value that is not marked as safe, as Jinja itself does for HTML."""
    environment = Environment(
        loader=PackageLoader("fcnn.report"),
        autoescape=False,
        finalize=lambda value: value if isinstance(value, Markup) else markdown(value),
        trim_blocks=True,
    )
    # What a macro returns has been escaped in it.
    environment.filters["markup"] = Markup
    environment.filters["code"] = lambda text: Markup(markdown_code(text))
    environment.filters["columns"] = present_columns
    return environment


def _format_versions() -> str:
    packages = [f"{package} {version(package)}" for package in PACKAGES]
    return ", ".join([f"Python {sys.version.split()[0]}", *packages])
