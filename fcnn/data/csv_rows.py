"""The rows of a csv text, all of the same number of fields, or what is wrong with one of them."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "blank": " "}
"""Characters between fields, by their names in a config; `blank` is any number of blanks."""
_MAX_HEADER_LENGTH = 2**20
_SEPARATOR_LINE = re.compile(r'"?sep=.?"?(?=[\r\n])')
"""What tells Excel the separator, in a first line of its own."""
_BLANK_LINE = re.compile(r"^ +\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Dialect:
    """How a text is divided: a separator, by its name, a quote, and what begins a comment."""

    separator: str = "comma"
    quote: str = '"'
    comment: str = "none"

    def __str__(self) -> str:
        text = f"dataset.separator={self.separator}"
        return text if self.comment == "none" else f"{text} dataset.comment={self.comment}"

    @property
    def delimiter(self) -> str:
        """The character between fields."""
        return SEPARATORS[self.separator]


@dataclass(frozen=True)
class Record:
    """Fields as written, from `first_line` to `last_line` of the file, which count from 1."""

    first_line: int
    last_line: int
    fields: list[str]

    @property
    def span(self) -> str:
        """Where the record stands, for messages."""
        return f"spans lines {self.first_line} to {self.last_line}"


class RowError(Exception):
    """A text cannot be divided into rows and columns; the message says where, and why."""


def prepare_text(text: str, dialect: Dialect) -> str:
    """Empty lines of comments, of blanks or for Excel, and make one of blanks that separate.

    Lines keep their numbers.
    """
    text = text.removeprefix("\ufeff")
    if separator_line := _SEPARATOR_LINE.match(text):
        text = text[separator_line.end() :]
    if dialect.comment != "none":
        text = re.sub(rf"^[ \t]*{re.escape(dialect.comment)}[^\r\n]*", "", text, flags=re.M)
    if dialect.separator == "blank":
        text = re.sub(r"[ \t]+", " ", text)
        text = re.sub(r"^ | (?=\r?$)", "", text, flags=re.M)
    # In a large file a search for lines takes a second, and one for characters nothing.
    return _BLANK_LINE.sub("", text) if "\n " in text or text.startswith(" ") else text


def read_located_records(text: str, dialect: Dialect) -> Iterator[Record]:
    """Yield the records of a prepared text and where they stand; blank lines are skipped."""
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote
    )
    last_line = 0
    for fields in reader:
        first_line, last_line = last_line + 1, reader.line_num
        if len(fields) > 1 or (fields and fields[0].strip()):
            yield Record(first_line, last_line, fields)


def read_rows(text: str, dialect: Dialect) -> "pa.Table":
    """Divide a prepared text into rows of equally many fields, all as texts.

    Raises:
        RowError: It has no rows, or rows of different lengths.
    """
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    try:
        first = next(read_located_records(text[:_MAX_HEADER_LENGTH], dialect), None)
    except csv.Error as error:
        raise RowError(str(error)) from None
    if first is None:
        raise RowError("is no csv table: it is empty")
    raw = text.encode("utf-8", errors="surrogatepass")
    names = [f"f{index}" for index in range(len(first.fields))]
    try:
        return pa_csv.read_csv(
            BytesIO(raw),
            # One block, because a row may not span two of them.
            pa_csv.ReadOptions(autogenerate_column_names=True, block_size=len(raw) + 16),
            pa_csv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=True
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowException, OverflowError) as error:
        if not raw.strip().count(b"\n"):
            raise RowError("has no rows") from None
        raise RowError(_describe_fault(text, dialect, str(error))) from None


def read_rows_with_names(text: str, dialect: Dialect) -> "tuple[str, pa.Table]":
    """Divide a prepared text as `read_rows`, with a column for the names of rows that R writes.

    R gives that column no name, so that its header is one field short. It is taken for one only
    where every row begins with a quoted text: elsewhere a separator may stand inside a number.

    Returns:
        The text, with an empty name for that column, and the rows.

    Raises:
        RowError: As `read_rows`.
    """
    try:
        return text, read_rows(text, dialect)
    except RowError:
        if all(line.startswith(dialect.quote) for line in text.splitlines()[1:] if line):
            named = f"{dialect.delimiter}{text}"
            with suppress(RowError):
                return named, read_rows(named, dialect)
        raise


def _describe_fault(text: str, dialect: Dialect, reason: str) -> str:
    """Say which row is longer or shorter than the header."""
    try:
        records = read_located_records(text, dialect)
        header = next(records).fields
        for row, record in enumerate(records, start=1):
            n_fields = len(record.fields)
            if n_fields != len(header):
                hint = ""
                if record.last_line > record.first_line:
                    hint = f"; it {record.span}: is a quote out of place?"
                elif n_fields == len(header) + 1:
                    hint = "; is a separator inside a number, or has a column no name?"
                elif n_fields > len(header):
                    hint = "; are there lines above the header?"
                return f"row {row} has {n_fields} fields, the header has {len(header)}{hint}"
    except csv.Error as error:
        reason = str(error)
    return f"is no csv table: {reason.splitlines()[0]}"


def check_names(path: str, names: Sequence[str]) -> None:
    """Check that the names of columns are distinct.

    Raises:
        ConfigError: A name occurs twice.
    """
    for index, name in enumerate(names):
        if name and name in names[:index]:
            raise ConfigError(
                f"dataset.path={path}: two columns are called {name}, "
                f"fields {names.index(name) + 1} and {index + 1} of the header; "
                "each needs a name of its own"
            )


def has_line_breaks(columns: "Iterable[str | pa.ChunkedArray[Any]]") -> bool:
    """Whether any name, or any field of the columns, spans lines."""
    import pyarrow.compute as pc

    return any(
        re.search(r"[\r\n]", column) is not None
        if isinstance(column, str)
        else pc.any(pc.match_substring_regex(column, r"[\r\n]")).as_py()
        for column in columns
    )
