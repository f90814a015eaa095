"""Which errors are those of a full disk."""

import errno
import sqlite3

import pytest

from fcnn.tracking.disk import is_disk_full

FULL = [
    OSError(errno.ENOSPC, "no"),
    OSError(errno.EDQUOT, "no"),
    sqlite3.OperationalError("database or disk is full"),
    RuntimeError("[Errno 28] No space left on device"),
]


@pytest.mark.parametrize("error", FULL, ids=repr)
def test_full_disk_and_exhausted_quota_are_known_by_number_and_by_words(error):
    assert is_disk_full(error)


@pytest.mark.parametrize("error", [None, OSError(errno.EACCES, "no"), ValueError("full")], ids=repr)
def test_other_errors_are_none(error):
    assert not is_disk_full(error)


def test_error_that_a_full_disk_has_caused_is_one():
    caused = RuntimeError("the store fails")
    caused.__cause__ = FULL[0]
    assert is_disk_full(caused)
    followed = RuntimeError("the store fails")
    followed.__context__ = caused
    assert is_disk_full(followed)
