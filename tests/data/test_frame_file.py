"""Files of data frames are written whole, and messages do not name them."""

import pandas as pd
import pytest

from fcnn.data import load_data
from fcnn.data.frame_file import write_frame
from fcnn.errors import ConfigError


def test_part_that_a_killed_process_left_goes_when_the_file_is_written(tmp_path):
    (tmp_path / "abc.1.part").write_bytes(b"ha")
    (tmp_path / "other.1.part").write_bytes(b"of another file")
    write_frame(tmp_path / "abc.parquet", b"half and half")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["abc.parquet", "other.1.part"]
    assert (tmp_path / "abc.parquet").read_bytes() == b"half and half"


def test_messages_call_a_data_frame_that_instead_of_its_file(config, tmp_path):
    path = tmp_path / "outputs" / "frames" / "abc.parquet"
    frame = pd.DataFrame({"a": ["Ulm", "Bonn"] * 20, "b": ["x"] * 40, "y": range(40)})
    write_frame(path, frame.to_parquet())
    table = ["dataset=table", f"dataset.path={path}"]
    assert load_data(config(*table, "dataset.target=y")).notes == (
        "the data frame: column a holds words, and becomes 2 inputs, one for each",
        "the data frame: column b is x in each row, of no use to a network",
    )
    with pytest.raises(ConfigError, match="column z is not in the data frame; it has a, b, y"):
        load_data(config(*table, "dataset.target=z"))
