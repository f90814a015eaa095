"""The figures of a report: each module here is one, in a file of its name.

A module has `CAPTION`, what is to be seen; `PLACE`, its place among the others, of which those below `AFTER_TABLES` come before
the tables; and `draw`, which gives nothing where a study has nothing to draw. Another module is another figure: nobody else has
to know of it (but the overlay, which is an SVG too, and on the page stands only when that is printed).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

import pandas as pd
from matplotlib.figure import Figure

from fcnn.report.run import TrackedRun
from fcnn.report.selection import Selection
from fcnn.tracking.reader import Reader

AFTER_TABLES = 50


@dataclass(frozen=True)
class Material:
    """What figures are drawn from: a study's name, its runs, and their curves (`run_id`, `epoch` and a column a metric).

    `run` is the run to look into: the study's best, or the one that was `asked` for.
    """

    name: str
    selection: Selection
    curves: pd.DataFrame
    run: TrackedRun
    asked: bool
    reader: Reader


class FigureModule(Protocol):
    """What each module of this package offers."""

    CAPTION: str
    PLACE: int

    def draw(self, material: Material) -> Figure | None:
        """The figure, None where there is nothing to draw."""


NAMES = sorted(module.name for module in iter_modules(__path__))


def drawn(material: Material) -> Iterator[tuple[str, FigureModule, Figure]]:
    """Name, module and figure of every figure that there is something to draw for, in the order of their places."""
    modules = {name: cast(FigureModule, import_module(f"{__name__}.{name}")) for name in NAMES}
    for name, module in sorted(modules.items(), key=lambda item: item[1].PLACE):
        figure = module.draw(material)
        if figure is not None:
            yield name, module, figure
