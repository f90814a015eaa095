"""Draws the figures of a report, each of which is a module of `fcnn.plots.figures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from matplotlib.figure import Figure

from fcnn.config.command_line import SHOW_TRACEBACKS
from fcnn.errors import FcnnError
from fcnn.escaping import printable
from fcnn.plots import figures
from fcnn.plots.plotly_library import to_html
from fcnn.plots.report_data import ReportData
from fcnn.plots.typesetting import encode_figure, typesetting
from fcnn.tracking.redaction import redact

CURVES, RESULTS, WINNER, DATA = 20, 30, 50, 70
"""The `ORDER` from which on figures belong to a later part of a report than the effects."""
MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
PIXELS_PER_INCH = 100
FIGURE_NAMES = sorted(module.name for module in iter_modules(figures.__path__))


@dataclass(frozen=True)
class Picture:
    """A figure with its files.

    Attributes:
        name: of the figure, and of its files without their suffixes.
        caption: what the figure shows.
        order: its place in the report.
        figure: the figure itself.
        files: the content of each file by its format, `png` or `svg`.
    """

    name: str
    caption: str
    order: int
    figure: Figure
    files: dict[str, bytes]

    @property
    def image(self) -> tuple[str, bytes]:
        """The media type and the content of the smaller of the files, for the page."""
        smallest = min(self.files, key=lambda file_format: len(self.files[file_format]))
        return MEDIA_TYPES[smallest], self.files[smallest]

    @property
    def width(self) -> int:
        """Pixels at which texts of eight points are eleven pixels high."""
        return round(PIXELS_PER_INCH * self.figure.get_figwidth())


@dataclass(frozen=True)
class Drawing:
    """All that is drawn for a report.

    Attributes:
        pictures: in the order of the report.
        interactive: the interactive plots as HTML, by the names of the figures that they replace
            on screens.
        errors: a line for each figure that could not be drawn.
        missing_characters: those that no installed font has.
    """

    pictures: list[Picture]
    interactive: dict[str, str]
    errors: list[str]
    missing_characters: set[str]


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
    drawing = Drawing(pictures=[], interactive={}, errors=[], missing_characters=set())
    modules = {name: _figure_module(name) for name in FIGURE_NAMES}
    for name, module in sorted(modules.items(), key=lambda item: int(item[1].ORDER)):
        try:
            _draw_picture(name, module, data, drawing)
        except Exception as error:
            drawing.errors.append(_describe_error(f"figure {name}", error))
        if not hasattr(module, "draw_interactive"):
            continue
        try:
            plot = module.draw_interactive(data)
            if plot is not None:
                drawing.interactive[name] = to_html(plot, name)
        except Exception as error:
            drawing.errors.append(_describe_error(f"interactive {name}", error))
    return drawing


def _draw_picture(name: str, module: ModuleType, data: ReportData, drawing: Drawing) -> None:
    """Add the figure of a module to a drawing, if the study has data for it."""
    with typesetting():
        figure = module.draw(data)
        if figure is None:
            return
        files, missing_characters = _encode(figure, getattr(module, "FORMATS", ["png"]))
    caption = module.CAPTION.format(measure=data.selection.measure.noun, run=data.role_of_run)
    drawing.pictures.append(Picture(name, caption, module.ORDER, figure, files))
    drawing.missing_characters.update(missing_characters)


def _figure_module(name: str) -> ModuleType:
    return import_module(f"{figures.__name__}.{name}")


def _encode(figure: Figure, formats: Sequence[str]) -> tuple[dict[str, bytes], set[str]]:
    """Return the content of the figure's files by format, and the characters that no font has."""
    files, missing_characters = {}, set[str]()
    for file_format in formats:
        files[file_format], missing = encode_figure(figure, file_format)
        missing_characters |= missing
    return files, missing_characters


def _describe_error(subject: str, error: Exception) -> str:
    """Return the line that says why something could not be drawn.

    Raises:
        Exception: the error itself, if the user wants tracebacks (HYDRA_FULL_ERROR=1).
    """
    if SHOW_TRACEBACKS:
        raise error
    reason = " ".join(str(error).split())
    kind = "" if isinstance(error, FcnnError) else f"{type(error).__name__}: "
    return printable(redact(f"{subject} could not be drawn: {kind}{reason}".removesuffix(": ")))
