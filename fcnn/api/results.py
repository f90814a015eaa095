"""What the store holds of a study, as frames and Figures: the same that a report shows."""

from pathlib import Path
from typing import Any

import pandas as pd

from fcnn.analysis import ranking, statistics
from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection, select
from fcnn.api.trained import TrainedNetwork, load_network
from fcnn.config.schema import SECTIONS
from fcnn.errors import ConfigError, StoreError
from fcnn.params import SEED_KEY
from fcnn.plots.figures import ReportData, heatmap, overlay
from fcnn.plots.notebook import NotebookFigure, show_in_notebooks
from fcnn.plots.typesetting import typesetting
from fcnn.report.build import build
from fcnn.tracking.reader import Reader
from fcnn.tracking.store import check, exists


class StudyResults:
    """The finished runs of a study at one moment.

    Raises:
        ConfigError: The store has no finished run of the study.
        StoreError: The store cannot be read.
    """

    def __init__(self, uri: str, name: str) -> None:
        check(uri)
        if not exists(uri):
            raise StoreError("tracking.uri: there is no store yet; training creates it")
        self.uri, self.name = uri, name
        self.reader = Reader(uri)
        self.selection = self._select()

    def _select(self) -> Selection:
        plan = self.reader.plan(self.name)
        runs = self.reader.runs(self.name, plan)
        if runs.empty:
            raise ConfigError(f"study={self.name}: the store has no runs of it")
        try:
            return select(runs, plan)
        except ValueError as error:
            raise ConfigError(f"study={self.name}: {error}") from None

    def runs(self) -> pd.DataFrame:
        """One row for each run, as in `runs.csv`; numeric hyperparameters are numbers."""
        columns = ["diverged_epoch", "error"]
        runs = self.selection.runs.drop(columns=columns).dropna(axis="columns", how="all")
        return _parse_numbers(runs)

    def curves(self) -> pd.DataFrame:
        """One row for each epoch of a run, as in `curves.csv`."""
        names = self.selection.runs[["run_id", "label", SEED_KEY]]
        return _parse_numbers(names.merge(self._curves(), on="run_id"))

    def ranking(self, target: float | None) -> pd.DataFrame:
        """One row for each cell, the best first, as in `ranking.csv`."""
        curves = self._curves()
        if target is None:
            targets = ranking.default_targets(self.selection, curves)
        else:
            targets = pd.Series(target, self.selection.shown["run_id"])
        return ranking.ranking(self.selection, curves, targets)

    def comparisons(self) -> pd.DataFrame:
        """One row for each pair of values of an axis."""
        return statistics.comparisons(self.selection.grid)

    def plot_overlay(self, metric: str) -> NotebookFigure:
        """The curves of all cells in one Figure."""
        if metric not in self.selection.metrics:
            available = ", ".join(self.selection.metrics)
            raise ConfigError(f"metric={metric}: should be one of {available}")
        with typesetting():
            return show_in_notebooks(overlay.draw(self._report_data()))

    def plot_heatmap(self) -> NotebookFigure:
        """The final validation loss of all cells as a map."""
        with typesetting():
            figure = heatmap.draw(self._report_data())
        if figure is None:
            raise ConfigError(f"study={self.name}: its runs are trials of a search, not a grid")
        return show_in_notebooks(figure)

    def report(self, folder: Path) -> list[Path]:
        """Write the files of a report."""
        return build(self.uri, self.name, folder)

    def best(self) -> TrainedNetwork:
        """The network with the smallest final validation loss."""
        return load_network(self.reader, str(self.selection.best["run_id"]), self.uri)

    def _curves(self) -> pd.DataFrame:
        run_ids = list(self.selection.runs["run_id"])
        return self.reader.curves(run_ids, self.selection.metrics)

    def _report_data(self) -> ReportData:
        run = TrackedRun(self.selection.best, self.reader)
        return ReportData(self.name, self.selection, self._curves(), run, False)


def _parse_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its hyperparameters as numbers, where all values of a column are."""
    numbers: dict[str, Any] = {}
    for key in frame.columns:
        if str(key).partition(".")[0] in SECTIONS:
            column = pd.to_numeric(frame[key], errors="coerce")
            if (column.notna() == frame[key].notna()).all():
                numbers[key] = column
    return frame.assign(**numbers)
