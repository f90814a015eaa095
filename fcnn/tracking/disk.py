"""Tells a full disk from other errors."""

import errno
import re


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, says that a disk or a quota is exhausted."""
    while error is not None:
        has_text = re.search("disk is full|No space left|quota exceeded", str(error), re.IGNORECASE)
        if has_text or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False
