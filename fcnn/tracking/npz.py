"""Reads files of arrays, which anyone may have put where ours should be."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


class DamagedError(ValueError):
    """The file holds no arrays, or only a part of them, or objects, which are never loaded."""


def load(path: str | Path) -> dict[str, NDArray[Any]]:
    """All arrays of a file by their names.

    Raises:
        DamagedError: it is no whole file of plain arrays.
    """
    try:
        # NumPy would leave the file open where it is damaged.
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return dict(file)
    except (ValueError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise DamagedError("is damaged, or no file of arrays") from error
