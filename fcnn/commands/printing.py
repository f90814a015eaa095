"""Tables on the terminal, whatever the words in them look like."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from fcnn.escaping import printable

WIDTH_OF_PIPES = 1000
"""Characters of a line where no terminal limits it."""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], **style: Any) -> None:
    """Print a table; `style` is that of `rich.table.Table`."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(**style)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # As `Text`, because a name may look like Rich's markup.
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDTH_OF_PIPES).print(table)
