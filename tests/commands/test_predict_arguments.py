from pathlib import Path

import pytest

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


@pytest.mark.parametrize("result", ["new.csv", "./new.csv", "{folder}/new.csv"])
def test_predictions_do_not_replace_the_rows(tmp_path, monkeypatch, result):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("a\n1\n")
    with pytest.raises(ConfigError, match="holds the rows to predict; another file"):
        _parse_others("new.csv", [result.format(folder=tmp_path)])
