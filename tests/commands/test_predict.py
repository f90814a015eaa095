from pathlib import Path

import pandas as pd
import pytest

from fcnn.api.prediction_files import _write_csv
from fcnn.commands.predict import _parse_others
from fcnn.errors import ConfigError


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("new.csv", "new.predicted.csv"),
        ("rows/new.tsv.gz", "rows/new.predicted.csv"),
        ("sales.2023.csv", "sales.2023.predicted.csv"),
        ("sales.2024.Parquet", "sales.2024.predicted.csv"),
        ("v1.2", "v1.2.predicted.csv"),
    ],
)
def test_predictions_are_named_after_all_of_their_table(path, result):
    assert _parse_others(path, [])[1] == Path(result)


def test_address_without_a_value_is_refused_in_a_line():
    with pytest.raises(ConfigError, match=r"^tracking\.uri: has no value; did you mean"):
        _parse_others("new.csv", ["tracking.uri="])


@pytest.mark.parametrize("result", ["new.csv", "./new.csv", "{folder}/new.csv"])
def test_predictions_do_not_replace_the_rows(tmp_path, monkeypatch, result):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError, match="holds the rows to predict; another file"):
        _parse_others("new.csv", [result.format(folder=tmp_path)])


@pytest.mark.parametrize("place", ["missing/out.csv", "file/out.csv", "folder"])
def test_result_that_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match=r": cannot be written: (?!None)"):
        _write_csv(pd.DataFrame({"a": [1]}), tmp_path / place, "point")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
