"""Tables and paragraphs on the terminal, whatever the words in them look like."""

import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from io import StringIO
from typing import Any

from fcnn.escaping import printable

WIDTH_OF_PIPES = 1000
"""Characters of a line where no terminal limits it."""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], **style: Any) -> None:
    """Print a table; `style` is that of `rich.table.Table`."""
    print(*format_table(headings, rows, **style), sep="\n")


def format_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: Collection[str] = (),
    **style: Any,
) -> list[str]:
    """Return the lines of a table that fits the terminal.

    Args:
        headings: The columns.
        rows: Their cells.
        numbers: The headings of columns that are aligned on the right and never broken.
        style: That of `rich.table.Table`.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(**style)
    for heading in headings:
        if heading in numbers:
            table.add_column(heading, justify="right", no_wrap=True)
        else:
            table.add_column(heading, overflow="fold")
    for row in rows:
        # As `Text`, because a name may look like Rich's markup.
        table.add_row(*(Text(printable(cell)) for cell in row))
    return _render(table)


def format_paragraph(text: str) -> list[str]:
    """Return the lines of a text, broken between words where a terminal is too narrow for it."""
    from rich.text import Text

    if not sys.stdout.isatty():
        return [printable(text)]
    return _render(Text(printable(text)))


def _render(renderable: Any) -> list[str]:
    """Return the lines of what Rich renders, without colours, because log files get them, too."""
    from rich.console import Console

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH_OF_PIPES
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        console.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]
