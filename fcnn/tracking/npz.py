"""Reads `.npz` files without trusting them: artifacts may be written by anyone."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


class DamagedFileError(ValueError):
    """The file is no `.npz` file, incomplete, or holds objects, which are never unpickled."""


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
