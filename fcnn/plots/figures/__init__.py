"""The figures of a report: each module here is one, in a file of its name.

A module has `CAPTION`, what is to be seen; `ORDER`, its place among the others, of which those below `AFTER_TABLES` come before
the tables; and `draw`, which gives nothing where a study has nothing to draw. Another module is another figure: nobody else has
to know of it (but the overlay, which on the page stands only when that is printed). A module that has `ENDINGS` is drawn into files
of these kinds, others into a PNG.
"""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import pandas as pd
from matplotlib.figure import Figure

from fcnn.analysis.run import TrackedRun
from fcnn.analysis.selection import Selection
from fcnn.config.command_line import SHOW_TRACEBACKS
from fcnn.errors import FcnnError
from fcnn.escaping import printable
from fcnn.plots.typesetting import render, typesetting
from fcnn.tracking.redaction import redact

AFTER_TABLES = 50


@dataclass(frozen=True)
class ReportData:
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
    """A figure: the name of its files, what is to be seen, and whether it is a result, which comes before the tables.

    `files` has the contents of each file by its ending.
    """

    name: str
    caption: str
    is_result: bool
    figure: Figure
    files: dict[str, bytes]


@dataclass(frozen=True)
class Drawing:
    """The pictures of a report in the order of their places.

    `undrawn` has a line for each figure that failed; `missing` are characters that no font has.
    """

    pictures: list[Picture]
    undrawn: list[str]
    missing: set[str]


NAMES = sorted(module.name for module in iter_modules(__path__))


def draw_all(material: ReportData) -> Drawing:
    """Every figure that there is something to draw for; one that fails leaves the others whole."""
    modules = sorted(
        ((name, import_module(f"{__name__}.{name}")) for name in NAMES),
        key=lambda item: int(item[1].ORDER),
    )
    drawing = Drawing([], [], set())
    for name, module in modules:
        try:
            with typesetting():
                figure = module.draw(material)
                if figure is None:
                    continue
                files = {}
                for ending in getattr(module, "ENDINGS", ("png",)):
                    files[ending], missing = render(figure, ending)
                    drawing.missing.update(missing)
        except Exception as error:
            drawing.undrawn.append(undrawn(f"figure {name}", error))
        else:
            is_result = module.ORDER < AFTER_TABLES
            drawing.pictures.append(Picture(name, module.CAPTION, is_result, figure, files))
    return drawing


def undrawn(what: str, error: Exception) -> str:
    """The line that says why something could not be drawn.

    Raises:
        Exception: the error itself, where the user wants to see where it comes from (HYDRA_FULL_ERROR=1).
    """
    if SHOW_TRACEBACKS:
        raise error
    reason = " ".join(str(error).split())
    kind = "" if isinstance(error, FcnnError) else f"{type(error).__name__}: "
    return printable(redact(f"{what} could not be drawn: {kind}{reason}".removesuffix(": ")))
