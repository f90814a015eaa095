"""Table files as typed columns: read once per process, and told apart by what they hold."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from fcnn.config.schema import Config
from fcnn.config.tables import TableDataset
from fcnn.data.column_parsing import parse_column
from fcnn.data.columns import Column
from fcnn.data.csv_reading import CsvReading, read_csv_text
from fcnn.data.csv_rows import check_names
from fcnn.data.file_bytes import PARQUET, check_format, decompress, hash_bytes, read_bytes
from fcnn.data.format_choice import choose_format, list_formats
from fcnn.data.frame_file import is_kept_frame
from fcnn.data.number_formats import DEFAULT_FORMAT, NumberFormat
from fcnn.data.text_encoding import decode
from fcnn.errors import ConfigError

FRAME = "the data frame"
"""What messages call the file of a data frame, which the user has never seen."""
MAX_CACHED_BYTES = 2**29
"""Total size of the tables kept in memory; others are read again and must not have changed."""


@dataclass(frozen=True, eq=False)
class TableFile:
    """A table as its file has it.

    Attributes:
        path: Its path, or what it is, as messages call it.
        columns: Its columns by name.
        digest: Hash of the columns: names, kinds and values, 16 hexadecimal digits.
        bytes_digest: Hash of the file itself, by which versions before 0.2.0 knew it.
        number_format: How its texts write numbers.
        other_formats: How they might write them.
        csv: The reading of a csv file, None of others.
        notes: What was decided for the user, one line each.
    """

    path: str
    columns: dict[str, Column]
    digest: str
    bytes_digest: str
    number_format: NumberFormat = DEFAULT_FORMAT
    other_formats: tuple[NumberFormat, ...] = ()
    csv: CsvReading | None = None
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What the config says of it, as errors begin."""
        return self.path if self.path == FRAME else f"dataset.path={self.path}"

    @property
    def n_bytes(self) -> int:
        """About how much memory it takes."""
        texts = len(self.csv.text) if self.csv else 0
        columns = self.columns.values()
        return texts + sum(int(column.cells.nbytes + column.values.nbytes) for column in columns)


_Key = tuple[Any, ...]
_tables: "OrderedDict[_Key, TableFile]" = OrderedDict()
"""Tables by their options and digest, the one last used at the end."""
_latest: dict[_Key, tuple[tuple[int, int] | None, str]] = {}
"""By options and path: time and size of the file when it was read, and the digest of its table."""


def read_table_file(dataset: TableDataset) -> TableFile:
    """Read the table of a config, or return it as this process read it before.

    Runs are trained on the table whose digest they record, even if the file changes meanwhile.

    Raises:
        ConfigError: The file cannot be read, or is no table, or has changed since its digest was
            computed, here or in the process that planned the sweep.
    """
    options = _reading_options(dataset)
    shown_path = FRAME if is_kept_frame(dataset.path) else dataset.path
    planned = dataset.digest
    if planned and (table := _recall((*options, planned))):
        return replace(table, path=shown_path)
    stamp = _stamp(dataset.path)
    last_stamp, digest = _latest.get((*options, dataset.path), (None, ""))
    table = _recall((*options, digest)) if stamp and stamp == last_stamp else None
    if table is None:
        table = _parse(dataset)
        _latest[(*options, dataset.path)] = stamp, table.digest
        _remember((*options, table.digest), table)
    if planned and planned not in (table.digest, table.bytes_digest):
        raise ConfigError(
            f"dataset.path={dataset.path}: its contents have changed since this was planned"
        )
    return replace(table, path=shown_path)


def with_digest(config: Config) -> Config:
    """Return the config with the digest of its table, if it is one of the user's.

    Wherever such a config is trained, the table must have these contents.
    """
    dataset = config.dataset
    if not isinstance(dataset, TableDataset) or dataset.digest:
        return config
    digest = read_table_file(dataset).digest
    return replace(config, dataset=replace(dataset, digest=digest))


def name_as_read(dataset: TableDataset, file: TableFile) -> TableDataset:
    """Return the config with its names as the file was read: without the blanks around them."""

    def strip(name: str) -> str:
        return name if name in file.columns else name.strip()

    target = dataset.target
    return replace(
        dataset,
        target=strip(target) if isinstance(target, str) else tuple(map(strip, target)),
        features=dataset.features and tuple(map(strip, dataset.features)),
        group=None if dataset.group is None else strip(dataset.group),
    )


def _reading_options(dataset: TableDataset) -> _Key:
    """What decides how a file is read, beside the file."""
    return (
        dataset.separator,
        dataset.decimal,
        dataset.thousands,
        dataset.encoding,
        dataset.comment,
        dataset.header,
        dataset.day_first,
        frozenset(_wanted_names(dataset)),
    )


def _wanted_names(dataset: TableDataset) -> set[str]:
    """Return the names that a config has, without blanks around them, as headers are read."""
    group = () if dataset.group is None else (dataset.group,)
    return {name.strip() for name in (*dataset.targets, *(dataset.features or ()), *group)}


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).expanduser().stat()
    except (OSError, ValueError, RuntimeError):
        return None
    return status.st_mtime_ns, status.st_size


def _recall(key: _Key) -> TableFile | None:
    if key not in _tables:
        return None
    _tables.move_to_end(key)
    return _tables[key]


def _remember(key: _Key, table: TableFile) -> None:
    """Keep a table in memory, and forget those that were used longest ago."""
    _tables[key] = table
    while _tables and sum(kept.n_bytes for kept in _tables.values()) > MAX_CACHED_BYTES:
        _tables.popitem(last=False)


def _parse(dataset: TableDataset) -> TableFile:
    raw = read_bytes(dataset.path)
    content = decompress(dataset.path, raw)
    if content.startswith(PARQUET):
        table = _parse_parquet(dataset, content)
    else:
        table = _parse_text(dataset, content)
    return replace(table, digest=hash_columns(table.columns), bytes_digest=hash_bytes(raw))


def _parse_text(dataset: TableDataset, content: bytes) -> TableFile:
    check_format(dataset.path, content)
    text, encoding_note = decode(dataset.path, content, dataset.encoding)
    reading = read_csv_text(dataset, text, _wanted_names(dataset))
    number_format, format_notes = choose_format(dataset, reading.columns, reading.is_default)
    return TableFile(
        path=dataset.path,
        columns={
            name: parse_column(name, cells, number_format, dataset.day_first)
            for name, cells in reading.columns.items()
        },
        digest="",
        bytes_digest="",
        number_format=number_format,
        other_formats=tuple(list_formats(dataset)),
        # Its lines are looked at once more only if there is something to find.
        csv=reading if reading.has_line_breaks else replace(reading, text="", columns={}),
        notes=(*([encoding_note] if encoding_note else []), *reading.notes, *format_notes),
    )


def _parse_parquet(dataset: TableDataset, content: bytes) -> TableFile:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        rows: pa.Table = parquet.read_table(BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"dataset.path={dataset.path}: is no Parquet table: {reason}") from None
    names = [str(name) for name in rows.column_names]
    check_names(dataset.path, names)
    if not rows.num_rows:
        raise ConfigError(f"dataset.path={dataset.path}: has no rows")
    columns = {
        name: parse_column(name, cells, DEFAULT_FORMAT, dataset.day_first)
        for name, cells in zip(names, rows.columns, strict=True)
    }
    return TableFile(dataset.path, columns, digest="", bytes_digest="")


def hash_columns(columns: dict[str, Column]) -> str:
    """Hash names, kinds and values of columns to 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for column in columns.values():
        column.update_hash(digest)
    return digest.hexdigest()[:16]
