"""The files of a report on the disk."""

import os
import resource

import pytest

from fcnn.report.files import write_files

EARLIER = {"effects.png": b"old", "index.html": b"old"}


@pytest.fixture
def small_files():
    """Nothing larger than a kilobyte can be written, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_report_that_does_not_fit_leaves_the_earlier_one_whole(tmp_path, small_files):
    write_files(tmp_path, EARLIER)
    with pytest.raises(OSError, match="File too large"):
        write_files(tmp_path, {"effects.png": b"new", "index.html": b"new" * 1000})
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == EARLIER


def test_report_replaces_the_earlier_one_and_nothing_else(tmp_path):
    (tmp_path / "notes.txt").touch()
    write_files(tmp_path, EARLIER)
    write_files(tmp_path, {"index.html": b"new", "runs.csv": b"new"})
    assert sorted(os.listdir(tmp_path)) == ["index.html", "notes.txt", "runs.csv"]
