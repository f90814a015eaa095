"""Words of users in each medium: shown as they were written, never obeyed as markup or control codes.

Column and class names, file names, descriptions and reasons of errors may hold anything. Terminals take `printable` (and
Rich's `Text`), Markdown `markdown`, Plotly `plotly`; HTML is escaped by Jinja, figures by `fcnn.plots.typesetting`.
"""

import html
import re

# C0, C1 and bidirectional controls, line separators, and halves of characters that no encoding can write.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# What means something anywhere in a line: `_` only at the edge of a word, `:` only around the name of an emoji.
_INLINE = re.compile(r"[\\`*\[\]~|]|(?<![^\W_])_|_(?![^\W_])|:(?=[\w+-]+:)")
# What makes a line a heading, an item of a list, or a rule.
_BLOCK = re.compile(r"(?m)^[ \t]*(?:(\d*)(#{1,6}|[-+.)])(?=\s|$)|()([-=])(?=[-=\s]*$))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
_CHARACTERS = {entity: character for character, entity in _ENTITIES.items()}


def printable(text: object, *, newlines: bool = False) -> str:
    r"""The text with its control characters made visible: ESC becomes `\x1b`, a line break `\n` unless `newlines` stay."""

    def escape(match: re.Match[str]) -> str:
        if newlines and match[0] == "\n":
            return "\n"
        return match[0].encode("unicode_escape").decode("ascii")

    return _CONTROL.sub(escape, str(text))


def shortened(text: str, width: int) -> str:
    """The text without its middle where it is longer than `width` characters."""
    return text if len(text) <= width else f"{text[: width // 2]}…{text[-((width - 1) // 2) :]}"


def markdown(text: object) -> str:
    r"""The text so that Markdown shows it as it is, on GitHub as in MLflow, which knows backslashes before few characters.

    `<`, `>`, `&` and `$` (mathematics on GitHub) become entities, for which backslashes would not do in MLflow.
    """
    lines = printable(text, newlines=True)
    escaped = _INLINE.sub(r"\\\g<0>", lines)
    escaped = re.sub("[&<>$]", lambda match: _ENTITIES[match[0]], escaped)
    # Without indentation, four blanks of which would make code of the line.
    return _BLOCK.sub(lambda match: f"{match[1] or ''}\\{match[2] or match[4]}", escaped)


def from_markdown(text: str) -> str:
    """The text that `markdown` was given; other Markdown stays as it is, but for its escapes."""
    return re.sub(
        r"\\([!-/:-@\[-`{-~])|&(?:amp|lt|gt|#36);",
        lambda match: match[1] or _CHARACTERS[match[0]],
        text,
    )


def markdown_code(text: object) -> str:
    """The text as a code span, between more backticks than it has in a row."""
    line = printable(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def plotly(text: object) -> str:
    """The text for Plotly, which takes HTML's tags and entities in all texts, and mathematics between `$`."""
    return html.escape(printable(text), quote=False).replace("$", _ENTITIES["$"])
