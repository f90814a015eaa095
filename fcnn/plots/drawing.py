"""Draws the figures of a report, each of which is a module of `fcnn.plots.figures`."""

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from matplotlib.figure import Figure

from fcnn.config.errors import TRACEBACKS, FcnnError
from fcnn.escaping import printable
from fcnn.plots import figures
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import encode_figure, typesetting
from fcnn.tracking.store import redact

AFTER_TABLES = 50
"""Figures of this `ORDER` and above come after the tables of a report."""
FIGURE_NAMES = sorted(module.name for module in iter_modules(figures.__path__))


@dataclass(frozen=True)
class Picture:
    """A figure with its files.

    Attributes:
        name: of the figure, and of its files without their suffixes.
        caption: what the figure shows.
        is_result: whether it comes before the tables.
        figure: the figure itself.
        files: the content of each file by its format, `png` or `svg`.
    """

    name: str
    caption: str
    is_result: bool
    figure: Figure
    files: dict[str, bytes]


@dataclass(frozen=True)
class Drawing:
    """All pictures of a report.

    Attributes:
        pictures: in the order of the report.
        errors: a line for each figure that could not be drawn.
        missing_characters: those that no installed font has.
    """

    pictures: list[Picture] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    missing_characters: set[str] = field(default_factory=set)


def draw_figure(name: str, data: ReportData, **options: Any) -> Figure | None:
    """Draw one figure, without writing any file.

    Args:
        name: one of `FIGURE_NAMES`.
        data: the study.
        options: of the figure, such as `metric` of the overlay.

    Returns:
        The figure, None if the study has nothing to draw.

    Raises:
        FcnnError: an option has a value that is not allowed.

    Example:
        >>> draw_figure("overlay", read_report_data(Reader(uri), "depth"), metric="val_loss")
    """
    with typesetting():
        figure: Figure | None = _figure_module(name).draw(data, **options)
    return figure


def draw_all(data: ReportData) -> Drawing:
    """Draw every figure for which the study has data; one that fails does not affect the others."""
    drawing = Drawing()
    modules = {name: _figure_module(name) for name in FIGURE_NAMES}
    for name, module in sorted(modules.items(), key=lambda item: int(item[1].ORDER)):
        try:
            picture = _draw_picture(name, module, data, drawing.missing_characters)
        except Exception as error:
            drawing.errors.append(describe_drawing_error(f"figure {name}", error))
        else:
            if picture:
                drawing.pictures.append(picture)
    return drawing


def _figure_module(name: str) -> ModuleType:
    return import_module(f"{figures.__name__}.{name}")


def _draw_picture(
    name: str, module: ModuleType, data: ReportData, missing_characters: set[str]
) -> Picture | None:
    """Draw and encode a figure, adding to the characters that no font has."""
    files = {}
    with typesetting():
        figure = module.draw(data)
        if figure is None:
            return None
        for file_format in getattr(module, "FORMATS", ("png",)):
            files[file_format], missing = encode_figure(figure, file_format)
            missing_characters.update(missing)
    return Picture(name, module.CAPTION, module.ORDER < AFTER_TABLES, figure, files)


def describe_drawing_error(subject: str, error: Exception) -> str:
    """Return the line that says why something could not be drawn.

    Raises:
        Exception: the error itself, if the user wants tracebacks (HYDRA_FULL_ERROR=1).
    """
    if TRACEBACKS:
        raise error
    reason = " ".join(str(error).split())
    kind = "" if isinstance(error, FcnnError) else f"{type(error).__name__}: "
    return printable(redact(f"{subject} could not be drawn: {kind}{reason}".removesuffix(": ")))
