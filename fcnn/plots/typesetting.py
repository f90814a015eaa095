"""Text in figures: as written, in fonts that have its characters, in lines that fit."""

import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import LogFormatterSciNotation
from rich.cells import cell_len

from fcnn.data import Data
from fcnn.escaping import printable, shortened

# On Linux, macOS and Windows; those that are installed draw what the default font lacks.
FALLBACK_FONTS = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK KR", "Noto Sans JP", "Noto Sans SC"),
    *("Source Han Sans", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback"),
    *("IPAGothic", "IPAexGothic", "TakaoGothic", "VL Gothic", "NanumGothic"),
    *("Hiragino Sans", "PingFang SC", "Heiti TC", "Apple SD Gothic Neo"),
    *("Yu Gothic", "MS Gothic", "Microsoft YaHei", "SimHei", "Malgun Gothic"),
    *("Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Symbols", "Noto Sans Symbols 2"),
    *("Noto Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Symbola", "Apple Symbols"),
    *("Arial Unicode MS", "FreeSans", "Unifont", "Unifont Upper"),
)
DPI = 150
"""Dots per inch of PNG files."""
MAX_TEXT_LENGTH = 400
"""Characters of a text that a figure shows in full; a longer one loses its middle."""
INPUT_WIDTH = 40
"""Characters of a line that names an input."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MISSING_GLYPH = re.compile(r"Glyph (\d+) .* missing from font")


@contextmanager
def typesetting() -> Iterator[None]:
    """Draw texts as they are, so that `$` is a dollar and starts no mathematics.

    Figures have to be encoded in the same context.
    """
    installed = set(fontManager.get_font_names())
    fonts = [*rcParams["font.family"], *(font for font in FALLBACK_FONTS if font in installed)]
    with rc_context({"text.parse_math": False, "text.usetex": False, "font.family": fonts}):
        yield


def encode_figure(figure: Figure, file_format: str) -> tuple[bytes, set[str]]:
    """Encode a figure as `png` or `svg`; the same figure gives the same bytes.

    Returns:
        The file's content, and the characters that no font has, for which boxes are drawn.
    """
    # By default an SVG has random ids and the time of day.
    options: dict[str, Any] = {"metadata": {"Date": None}} if file_format == "svg" else {}
    file, missing = BytesIO(), set[str]()
    with rc_context({"svg.hashsalt": "fcnn"}), warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", message=_MISSING_GLYPH.pattern)
        _lay_out(figure)
        figure.savefig(file, format=file_format, dpi=DPI, **options)
    for warning in caught:
        if glyph := _MISSING_GLYPH.match(str(warning.message)):
            missing.add(chr(int(glyph[1])))
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return file.getvalue(), missing


def _lay_out(figure: Figure) -> None:
    """Lay a figure out once for all formats; matplotlib itself would draw each of them twice."""
    engine = figure.get_layout_engine()
    if engine:
        figure.set_dpi(DPI)
        engine.execute(figure)
        figure.set_layout_engine(None)


class LogFormatter(LogFormatterSciNotation):
    """Labels of a logarithmic axis, `10⁻³`, without mathematics, which `typesetting` turns off."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        r"""Return the label at `x`; matplotlib's own is `$\mathdefault{2\times10^{-3}}$`."""
        text = re.sub(r"\$|\\mathdefault\{(.*)\}(?=\$$)", r"\1", super().__call__(x, pos))
        text = re.sub(r"\^\{(.*?)\}", lambda power: power[1].translate(_SUPERSCRIPTS), text)
        return text.replace(r"\times", "×")


def wrap_text(text: str, width: int) -> str:
    """Break a text into lines of about `width` characters; a very long one loses its middle."""
    lines = []
    for line in shortened(text, MAX_TEXT_LENGTH).split("\n"):
        lines += _wrap_line(line, width)
    return "\n".join(lines)


def _wrap_line(line: str, width: int) -> list[str]:
    # Chinese, Japanese and Korean characters are as wide as two others.
    n_characters = width * len(line) // max(1, cell_len(line))
    return textwrap.wrap(line, max(1, n_characters), break_on_hyphens=False) or [""]


def distinguish_labels(labels: Sequence[str], width: int) -> list[str]:
    """Shorten labels to `width` characters, and number those that become equal."""
    short_labels = [shortened(label, width) for label in labels]
    counts, numbers = Counter(short_labels), Counter[str]()
    distinct = []
    for label, short in zip(labels, short_labels, strict=True):
        if counts[short] > 1 and short != label:
            numbers[short] += 1
            distinct.append(f"{short} ({numbers[short]})")
        else:
            distinct.append(short)
    return distinct


def label_inputs(data: Data) -> tuple[str, str]:
    """Label the axes of the two inputs of a data set: with the columns of a table, else x1, x2.

    The values of a column are scaled as in training (`dataset.scaling`).
    """
    if data.schema is None:
        return "x1", "x2"
    first, second = (
        wrap_text(printable(f"{name} (scaled)"), INPUT_WIDTH)
        for name in data.schema.encoder.input_names
    )
    return first, second
