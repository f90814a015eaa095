"""The figures of a report: each module here is one, in a file of its name.

A module has `CAPTION`, what is to be seen; `PLACE`, its place among the others, of which those below `AFTER_TABLES` come before
the tables; and `draw`, which gives nothing where a study has nothing to draw. Another module is another figure: nobody else has
to know of it (but the overlay, which is an SVG too, and on the page stands only when that is printed).
"""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import pandas as pd
from matplotlib.figure import Figure

from fcnn.report.run import TrackedRun
from fcnn.report.selection import Selection

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


@dataclass(frozen=True)
class Picture:
    """A figure: the name of its file, what is to be seen, and whether it is a result, which comes before the tables."""

    name: str
    caption: str
    is_result: bool
    figure: Figure


NAMES = sorted(module.name for module in iter_modules(__path__))


def drawn(material: Material) -> list[Picture]:
    """Every figure that there is something to draw for, in the order of their places."""
    modules = sorted(
        ((name, import_module(f"{__name__}.{name}")) for name in NAMES),
        key=lambda item: int(item[1].PLACE),
    )
    figures = [(name, module, module.draw(material)) for name, module in modules]
    return [
        Picture(name, module.CAPTION, module.PLACE < AFTER_TABLES, figure)
        for name, module, figure in figures
        if figure
    ]
