"""The files of a report: pictures, and tables for other programs."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow.csv import WriteOptions, write_csv

from fcnn.plots.drawing import FIGURE_NAMES, Picture
from fcnn.report.tables import TABLE_NAMES

FORMER_TABLES = ("against_best",)
"""Names of the files of tables that earlier versions wrote."""
# But not numbers, nor the dash of a missing value.
_FORMULA = re.compile(r"(?![-+][\d.]+(e[-+]?\d+)?$|-$)[=+@-]")


def encode_files(
    pictures: Sequence[Picture], tables: Mapping[str, pd.DataFrame]
) -> dict[str, bytes]:
    """Return pictures and csv files by name.

    Args:
        pictures: figures with the content of their files.
        tables: by the names of their files, without suffix.
    """
    encoded = {
        f"{picture.name}.{file_format}": content
        for picture in pictures
        for file_format, content in picture.files.items()
    }
    return encoded | {f"{name}.csv": _encode_csv(table) for name, table in tables.items()}


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write the files of a report, and remove those of an earlier report.

    They are written beside those of the earlier report first, which a full disk leaves whole.

    Args:
        folder: where to write; it is made if needed.
        contents: by the names of the files.

    Returns:
        The paths of the files.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = {folder / name: folder / f"{name}.part" for name in contents}
    try:
        for path, part in parts.items():
            part.write_bytes(contents[path.name])
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    _remove_stale(folder, set(contents))
    return list(parts)


def _remove_stale(folder: Path, current: set[str]) -> None:
    """Remove what an earlier report wrote and this one does not."""
    figures = {f"{name}.{suffix}" for name in FIGURE_NAMES for suffix in ("png", "svg")}
    tables = {f"{name}.csv" for name in (*TABLE_NAMES, *FORMER_TABLES)}
    for name in (figures | tables) - current:
        (folder / name).unlink(missing_ok=True)


def _encode_csv(table: pd.DataFrame) -> bytes:
    # For a million rows pandas itself takes six times as long.
    arrow_table = pa.Table.from_pandas(table, preserve_index=False)
    sink = pa.BufferOutputStream()
    write_csv(arrow_table, sink, WriteOptions(quoting_style="needed"))
    return bytes(sink.getvalue())


def find_formulas(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return a text that a spreadsheet would take for a formula, for each table that has one."""
    formulas = {}
    for name, table in tables.items():
        texts = table.select_dtypes(exclude=["number", "datetimetz"])
        for column in texts:
            for text in map(str, texts[column].dropna().unique()):
                if _FORMULA.match(text):
                    formulas[name] = text
    return formulas
