"""Files of arrays; they are read without trusting them: artifacts may be written by anyone."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


class DamagedFileError(ValueError):
    """The file is no `.npz` file, incomplete, or holds objects, which are never unpickled."""


def dump(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the contents of a compressed file of arrays by name."""
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def load(path: str | Path) -> dict[str, NDArray[Any]]:
    """Return all arrays of a file by name.

    Raises:
        DamagedFileError: The file is not a complete file of plain arrays.
    """
    try:
        # Opened here, because NumPy leaves a damaged file open.
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return dict(file)
    except (ValueError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise DamagedFileError("is damaged, or no file of arrays") from error
