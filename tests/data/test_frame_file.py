"""Data frames of every type of column are kept, and read as what they were."""

import numpy as np
import pandas as pd
import pytest

from fcnn.config.tables import TableDataset
from fcnn.data import frame_file, load_data
from fcnn.data.encoder import Feature
from fcnn.data.frame_file import keep_frame, write_frame
from fcnn.data.frame_values import read_frame_column
from fcnn.data.number_formats import DEFAULT_FORMAT
from fcnn.data.user_table import read_table
from fcnn.errors import ConfigError

N = 12
HOURS = pd.date_range("2024-03-30", periods=N, freq="h")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (HOURS.tz_localize("UTC").tz_convert("Europe/Berlin"), 19812 + np.arange(N) / 24),
        (pd.period_range("2024-03", periods=N, freq="D"), 19783 + np.arange(N)),
        (pd.to_timedelta(np.arange(N), unit="h"), np.arange(N) / 24),
        (pd.arrays.SparseArray(np.arange(N) % 3), np.arange(N) % 3),
        (pd.array([*range(N - 1), None], dtype="Int64"), [*range(N - 1), np.nan]),
        (np.arange(N, dtype=np.float16), np.arange(N)),
        (
            np.array(["9999-12-31", *["2020-01-01"] * 11], "datetime64[us]"),
            [2932896, *[18262] * 11],
        ),
    ],
    ids=["zone", "period", "duration", "sparse", "integer with gaps", "half", "far"],
)
def test_column_of_any_type_is_read_when_training_and_when_predicting(
    tmp_path, monkeypatch, values, expected
):
    monkeypatch.setattr(frame_file, "project_dir", lambda: tmp_path)
    frame = pd.DataFrame({"x": values, "y": np.arange(N) * 1.5})
    settings = {"target": "y", "features": None, "task": "regression", "missing": "median"}
    path = str(keep_frame(frame))
    table = read_table(
        TableDataset(name="table", path=path, validation_share=0.2, seed=0, **settings)
    )
    (column,) = table.columns
    np.testing.assert_allclose(column.values, expected)
    assert all(note.startswith("the data frame: column x holds ") for note in table.notes)
    date_format = column.date_formats[0] if column.date_formats else None
    feature = Feature("x", column.kind, 0.0, True, date_format=date_format)
    # pandas 2 reads text as nanoseconds, which end in 2262.
    has_text = column.kind == "date" and (frame.x.max().year < 2262 or pd.__version__ >= "3")
    for new in (frame.x, frame.x.astype(str) if has_text else frame.x):
        read = read_frame_column(new, feature, DEFAULT_FORMAT)
        assert read.complaints == ()
        np.testing.assert_allclose(read.values, expected)


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


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (10**30, "Python int too large"),
        ("\ud800", "'utf-8' codec can't encode character"),
        (1j, "Unsupported numpy type"),
    ],
)
def test_values_that_parquet_lacks_are_refused_in_a_line(value, reason):
    frame = pd.DataFrame({"x": pd.Series([value, value], dtype=np.asarray(value).dtype)})
    with pytest.raises(ConfigError, match=f"^data: column x: {reason}"):
        keep_frame(frame)


def test_categories_that_parquet_lacks_are_refused_in_a_line():
    frame = pd.DataFrame({"x": pd.cut(pd.Series(range(6)), 3), "y": range(6)})
    with pytest.raises(ConfigError, match=r"^data: column x: interval\[.*\] is no type that Parq"):
        keep_frame(frame)
