"""Rows of a table that repeat others are told, because a split may put them on both sides."""

import numpy as np
import pandas as pd
import pytest

from fcnn.data import load_data


@pytest.mark.parametrize(
    ("copied", "changes", "overrides", "expected"),
    [
        ([3, 3, 7], {}, [], "3 of 23 rows repeat an earlier one; "),
        ([3], {}, [], "1 of 21 rows repeats an earlier one; "),
        ([3, 7], {"y": 99.0}, [], None),
        ([3, 7], {}, ["dataset.group=group"], None),
    ],
)
def test_rows_that_repeat_others_are_told(tmp_path, config, copied, changes, overrides, expected):
    columns = {"x": np.sqrt(np.arange(20)), "word": ["a", "b"] * 10, "group": np.arange(20) // 2}
    frame = pd.DataFrame(columns | {"y": np.arange(20) * 1.5})
    path = tmp_path / "table.csv"
    pd.concat([frame, frame.iloc[copied].assign(**changes)]).to_csv(path, index=False)
    table = ["dataset=table", f"dataset.path={path}", "dataset.target=y", *overrides]
    found = [note for note in load_data(config(*table)).notes if "an earlier one" in note]
    assert bool(found) == bool(expected)
    assert expected is None or f"table.csv: {expected}" in found[0]
