"""Files of data frames are written whole."""

from fcnn.data.frame_file import write_frame


def test_part_that_a_killed_process_left_goes_when_the_file_is_written(tmp_path):
    (tmp_path / "abc.1.part").write_bytes(b"ha")
    (tmp_path / "other.1.part").write_bytes(b"of another file")
    write_frame(tmp_path / "abc.parquet", b"half and half")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["abc.parquet", "other.1.part"]
    assert (tmp_path / "abc.parquet").read_bytes() == b"half and half"
