"""Data frames as Parquet files, by which runs find them again."""

import os
from collections.abc import Hashable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcnn.config.locations import project_dir
from fcnn.data.csv_rows import check_names
from fcnn.data.file_bytes import hash_bytes
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def frames_dir() -> Path:
    """Return the folder of the data frames that studies in Python were made of."""
    return project_dir() / "outputs" / "frames"


def keep_frame(frame: "pd.DataFrame") -> Path:
    """Write a data frame to the file that runs find it by; equal ones share a file.

    The index is no column.

    Raises:
        ConfigError: It is no data frame, or Parquet cannot hold it.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as parquet

    if not isinstance(frame, pd.DataFrame):
        raise ConfigError(f"data: should be a pandas DataFrame, not {type(frame).__name__}")
    named = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    check_names("data", list(named.columns))
    if named.empty:
        raise ConfigError("data: has no rows" if len(named.columns) else "data: has no columns")
    columns = [_to_arrow(name, values) for name, values in named.items()]
    table = pa.table(columns, names=list(named.columns))
    buffer = BytesIO()
    parquet.write_table(table, buffer)
    content = buffer.getvalue()
    path = frames_dir() / f"{hash_bytes(content)}.parquet"
    write_frame(path, content)
    return path


def _to_arrow(name: Hashable, values: "pd.Series[Any]") -> "pa.ChunkedArray[Any]":
    """Convert a column to Arrow's.

    Raises:
        ConfigError: Its values have no common type that Parquet can hold.
    """
    import pandas as pd
    import pyarrow as pa

    if isinstance(values.dtype, pd.SparseDtype):
        values = values.astype(values.dtype.subtype)
    elif isinstance(values.dtype, pd.PeriodDtype):
        values = values.dt.to_timestamp()
    elif isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert(None)  # as all dates are read; pyarrow warns of zones
    try:
        column = pa.Table.from_pandas(values.to_frame("x"), preserve_index=False).column("x")
    except UnicodeError as error:
        raise ConfigError(f"data: column {name}: {error}") from None
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        raise ConfigError(f"data: column {name}: {error.args[0]}") from None
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if isinstance(kind, pa.BaseExtensionType):
        dtype = getattr(values.dtype, "categories", values).dtype
        raise ConfigError(f"data: column {name}: {dtype} is no type that Parquet has")
    return column


def is_kept_frame(path: str) -> bool:
    """Whether a path is that of a data frame which `keep_frame` wrote, here or elsewhere."""
    return Path(path).parts[-3:-1] == ("outputs", "frames")


def write_frame(path: Path, content: bytes) -> None:
    """Write a file at once, so that nobody reads half of it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    with suppress(FileNotFoundError):  # another process has written the same, and tidied
        part.replace(path)
    for other in path.parent.glob(f"{path.stem}.*.part"):
        other.unlink(missing_ok=True)
