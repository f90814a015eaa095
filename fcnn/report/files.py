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


def write_files(
    folder: Path, pictures: Sequence[Picture], tables: Mapping[str, pd.DataFrame]
) -> list[Path]:
    """Write pictures and csv files, and remove those of an earlier report.

    Args:
        folder: where to write; it is made if needed.
        pictures: figures with the content of their files.
        tables: by the names of their files, without suffix.

    Returns:
        The paths of the files.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoded = {
        f"{picture.name}.{file_format}": content
        for picture in pictures
        for file_format, content in picture.files.items()
    }
    csv_files = {f"{name}.csv": table for name, table in tables.items()}
    _remove_stale(folder, {*encoded, *csv_files})
    for name, content in encoded.items():
        (folder / name).write_bytes(content)
    for name, table in csv_files.items():
        _write_csv(folder / name, table)
    return [folder / name for name in (*encoded, *csv_files)]


def _remove_stale(folder: Path, current: set[str]) -> None:
    """Remove what an earlier report wrote and this one does not."""
    figures = {f"{name}.{suffix}" for name in FIGURE_NAMES for suffix in ("png", "svg")}
    tables = {f"{name}.csv" for name in (*TABLE_NAMES, *FORMER_TABLES)}
    for name in (figures | tables) - current:
        (folder / name).unlink(missing_ok=True)


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    # For a million rows pandas itself takes six times as long.
    arrow_table = pa.Table.from_pandas(table, preserve_index=False)
    write_csv(arrow_table, path, WriteOptions(quoting_style="needed"))


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
