"""What the figures of a report are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.tracking.plan import Plan


@dataclass(frozen=True)
class ReportData:
    """A study as it was read from the store.

    Attributes:
        name: the study's name.
        selection: the runs to show.
        curves: a row for each run and epoch: `run_id`, `epoch` and a column for each metric.
        cells: their spread over seeds, for each cell of the selection.
        run: the run to look into, by default the best one of the study.
        run_requested: whether the user chose this run.
        description: what the study says that it is about.
        plan: what its sweeps planned, None without a sweep.
    """

    name: str
    selection: Selection
    curves: pd.DataFrame
    cells: Sequence[CellCurves]
    run: TrackedRun
    run_requested: bool = False
    description: str = ""
    plan: Plan | None = None

    @property
    def role_of_run(self) -> str:
        """What the run is among those of the study."""
        return "the requested run" if self.run_requested else "the median run of the best cell"
