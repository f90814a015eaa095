"""Data frames as Parquet files, by which runs find them again."""

import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fcnn.config.locations import project_dir
from fcnn.data.csv_rows import check_names
from fcnn.data.file_bytes import hash_bytes
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd


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
    try:
        table = pa.Table.from_pandas(named, preserve_index=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ConfigError(f"data: {' '.join(map(str, error.args))}") from None
    buffer = BytesIO()
    parquet.write_table(table, buffer)
    content = buffer.getvalue()
    path = frames_dir() / f"{hash_bytes(content)}.parquet"
    write_frame(path, content)
    return path


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
