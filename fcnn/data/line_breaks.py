"""Records of a csv file that span several lines: text with line breaks, or swallowed rows."""

import re
from collections.abc import Sequence

from fcnn.data.csv_reading import CsvReading
from fcnn.data.csv_rows import Record, read_located_records
from fcnn.errors import ConfigError


def check_line_breaks(
    path: str, csv: CsvReading, numeric: Sequence[int], target: int | None
) -> list[str]:
    """Refuse records that swallowed rows, and return a note on those that may have.

    A quote that is out of place makes one record of all lines up to the next quote. Text that a
    table rightly holds may have line breaks, and even as many commas as a row, but not numbers
    and classes in their places.

    Args:
        path: Path for messages.
        csv: The reading of the file.
        numeric: Positions of the columns that hold numbers.
        target: Position of the column that holds classes, None for a regression.

    Raises:
        ConfigError: A record holds several lines that read as rows.
    """
    if not csv.has_line_breaks:
        return []
    suspects, classes = _find_suspects(csv, target)

    def is_row(cells: list[str]) -> bool:
        has_class = target is None or cells[target].strip(' "') in classes
        return has_class and all(_is_number(cells[position]) for position in numeric)

    for row, record, possible in suspects:
        # One line of a multi-line record may well be complete: the end of its text and the rest.
        if sum(map(is_row, possible)) > (1 if row else 0):
            raise ConfigError(
                f"dataset.path={path}: {_describe(row, record)}, which read as "
                "rows of their own: is a quote out of place?"
            )
    if not suspects:
        return []
    row, record, _ = suspects[0]
    others = f" ({len(suspects) - 1} more rows have several lines)" if len(suspects) > 1 else ""
    return [
        f"{path}: {_describe(row, record)}{others}: right for text with line breaks, "
        "else a quote is out of place"
    ]


def _find_suspects(
    csv: CsvReading, target: int | None
) -> tuple[list[tuple[int, Record, list[list[str]]]], set[str]]:
    """Return rows that hold several lines with their fields, and the classes of other rows."""
    suspects = []
    classes: set[str] = set()
    # Rows count from 1, where there is a header.
    records = read_located_records(csv.text, csv.dialect)
    for row, record in enumerate(records, start=0 if csv.has_header else 1):
        if record.last_line == record.first_line:
            if row and target is not None:
                classes.add(record.fields[target].strip())
            continue
        possible = _split_rows(record, csv.dialect.delimiter)
        if len(possible) > 1:
            suspects.append((row, record, possible))
    return suspects, classes


def _split_rows(record: Record, delimiter: str) -> list[list[str]]:
    """Return the fields of those lines of a record that have as many as the header."""
    lines = re.split(r"\r\n|\r|\n", delimiter.join(record.fields))
    n_delimiters = len(record.fields) - 1
    return [line.split(delimiter) for line in lines if line.count(delimiter) == n_delimiters]


def _describe(row: int, record: Record) -> str:
    return f"{f'row {row}' if row else 'the header'} {record.span}"


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip(' "'))
    except ValueError:
        return False
    return True
