"""What the store holds of a study, as frames and Figures: the same that a report shows."""

import warnings
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fcnn.analysis.claims import COLUMNS
from fcnn.analysis.comparisons import compare_values
from fcnn.analysis.data_rule import describe_left_out
from fcnn.analysis.design import build_design
from fcnn.analysis.ranking import choose_targets, rank_cells
from fcnn.api.trained import TrainedNetwork, load_network
from fcnn.config.schema import SECTIONS
from fcnn.errors import ConfigError
from fcnn.plots.report_data import ReportData
from fcnn.report.claims_table import make_claims_table
from fcnn.report.reading import read_report_data, run_tables
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.reader import Reader

if TYPE_CHECKING:
    from fcnn.plots.notebook import NotebookFigure


class StudyResults:
    """The finished runs of a study, as the store has them now.

    A warning says how many are left out because of their data (`fcnn.analysis.data_rule`).

    Raises:
        ConfigError: The store has no finished run of the study.
        StoreError: The store cannot be read.
    """

    def __init__(self, uri: str, name: str) -> None:
        check_exists(uri)
        self.uri, self.name = uri, name
        self.reader = Reader(uri)
        self.data: ReportData = read_report_data(self.reader, name)
        selection = self.data.selection
        left_out = describe_left_out(selection.left_out, selection.data_rule)
        if left_out:
            warnings.warn(f"study={name}: {left_out}", stacklevel=4)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The rows of `runs.csv` and `curves.csv`; numeric hyperparameters are numbers."""
        tables = run_tables(self.data.selection, self.data.curves)
        return {name: _parse_numbers(table) for name, table in tables.items()}

    def rank_cells(self, target: float | None) -> pd.DataFrame:
        """One row for each cell, the best first, as in `ranking.csv`."""
        selection, curves = self.data.selection, self.data.curves
        return rank_cells(selection, curves, choose_targets(selection, target))

    def compare_values(self) -> pd.DataFrame:
        """One row for each pair of values of an axis."""
        return compare_values(build_design(self.data.selection.grid))

    def judge_claims(self) -> pd.DataFrame:
        """One row for each claim of the newest sweep, with its verdict, as in `claims.csv`."""
        table = make_claims_table(self.data, target=None)
        return pd.DataFrame(columns=COLUMNS) if table is None else table.rows

    def plot_overlay(self, metric: str) -> "NotebookFigure":
        """The curves of all cells in one Figure."""
        figure = self._plot("overlay", metric=metric)
        assert figure is not None  # there is always a finished run to draw
        return figure

    def plot_heatmap(self) -> "NotebookFigure":
        """The settled validation loss of all cells as a map."""
        figure = self._plot("heatmap")
        if figure is None:
            raise ConfigError(f"study={self.name}: its runs are trials of a search, not a grid")
        return figure

    def _plot(self, name: str, **options: Any) -> "NotebookFigure | None":
        # matplotlib takes half a second, which tables do not need.
        from fcnn.plots.drawing import draw_figure
        from fcnn.plots.notebook import show_in_notebooks

        figure = draw_figure(name, self.data, **options)
        return None if figure is None else show_in_notebooks(figure)

    def write_report(self, folder: Path) -> list[Path]:
        """Write the files of a report."""
        from fcnn.report.build import build

        return build(self.uri, self.name, folder).files

    def load_best(self) -> TrainedNetwork:
        """The median network of the best cell."""
        run_id = str(self.data.selection.best_run["run_id"])
        return load_network(self.reader, run_id)


def _parse_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its hyperparameters as numbers, where all values of a column are."""
    numbers: dict[str, Any] = {}
    for key in frame.columns:
        if str(key).partition(".")[0] in SECTIONS:
            column = pd.to_numeric(frame[key], errors="coerce")
            if (column.notna() == frame[key].notna()).all():
                numbers[key] = column
    return frame.assign(**numbers)
