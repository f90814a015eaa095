"""Parts of a table: of equal sizes for every seed, disjoint, and with every class in each."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcnn.data import load_data
from fcnn.data.splitting import allocate_rows
from fcnn.errors import ConfigError

IRIS = ["dataset=sklearn", "dataset.table=iris"]
DIABETES = ["dataset=sklearn", "dataset.table=diabetes"]


def digest(*arrays):
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()[:12]


@pytest.fixture
def labelled(config, tmp_path):
    """`labelled("aab...", ...)`: the data of a table with these classes and a row's number."""

    def load(labels, *overrides):
        path = tmp_path / f"{digest(np.array(list(labels)))}.csv"
        rows = [f"{number},{label}" for number, label in enumerate(labels)]
        path.write_text("\n".join(["number,y", *rows, ""]))
        options = ["dataset=csv", f"dataset.path={path}", "dataset.task=classification"]
        return load_data(config(*options, "dataset.target=y", *overrides))

    return load


def test_synthetic_training_and_validation_points_keep_the_bits_of_0_1_0(config):
    data = load_data(config("dataset=xor", "dataset.noise=0.1"))
    assert digest(data.x, data.y, data.x_val, data.y_val) == "0ba355b6543e"


def test_synthetic_test_sample_is_a_third_one_of_the_validation_samples_size(config):
    overrides = ["training.validation_points=200", "dataset.noise=0.1"]
    data = load_data(config(*overrides))
    assert data.x_test.shape == data.x_val.shape == (200, 2)
    points = {tuple(point) for part in (data.x, data.x_val, data.x_test) for point in part}
    assert len(points) == 2500 + 200 + 200
    other = load_data(config(*overrides, "dataset.n_points=50"))
    np.testing.assert_array_equal(data.x_test, other.x_test)
    np.testing.assert_array_equal(data.y_test, other.y_test)


@pytest.mark.parametrize("overrides", [IRIS, DIABETES])
def test_table_without_a_test_sample_is_split_as_0_1_0_did(config, overrides):
    options = ["dataset.test_share=0", "dataset.stratify=false", "dataset.seed=3"]
    data = load_data(config(*overrides, *options))
    n_rows = len(data.x) + len(data.x_val)
    order = np.random.default_rng(3).permutation(n_rows)
    from sklearn import datasets

    table = datasets.load_iris() if overrides is IRIS else datasets.load_diabetes()
    np.testing.assert_array_equal(data.x_val_raw, table.data[order[: round(0.2 * n_rows)]])
    assert (data.x_test, data.y_test, data.notes) == (None, None, ())


@pytest.mark.parametrize("overrides", [IRIS, DIABETES])
def test_each_seed_has_a_split_of_its_own_in_parts_of_the_same_sizes(config, overrides):
    samples = [load_data(config(*overrides, f"dataset.seed={seed}")) for seed in range(3)]
    sizes = {(data.x.shape, data.x_val.shape, data.x_test.shape) for data in samples}
    assert len(sizes) == 1
    assert len({digest(data.x_test) for data in samples}) == 3
    for data in samples:
        parts = (data.x, data.x_val, data.x_test)
        raw = data.x_scale.mean + data.x_scale.deviation * np.concatenate(parts)
        table = load_data(config(*overrides, "dataset.validation_share=0", "dataset.test_share=0"))
        assert np.sort(raw[:, 0]) == pytest.approx(np.sort(table.x_val_raw[:, 0]), abs=1e-4)


def test_classes_have_the_same_shares_in_all_parts_for_every_seed(config):
    for seed in range(3):
        data = load_data(config(*IRIS, f"dataset.seed={seed}"))
        assert [part.sum(axis=0).tolist() for part in (data.y, data.y_val, data.y_test)] == [
            [30] * 3,
            [10] * 3,
            [10] * 3,
        ]


def test_small_classes_are_where_they_have_rows_for_and_what_is_missing_is_said(labelled):
    data = labelled("a" * 30 + "b" * 30 + "ccc" + "dd" + "e")
    counts = [part.sum(axis=0).astype(int).tolist() for part in (data.y, data.y_val, data.y_test)]
    assert [row[2:] for row in counts] == [[1, 1, 1], [1, 1, 0], [1, 0, 0]]
    assert [sum(row) for row in counts] == [40, 13, 13]
    assert [note.split(": ")[1] for note in data.notes] == [
        "class e is not among the validation and test rows",
        "class d is not among the test rows",
    ]


def test_numbers_are_fitted_to_training_rows_alone(config):
    data = load_data(config(*DIABETES))
    assert data.x.mean(axis=0) == pytest.approx(0, abs=1e-5)
    assert data.y.std() == pytest.approx(1, abs=1e-5)
    assert abs(data.x_test.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("overrides", [IRIS, DIABETES])
@pytest.mark.parametrize("test_share", [0.0, 0.2])
def test_without_validation_rows_the_training_rows_validate_and_a_note_says_so(
    config, overrides, test_share
):
    options = ["dataset.validation_share=0", f"dataset.test_share={test_share}"]
    data = load_data(config(*overrides, *options))
    np.testing.assert_array_equal(data.x, data.x_val)
    np.testing.assert_array_equal(data.y, data.y_val)
    n_test = len(data.x_test) if test_share else 0
    (note,) = data.notes
    assert f"the validation rows are the {len(data.x)} training rows" in note
    assert ("there is no test sample" in note) == (not n_test)
    assert len(data.x) + n_test == {"iris": 150, "diabetes": 442}[overrides[1][14:]]


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ((0.2, 0.001), r"dataset\.test_share=0\.001: of 150 rows"),
        ((0.6, 0.4), r"dataset\.validation_share=0\.6 and dataset\.test_share=0\.4: of 150 rows"),
        ((0.001, 0.5), r"dataset\.validation_share=0\.001: of 150 rows"),
    ],
)
def test_part_without_rows_is_refused_by_its_key(config, shares, reason):
    keys = zip(("validation_share", "test_share"), shares, strict=True)
    with pytest.raises(ConfigError, match=reason):
        load_data(config(*IRIS, *(f"dataset.{key}={share}" for key, share in keys)))


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
    st.floats(0, 0.9),
    st.floats(0, 0.9),
)
def test_allocation_has_the_asked_sizes_and_every_class_that_has_rows_for_it(
    sizes, validation_share, test_share
):
    rows = np.array(sizes)
    n_val, n_test = round(validation_share * rows.sum()), round(test_share * rows.sum())
    if n_val + n_test > rows.sum():
        return
    val, test = allocate_rows(rows, n_val, n_test)
    train = rows - val - test
    assert (val.sum(), test.sum()) == (n_val, n_test)
    assert min(val.min(), test.min(), train.min()) >= 0
    parts = [part for part in (val, test, train) if part.sum()]
    if min(part.sum() for part in parts) >= len(rows) and train.sum():
        assert all(part[rows >= 3].min(initial=1) >= 1 for part in parts)
