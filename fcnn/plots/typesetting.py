"""Text in figures: as written, in fonts that have its characters, in lines of a length that fits."""

import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import LogFormatterSciNotation
from rich.cells import cell_len

from fcnn.escaping import shortened

# Of Linux, macOS and Windows: those that are installed take the characters that the default font lacks.
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
LONGEST = 400
"""Characters of a text that a figure shows in full; of a longer one the middle is left out."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MISSING = re.compile(r"Glyph (\d+) .* missing from font")


@contextmanager
def typesetting() -> Iterator[None]:
    """Within it texts are made in which `$` is a dollar; `render` has to be within it too."""
    installed = set(fontManager.get_font_names())
    fonts = [*rcParams["font.family"], *(font for font in FALLBACK_FONTS if font in installed)]
    with rc_context({"text.parse_math": False, "text.usetex": False, "font.family": fonts}):
        yield


def render(figure: Figure, ending: str) -> tuple[bytes, set[str]]:
    """The figure as a file of this kind (`png`, `svg`), and the characters for which boxes stand because no font has them."""
    file, missing = BytesIO(), set[str]()
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", message=_MISSING.pattern)
        figure.savefig(file, format=ending, dpi=150)
    for warning in caught:
        if glyph := _MISSING.match(str(warning.message)):
            missing.add(chr(int(glyph[1])))
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return file.getvalue(), missing


class LogFormatter(LogFormatterSciNotation):
    """Labels of a logarithmic axis, `10⁻³`, without the mathematical text that `typesetting` turns off."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        r"""The label of a tick at `x`, from matplotlib's own like `$\mathdefault{2\times10^{-3}}$`."""
        text = re.sub(r"\$|\\mathdefault\{(.*)\}(?=\$$)", r"\1", super().__call__(x, pos))
        text = re.sub(r"\^\{(.*?)\}", lambda power: power[1].translate(_SUPERSCRIPTS), text)
        return text.replace(r"\times", "×")


def wrapped(text: str, width: int) -> str:
    """The text in lines of at most about `width` characters of usual width; the middle of a very long one is left out."""
    lines = (_lines(line, width) for line in shortened(text, LONGEST).split("\n"))
    return "\n".join(line for part in lines for line in part)


def _lines(text: str, width: int) -> list[str]:
    # Chinese, Japanese and Korean characters are as wide as two others.
    narrow = width * len(text) // max(1, cell_len(text))
    return textwrap.wrap(text, max(1, narrow), break_on_hyphens=False) or [""]


def told_apart(texts: Sequence[str], width: int) -> list[str]:
    """The texts without the middle of those that are longer than `width`; those that look alike then are numbered."""
    cut = [shortened(text, width) for text in texts]
    alike, numbers = Counter(cut), Counter[str]()
    for place, text in enumerate(cut):
        if alike[text] > 1 and text != texts[place]:
            numbers[text] += 1
            cut[place] = f"{text} ({numbers[text]})"
    return cut
