"""What columns of a table become, and what is wrong with them, all in one message."""

import json

import numpy as np
import pandas as pd
import pytest

from fcnn.data import load_data
from fcnn.data.table_schema import TableSchema
from fcnn.errors import ConfigError
from fcnn.params import cell_id, compute_fingerprint, config_params
from fcnn.training.populations import group_into_populations

CLASSES = "dataset.task=classification"
N = 40


@pytest.fixture
def table(config, tmp_path):
    """`table(frame, ...)`: the config of a csv file with these columns."""

    def write_table(columns, *overrides, name="table.csv", target="y"):
        pd.DataFrame(columns).to_csv(tmp_path / name, index=False)
        return config(
            "dataset=table",
            f"dataset.path={tmp_path / name}",
            f"dataset.target={target}",
            *overrides,
        )

    return write_table


def cycle(*values):
    return [values[row % len(values)] for row in range(N)]


def messy(**columns):
    return {"a": np.arange(N) % 7, "y": np.arange(N) * 1.5} | columns


def parts(data):
    return [data.x, data.x_val, data.x_test]


def test_words_booleans_and_dates_become_inputs_of_their_names(table):
    data = load_data(
        table(
            messy(
                city=cycle("Ulm", "Bonn", "Bonn"),
                day=pd.date_range("2020-02-27", periods=N).strftime("%d.%m.%Y"),
                sold=cycle(True, False),
            )
        )
    )
    assert data.schema.encoder.input_names == ("a", "day", "sold", "city=Bonn", "city=Ulm")
    assert sorted(np.unique(np.vstack(parts(data))[:, 3:])) == [0, 1]
    days = data.x_val_raw[:, 1]
    np.testing.assert_array_equal(days, 18319 + data.val_rows)
    notes = " ".join(data.notes)
    assert "column day holds dates, and is read as days since 1970-01-01" in notes
    assert "column city holds words, and becomes 2 inputs" in notes


@pytest.mark.parametrize(
    "texts",
    [
        ["2020-01-05", "2020-02-01"],
        ["2020/01/05", "2020/02/01"],
        ["05.01.2020", "01.02.2020", "31.01.2020"],
        ["Jan-05-2020", "Feb-01-2020"],
        ["5 January 2020", "1 February 2020"],
        ["2020-01-05T10:30:00Z", "2020-02-01T00:00:00Z"],
        ["2020Q1", "2020Q2"],
    ],
)
def test_dates_are_told_from_words(table, texts):
    data = load_data(table(messy(day=cycle(*texts))))
    assert data.schema.encoder.features[1].kind == "date"
    assert 18262 <= data.x_val_raw[:, 1].min() <= data.x_val_raw[:, 1].max() <= 18360


def test_dates_with_day_or_month_first_are_refused_until_it_is_said_which(table):
    columns = messy(day=cycle("01/02/2020", "03/04/2020"))
    with pytest.raises(
        ConfigError, match=r"day or month first, 01/02/2020 in row 1; dataset\.day_first=true"
    ):
        load_data(table(columns))
    first, second = (
        load_data(table(columns, f"dataset.day_first={flag}")).x_val_raw[:, 1].min()
        for flag in ("true", "false")
    )
    assert (first, second) == (18293, 18263)  # 1 February and 2 January


@pytest.mark.parametrize("other", ["{}.01.2020", "0000-00-00"])
def test_dates_of_which_some_cannot_be_read_are_refused(table, other):
    days = pd.date_range("2020-01-02", periods=N).strftime("%Y-%m-%d")
    columns = messy(day=[*days[: N - 5], *map(other.format, range(11, 16))])
    with pytest.raises(
        ConfigError, match=r"column day holds dates .*; as 2020-12-31 they are read"
    ):
        load_data(table(columns))


@pytest.mark.parametrize(
    ("form", "unit"),
    [("{}.5 %", "%"), ("${},000.00", r"\$"), ("{} kg", "kg"), ("{}min", "min"), ("EUR {}", "EUR")],
)
def test_numbers_with_a_unit_are_refused_and_few_of_them_are_categories(table, form, unit):
    with pytest.raises(ConfigError, match=f"numbers with a unit: .*0.* in row 1;.*without {unit};"):
        load_data(table(messy(share=[form.format(row) for row in range(N)])))
    with pytest.raises(ConfigError, match=f"numbers with a unit: .*needs them without {unit}$"):
        load_data(table(messy(share=[form.format(row) for row in range(N)]), target="share"))
    data = load_data(table(messy(share=cycle(form.format(5), form.format(10)))))
    assert len(data.schema.encoder.input_names) == 3


def test_rare_words_and_words_of_later_rows_have_no_input(table):
    words = [*cycle("Ulm", "Bonn")[: N - 1], "Rom"]
    data = load_data(table(messy(city=words)))
    assert data.schema.encoder.input_names == ("a", "city=Bonn", "city=Ulm")
    new = pd.DataFrame({"a": [1, 1, 1], "city": ["Rom", "Oslo", "Ulm"]})
    encoded = data.schema.encode(new)
    assert encoded[:, 1:].tolist() == [[0, 0], [0, 0], [0, 1]]


@pytest.mark.parametrize(
    ("twin", "is_noted"),
    [("köln", True), ("KÖLN", True), ("Ko\u0308ln", True), ("St  Ulm", True), ("Koln", False)],
)
def test_words_that_a_person_may_take_for_one_are_named(table, twin, is_noted):
    words = cycle("Köln", "St Ulm", "Bonn", twin)
    of_feature = load_data(table(messy(city=words))).notes
    of_classes = load_data(table(messy(y=words), CLASSES)).notes
    for notes in (of_feature, of_classes):
        assert (
            any("are not the same: they differ in capitals" in note for note in notes) == is_noted
        )


def test_words_that_are_all_different_are_left_out_and_named(table):
    data = load_data(table(messy(name=[f"house {row}" for row in range(N)])))
    assert data.schema.encoder.names == ("a",)
    assert "column name has a different text in nearly each row, and is left out" in data.notes[0]


@pytest.mark.parametrize("name", ["Unnamed: 0", "id", "customer_id", "Obs", "PassengerId"])
def test_numbers_of_rows_are_named(table, name):
    data = load_data(table({name: range(N), **messy()}))
    assert f"column {name} looks like an id" in data.notes[0]


def test_all_faults_are_in_one_message_of_at_most_ten_lines(table):
    columns = messy(
        age=cycle("4", "", "5", "NA"),
        rooms=cycle("3", "4", "four"),
        width=cycle("1e308", "2"),
    )
    with pytest.raises(ConfigError) as refused:
        load_data(table(columns))
    age, rooms, width = str(refused.value).splitlines()
    assert "column age has 20 missing values, the first in row 2; dataset.missing=drop or" in age
    assert "column rooms holds text among its numbers: four in row 3 and 12 more" in rooms
    assert "column width is too large: 1e308 in row 1" in width
    many = {f"c{number}": cycle("1", "") for number in range(15)}
    with pytest.raises(ConfigError) as refused:
        load_data(table(messy(**many)))
    assert len(str(refused.value).splitlines()) == 10
    assert str(refused.value).endswith("and 6 more columns")


def test_rows_with_gaps_are_dropped_and_counted(table):
    columns = messy(age=cycle("4", "?", "5", "6"))
    data = load_data(table(columns, "dataset.missing=drop"))
    assert sum(map(len, parts(data))) == 30
    assert "10 of 40 rows have missing values, and are left out" in " ".join(data.notes)
    assert not set(data.val_rows) & set(range(1, N, 4))


def test_gaps_are_filled_by_the_median_of_the_training_rows_and_indicated(table):
    ages = [str(row**2) if row % 4 else "" for row in range(N)]
    words = cycle("Ulm", "Bonn", "", "Ulm")
    data = load_data(
        table(
            messy(age=ages, city=words),
            "dataset.missing=median",
            "dataset.missing_indicator=true",
        )
    )
    assert data.schema.encoder.input_names == (
        "a",
        "age",
        "age is missing",
        "city=Bonn",
        "city=Ulm",
        "city is missing",
    )
    apart = {*data.val_rows, *data.test_rows}
    training = [row**2 for row in range(N) if row % 4 and row not in apart]
    is_gap = data.x_val_raw[:, 2] == 1
    np.testing.assert_array_equal(is_gap, data.val_rows % 4 == 0)
    assert set(data.x_val_raw[is_gap, 1]) == {np.median(training)}
    np.testing.assert_array_equal(data.x_val_raw[:, 5], data.val_rows % 4 == 2)


def test_rows_without_a_target_are_left_out_whatever_fills_the_gaps(table):
    columns = messy(y=[str(row) if row % 4 else "" for row in range(N)])
    data = load_data(table(columns, "dataset.missing=median"))
    assert "10 of 40 rows have a missing target, and are left out" in data.notes[0]


def test_indicators_need_filled_gaps(table):
    with pytest.raises(ConfigError, match=r"missing_indicator=true: needs dataset\.missing=median"):
        table(messy(), "dataset.missing_indicator=true")


def test_several_targets_are_learned_at_once_each_in_its_own_unit(table):
    columns = messy(z=np.arange(N) * -100.0)
    data = load_data(table(columns, target="[y,z]"))
    assert (data.n_inputs, data.n_outputs) == (1, 2)
    values = data.y_val * data.y_scale.deviation + data.y_scale.mean
    np.testing.assert_allclose(values[:, 0], data.val_rows * 1.5, rtol=1e-5)
    np.testing.assert_allclose(values[:, 1], data.val_rows * -100, rtol=1e-5)
    with pytest.raises(ConfigError, match="a classification has one target"):
        table(columns, CLASSES, target="[y,z]")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (("True", "False"), ("False", "True")),
        (("yes", "no"), ("no", "yes")),
        (("NA", "None"), ("NA", "None")),
        (("0.0", "1.0"), ("0", "1")),
        (("2020-01-01", "2021-01-01"), ("2020-01-01", "2021-01-01")),
    ],
)
def test_classes_may_be_of_any_kind(table, labels, classes):
    data = load_data(table(messy(y=cycle(*labels)), CLASSES))
    assert data.classes == classes
    assert data.y_val.mean() == 0.5  # stratified


def test_rows_of_a_group_stay_on_one_side_and_the_group_is_no_feature(table):
    columns = messy(house=cycle(*[f"h{number}" for number in range(10)]))
    splits = []
    for seed in range(3):
        data = load_data(table(columns, "dataset.group=house", f"dataset.seed={seed}"))
        assert data.schema.encoder.names == ("a",)
        groups = [{int(row) % 10 for row in rows} for rows in (data.val_rows, data.test_rows)]
        assert (len(groups[0]), len(groups[1]), len(data.x)) == (2, 2, 24)
        assert not groups[0] & groups[1]
        assert (len(data.x_val), len(data.x_test)) == (8, 8)
        assert data.notes[0].endswith(
            "with the groups of house kept together, 24 rows train and 8 validate; 8 rows test"
        )
        splits.append(tuple(data.val_rows))
    assert len(set(splits)) == 3
    configs = [
        table(columns, "dataset.group=house", f"dataset.seed={seed}", f"training.seed={seed}")
        for seed in range(2)
    ]
    # Parts may differ in size, and a population has arrays of one shape.
    assert len(group_into_populations(configs, 32)) == 2
    with pytest.raises(ConfigError, match="has 2 groups, too few for 3 parts"):
        load_data(table(messy(house=cycle("a", "b")), "dataset.group=house"))
    with pytest.raises(ConfigError, match="can be neither feature nor target"):
        load_data(table(columns, "dataset.group=y"))


@pytest.mark.parametrize(
    ("scaling", "low", "high"), [("standard", -3, 3), ("minmax", 0, 1), ("none", 0, 60)]
)
def test_columns_are_scaled_by_their_training_rows(table, scaling, low, high):
    data = load_data(table(messy(), f"dataset.scaling={scaling}"))
    assert low <= data.y.min() < data.y.max() <= high
    if scaling == "minmax":
        assert (data.x.min(), data.x.max()) == (0, 1)
        assert (data.y.min(), data.y.max()) == (0, 1)
    if scaling == "none":
        np.testing.assert_allclose(data.y_val[:, 0], data.val_rows * 1.5)


def test_minmax_brings_a_constant_column_to_zero_and_names_it(table):
    data = load_data(table(messy(b=[5] * N), "dataset.scaling=minmax"))
    assert {0.0} == {float(value) for part in (data.x, data.x_val) for value in part[:, 1]}
    assert any("column b is constant" in note for note in data.notes)


def test_unscaled_column_that_single_precision_cannot_hold_is_refused(table):
    columns = messy(time=1_700_000_000 + np.arange(N))
    with pytest.raises(ConfigError, match="single precision cannot tell half of its values apart"):
        load_data(table(columns, "dataset.scaling=none"))


def test_identity_is_that_of_the_columns_whatever_they_are_written_in(table, tmp_path):
    columns = messy(b=cycle(1.5, 2.0))
    first = table(columns)
    lines = (tmp_path / "table.csv").read_text().replace("2.0", "2e0")
    (tmp_path / "other.csv").write_text(lines.replace(",", ";"))
    other = table(columns, name="unused.csv")
    other = type(other)(
        **{
            **vars(other),
            "dataset": type(first.dataset)(
                **{
                    **vars(first.dataset),
                    "path": str(tmp_path / "other.csv"),
                    "separator": "semicolon",
                }
            ),
        }
    )
    assert compute_fingerprint(first) == compute_fingerprint(other)
    assert cell_id(config_params(first)) == cell_id(config_params(other))
    changed = table(columns | {"b": cycle(1.5, 2.5)}, name="changed.csv")
    renamed = table(
        {("B" if key == "b" else key): value for key, value in columns.items()}, name="renamed.csv"
    )
    assert len({*map(compute_fingerprint, (first, changed, renamed))}) == 3


def test_classes_written_with_leading_zeros_have_an_identity_of_their_own(table):
    plain = table(messy(y=cycle("7", "8")), CLASSES)
    padded = table(messy(y=cycle("007", "8")), CLASSES, name="padded.csv")
    assert compute_fingerprint(plain) != compute_fingerprint(padded)


def test_file_that_changes_is_read_again(table):
    before = load_data(table(messy()))
    after = load_data(table(messy(y=np.arange(N) * 2.5)))
    assert before.y_scale.deviation[0] != after.y_scale.deviation[0]


def test_what_columns_mean_is_kept_as_json_and_encodes_the_same(table):
    columns = messy(
        age=cycle("4", "", "5"),
        city=cycle("Ulm", "Bonn"),
        day=pd.date_range("2020-01-01", periods=N),
        sold=cycle("true", "false"),
    )
    config = table(columns, "dataset.missing=median", "dataset.missing_indicator=true")
    data = load_data(config)
    text = data.schema.to_json()
    assert json.loads(text)["targets"] == ["y"]
    frame = pd.read_csv(config.dataset.path)
    for rows in (frame, frame.astype(str).replace("nan", "")):
        inputs = TableSchema.from_json(text).encode(rows.iloc[data.val_rows])
        np.testing.assert_array_equal(inputs, data.x_val_raw)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"a": "wide"}, "column a should hold a number, not wide in row 1"),
        ({"a": None}, "column a has no value in row 1, and the network was trained with"),
        ({"a": 1j}, "column a should hold a number, not 1j in row 1"),
        ({"a": np.inf}, "column a should hold a number, not inf in row 1"),
        ({"a": pd.Timestamp(0)}, "column a should hold a number, not 1970-01-01 00:00:00 in row 1"),
        ({"day": "soon"}, "column day should hold a date, not soon in row 1"),
        ({"day": pd.Timedelta(1)}, "column day should hold a date, not 0 days 00:00:00.0000000"),
        ({"sold": 2}, "column sold should hold a boolean, not 2 in row 1"),
        ({"sold": "2"}, "column sold should hold a boolean, not 2 in row 1"),
    ],
)
def test_new_rows_that_a_network_cannot_take_are_refused(table, change, reason):
    days = pd.date_range("2020-01-01", periods=N).astype(str)
    data = load_data(table(messy(day=days, sold=cycle("true", "false"))))
    row = pd.DataFrame([{"a": 1, "day": "2020-01-01", "sold": 0} | change])
    with pytest.raises(ConfigError, match=reason):
        data.schema.encode(row)
    with pytest.raises(ConfigError, match="column day is missing"):
        data.schema.encode(row[["a", "sold"]])
    with pytest.raises(ConfigError, match="column a is there more than once"):
        data.schema.encode(row[["a", "a", "day", "sold"]])


def test_no_new_rows_have_no_inputs(table):
    schema = load_data(table(messy())).schema
    assert schema.encode(pd.DataFrame({"a": []})).shape == (0, 1)
