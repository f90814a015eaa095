"""What the figures of a report are drawn from."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves, spread_curves


@dataclass(frozen=True)
class ReportData:
    """A study as it was read from the store.

    Attributes:
        name: the study's name.
        selection: the runs to show.
        curves: a row for each run and epoch: `run_id`, `epoch` and a column for each metric.
        run: the run to look into, by default the best one of the study.
        run_requested: whether the user chose this run.
        description: what the study says that it is about.
    """

    name: str
    selection: Selection
    curves: pd.DataFrame
    run: TrackedRun
    run_requested: bool = False
    description: str = ""

    @cached_property
    def cell_curves(self) -> list[CellCurves]:
        """The spread of all metrics over seeds, for each cell."""
        return spread_curves(self.selection, self.curves)
