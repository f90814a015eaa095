"""Files and folders that only their owner may read: stores, outboxes, configs.

They name paths, data and whatever people write into configs.
"""

import os
from pathlib import Path
from typing import BinaryIO

OWNER_FILE = 0o600
OWNER_FOLDER = 0o700


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it that are missing; one that exists stays as it is."""
    if not path.parent.exists():
        make_private_folder(path.parent)
    path.mkdir(OWNER_FOLDER, exist_ok=True)


def open_private_file(path: Path) -> BinaryIO:
    """Open a new file for writing, in place of one that exists."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_FILE), "wb")
