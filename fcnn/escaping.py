"""Users' text in each medium: shown as written, never interpreted as markup or control codes.

Column, class and file names, descriptions and error messages may contain anything. Terminals get
`printable` (and Rich's `Text`), Markdown `markdown`, Plotly `plotly`; Jinja escapes HTML, and
`fcnn.plots.typesetting` escapes figures.
"""

import html
import re

from markupsafe import Markup

# C0, C1 and bidirectional controls, line separators, and surrogates, which cannot be encoded.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# Markup anywhere in a line: `_` only at the edge of a word, `:` only around an emoji's name.
_INLINE = re.compile(r"[\\`*\[\]~|]|(?<![^\W_])_|_(?![^\W_])|:(?=[\w+-]+:)")
# Markup that turns a line into a heading, a list item or a rule.
_BLOCK = re.compile(r"(?m)^[ \t]*(?:(\d*)(#{1,6}|[-+.)])(?=\s|$)|()([-=])(?=[-=\s]*$))")
# Numbers and sizes of layers; what is longer may break, because it fits no phone.
_HYPHENATED = re.compile(r"(?<![\w.-])\d(?=[\d.]*e?-\d)[\d.e-]{2,24}(?![\w-])")
_FRACTION = re.compile(r"[+-]?(\d*)\.(\d*)(?:e[+-]?\d+)?", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
_CHARACTERS = {entity: character for character, entity in _ENTITIES.items()}


def printable(text: object, *, newlines: bool = False) -> str:
    r"""Make control characters visible: ESC becomes `\x1b`, and a line break becomes `\n`.

    Args:
        text: Any object, formatted by `str`.
        newlines: Whether to keep line breaks.
    """

    def escape(match: re.Match[str]) -> str:
        if newlines and match[0] == "\n":
            return "\n"
        return match[0].encode("unicode_escape").decode("ascii")

    return _CONTROL.sub(escape, str(text))


def shortened(text: str, width: int) -> str:
    """Leave out the middle of a text that is longer than `width` characters."""
    if len(text) <= width:
        return text
    return f"{text[: width // 2]}…{text[-((width - 1) // 2) :]}"


def shorten_number(text: str) -> str:
    """Shorten a number of more than six significant digits, as searches draw them, to four."""
    fraction = _FRACTION.fullmatch(text)
    if fraction is None or len((fraction[1] + fraction[2]).lstrip("0")) <= 6:
        return text
    return f"{float(text):.4g}"


def markdown(text: object) -> str:
    r"""Escape a text so that Markdown shows it as written, on GitHub and in MLflow.

    `<`, `>`, `&` and `$` (mathematics on GitHub) become entities, because MLflow does not
    recognise backslashes before them.
    """
    lines = printable(text, newlines=True)
    escaped = _INLINE.sub(r"\\\g<0>", lines)
    escaped = re.sub("[&<>$]", lambda match: _ENTITIES[match[0]], escaped)
    # Indentation is dropped: four spaces would turn the line into code.
    return _BLOCK.sub(lambda match: f"{match[1] or ''}\\{match[2] or match[4]}", escaped)


def from_markdown(text: str) -> str:
    """Undo `markdown`; other Markdown keeps everything but its escapes."""
    return re.sub(
        r"\\([!-/:-@\[-`{-~])|&(?:amp|lt|gt|#36);",
        lambda match: match[1] or _CHARACTERS[match[0]],
        text,
    )


def markdown_code(text: object) -> str:
    """Format a text as a code span, with a fence longer than any run of backticks in it."""
    line = printable(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def unbroken(text: object) -> Markup:
    """Escape a text for HTML, with `4.22e-05` and `2-16-1` never broken at their hyphens."""
    return Markup(_HYPHENATED.sub(r'<span class="unbroken">\g<0></span>', html.escape(str(text))))


def plotly(text: object) -> str:
    """Escape a text for Plotly, which interprets HTML, and mathematics between `$`."""
    return html.escape(printable(text), quote=False).replace("$", _ENTITIES["$"])
