"""What the figures of a report are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection
from fcnn.analysis.spread import CellCurves
from fcnn.config.claims import Claim


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
        command: the command that started its latest sweep, empty if it is not known.
        claims: what its latest sweep expects it to show.
        claims_not_asked: places of claims and conditions whose cells that sweep has not.
    """

    name: str
    selection: Selection
    curves: pd.DataFrame
    cells: Sequence[CellCurves]
    run: TrackedRun
    run_requested: bool = False
    description: str = ""
    command: str = ""
    claims: Sequence[Claim] = ()
    claims_not_asked: frozenset[tuple[int, int]] = frozenset()
